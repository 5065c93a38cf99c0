// What a terminal can show: 24-bit colour, 256 colours, or letters only.
#pragma once

#include <attn/render/image.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>

namespace attn::render {

enum class TerminalColor { truecolor, ansi256, ascii };

/// What the environment says: the variables COLORTERM, TERM, NO_COLOR (https://no-color.org) and the locale's name
/// (LC_ALL, LC_CTYPE or LANG, the first that's set), each empty when it isn't set. Colours need UTF-8 as well, because
/// half-blocks do.
inline TerminalColor detect_color(std::string_view colorterm, std::string_view term, std::string_view no_color,
                                  bool is_terminal, std::string_view locale) {
  const auto has = [](std::string_view text, std::string_view part) { return text.find(part) != text.npos; };
  std::string lower(locale);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool utf8 = has(lower, "utf-8") || has(lower, "utf8");
  if (!no_color.empty() || !is_terminal || !utf8 || term.empty() || term == "dumb") return TerminalColor::ascii;
  if (colorterm == "truecolor" || colorterm == "24bit" || has(term, "direct") || has(term, "kitty"))
    return TerminalColor::truecolor;
  for (const char* family : {"256color", "xterm", "screen", "tmux", "rxvt", "alacritty", "foot"})
    if (has(term, family)) return TerminalColor::ansi256;
  return TerminalColor::ascii;
}

namespace detail {

/// The nearest of the 216 colours of the cube and the 24 greys that terminals number from 16 to 255.
inline int ansi256(Color color) {
  const auto step = [](int x) { return x < 48 ? 0 : x < 115 ? 1 : (x - 35) / 40; };
  const auto value = [](int i) { return i == 0 ? 0 : 55 + 40 * i; };
  const auto distance = [&](int r, int g, int b) {
    return (r - color.r) * (r - color.r) + (g - color.g) * (g - color.g) + (b - color.b) * (b - color.b);
  };
  const int r = step(color.r), g = step(color.g), b = step(color.b);
  const int grey = std::clamp(((color.r + color.g + color.b) / 3 - 3) / 10, 0, 23), shade = 8 + 10 * grey;
  const bool greyer = distance(shade, shade, shade) < distance(value(r), value(g), value(b));
  return greyer ? 232 + grey : 16 + 36 * r + 6 * g + b;
}

}  // namespace detail

/// The escape sequence that sets the colour of the letters, or that behind them; nothing in ASCII.
inline std::string color_code(TerminalColor mode, bool background, Color color) {
  const std::string code = background ? "\x1b[48;" : "\x1b[38;";
  const auto number = [](int n) { return std::to_string(n); };
  if (mode == TerminalColor::truecolor)
    return code + "2;" + number(color.r) + ";" + number(color.g) + ";" + number(color.b) + "m";
  if (mode == TerminalColor::ansi256) return code + "5;" + number(detail::ansi256(color)) + "m";
  return "";
}

/// Back to the terminal's own colours.
inline std::string color_reset(TerminalColor mode) { return mode == TerminalColor::ascii ? "" : "\x1b[0m"; }

}  // namespace attn::render
