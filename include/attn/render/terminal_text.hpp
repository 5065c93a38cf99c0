// Text in a terminal: how many columns it takes, cut and padded to a width, and an ASCII stand-in for what an old
// terminal can't show.
#pragma once

#include <attn/base/utf8.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace attn::render {

/// The columns of a character: 0 for combining marks, 2 for the wide ones of East Asia and emoji, else 1.
inline int terminal_width(char32_t c) {
  if ((c >= 0x300 && c <= 0x36F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x20D0 && c <= 0x20FF) ||
      (c >= 0xFE00 && c <= 0xFE0F))
    return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                    (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1F64F) || (c >= 0x1F680 && c <= 0x1F6FF) ||
                    (c >= 0x1F900 && c <= 0x1F9FF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

inline int terminal_width(std::u32string_view text) {
  int width = 0;
  for (const char32_t c : text) width += terminal_width(c);
  return width;
}

/// The text, or what of it fits `most` columns with "…" behind it.
inline std::u32string cut_to_columns(std::u32string_view text, int most) {
  if (terminal_width(text) <= most) return std::u32string(text);
  std::u32string kept;
  int width = 1;
  for (const char32_t c : text) {
    width += terminal_width(c);
    if (width > most) break;
    kept += c;
  }
  return most > 0 ? kept + U"…" : U"";
}

/// The text in lines of at most `most` columns, broken at spaces.
inline std::vector<std::u32string> wrap_columns(std::u32string_view text, int most) {
  std::vector<std::u32string> lines;
  std::u32string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t space = std::min(text.find(U' ', at), text.size());
    const std::u32string word(text.substr(at, space - at));
    if (!line.empty() && terminal_width(line) + 1 + terminal_width(word) > most) {
      lines.push_back(cut_to_columns(line, most));
      line.clear();
    }
    line += line.empty() ? word : U" " + word;
    at = space + 1;
  }
  if (!line.empty()) lines.push_back(cut_to_columns(line, most));
  return lines;
}

/// ASCII of the same width: signs that we use ourselves by their look, others as "?".
inline std::u32string ascii_text(std::u32string_view text) {
  std::u32string ascii;
  for (const char32_t c : text) {
    constexpr std::u32string_view signs = U"…–−·×≈’∞", looks = U"~--.x~'!";
    const std::size_t at = signs.find(c);
    if (c < 0x80 || at < signs.size())
      ascii += c < 0x80 ? c : looks[at];
    else
      ascii.append(static_cast<std::size_t>(terminal_width(c)), U'?');
  }
  return ascii;
}

}  // namespace attn::render
