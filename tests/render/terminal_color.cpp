#include "catch.hpp"

#include <attn/render/terminal_color.hpp>

using namespace attn::render;

TEST_CASE("what a terminal shows, by what its environment says") {
  using enum TerminalColor;
  const char* utf8 = "en_US.UTF-8";
  CHECK(detect_color("truecolor", "xterm-256color", "", true, utf8) == truecolor);
  CHECK(detect_color("24bit", "screen", "", true, "C.utf8") == truecolor);
  CHECK(detect_color("", "xterm-kitty", "", true, utf8) == truecolor);
  CHECK(detect_color("", "xterm-256color", "", true, utf8) == ansi256);
  CHECK(detect_color("", "xterm", "", true, utf8) == ansi256);
  CHECK(detect_color("", "linux", "", true, utf8) == ascii);
  CHECK(detect_color("", "dumb", "", true, utf8) == ascii);
  CHECK(detect_color("truecolor", "", "", true, utf8) == ascii);
  CHECK(detect_color("truecolor", "xterm", "1", true, utf8) == ascii);
  CHECK(detect_color("truecolor", "xterm", "", false, utf8) == ascii);
  CHECK(detect_color("truecolor", "xterm", "", true, "C") == ascii);
  CHECK(detect_color("truecolor", "xterm", "", true, "") == ascii);
}

TEST_CASE("escape sequences") {
  CHECK(color_code(TerminalColor::truecolor, true, {1, 22, 255}) == "\x1b[48;2;1;22;255m");
  CHECK(color_code(TerminalColor::truecolor, false, {1, 22, 255}) == "\x1b[38;2;1;22;255m");
  CHECK(color_code(TerminalColor::ansi256, true, {255, 0, 0}) == "\x1b[48;5;196m");
  CHECK(color_code(TerminalColor::ansi256, true, {128, 128, 128}) == "\x1b[48;5;244m");
  CHECK(color_code(TerminalColor::ansi256, true, {0, 0, 0}) == "\x1b[48;5;16m");
  CHECK(color_code(TerminalColor::ansi256, true, {255, 255, 255}) == "\x1b[48;5;231m");
  CHECK(color_code(TerminalColor::ascii, true, {1, 2, 3}).empty());
  CHECK(color_reset(TerminalColor::ascii).empty());
}

TEST_CASE("a colour of the cube or a grey is its own nearest") {
  const int values[] = {0, 95, 135, 175, 215, 255};
  for (int r = 0; r < 6; ++r)
    for (int g = 0; g < 6; ++g)
      for (int b = 0; b < 6; ++b) {
        const auto channel = [&](int i) { return static_cast<std::uint8_t>(values[i]); };
        CHECK(attn::render::detail::ansi256({channel(r), channel(g), channel(b)}) == 16 + 36 * r + 6 * g + b);
      }
  for (int i = 0; i < 24; ++i) {
    const auto grey = static_cast<std::uint8_t>(8 + 10 * i);
    CHECK(attn::render::detail::ansi256({grey, grey, grey}) == 232 + i);
  }
}
