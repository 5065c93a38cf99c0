#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/font_file.hpp>

#include <random>

using namespace attn;
using namespace attn::render;

namespace {

std::vector<std::uint8_t> dejavu() {
  for (const char* path : {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/dejavu/DejaVuSans.ttf",
                           "/usr/share/fonts/TTF/DejaVuSans.ttf"}) {
    const std::string text = test::read_text(path);
    if (!text.empty()) return {text.begin(), text.end()};
  }
  return {};
}

}  // namespace

TEST_CASE("glyphs, widths and kerning of DejaVu Sans") {
  const auto bytes = dejavu();
  REQUIRE_FALSE(bytes.empty());
  const FontFile font(bytes);
  CHECK(font.units_per_em() == 2048);
  CHECK(font.glyph('A') > 0);
  CHECK(font.glyph(U'я') > 0);
  CHECK(font.glyph(U'😀') > 0);  // beyond 16 bits
  CHECK(font.glyph(U'中') == 0);
  CHECK(font.advance(font.glyph('W')) > font.advance(font.glyph('i')));
  CHECK(font.kerning(font.glyph('A'), font.glyph('V')) == -131);
  CHECK(font.kerning(font.glyph('a'), font.glyph('a')) == 0);
  for (char32_t c = 0; c < 0x3000; ++c) font.check_outline(font.glyph(c));
}

TEST_CASE("what isn't a font is refused") {
  const std::vector<std::uint8_t> none, text(100, 'x'), zeros(64, 0);
  CHECK_THROWS_AS(FontFile(none), FormatError);
  CHECK_THROWS_AS(FontFile(text), FormatError);
  CHECK_THROWS_AS(FontFile(zeros), FormatError);
}

TEST_CASE("a font that ends early is refused at once") {
  const auto bytes = dejavu();
  for (std::size_t size = 0; size + 1 < bytes.size(); size += 9973)
    CHECK_THROWS_AS(FontFile(std::span(bytes).first(size)), Error);
  const std::string message = test::message_of<FormatError>([&] { FontFile(std::span(bytes).first(300000)); });
  CHECK(test::contains(message, "truncated"));
  CHECK(test::contains(message, "300000"));
}

TEST_CASE("damaged bytes lead to an error or a wrong glyph, never outside the file") {
  const auto original = dejavu();
  std::mt19937 random(3);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    auto bytes = original;
    for (int i = 0; i < 200; ++i)
      bytes[random() % (round % 2 ? 2000 : bytes.size())] = static_cast<std::uint8_t>(random());
    try {
      const FontFile font(bytes);
      for (const char32_t c : U"AgÄя😀") {
        const int glyph = font.glyph(c);
        font.advance(glyph);
        font.kerning(glyph, glyph);
        font.check_outline(glyph);
      }
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 0);
}
