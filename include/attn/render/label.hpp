// Labels: text as it's read from a file, made ready to be drawn, with what is invisible made visible.
#pragma once

#include <attn/base/utf8.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace attn::render {

namespace detail {

inline bool is_space(char32_t c) {
  return c == ' ' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

/// Controls, and the characters that have no width or turn the direction of writing.
inline bool is_invisible(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

inline std::u32string escape(char32_t c) {
  if (c == '\n') return U"\\n";
  if (c == '\t') return U"\\t";
  if (c == '\r') return U"\\r";
  std::u32string text = c < 0x100 ? U"\\x" : U"\\u";
  for (int shift = c < 0x100 ? 4 : 12; shift >= 0; shift -= 4) text += U"0123456789abcdef"[(c >> shift) & 15u];
  return text;
}

}  // namespace detail

/// What becomes of the characters that join two others into one, as in emoji and in many scripts: where text is drawn
/// letter by letter they are made visible, where it is shaped they are kept, between two others.
enum class Joiners { visible, kept };

/// The label's characters: spaces at its ends become "·", a newline "\n", other invisible characters "\x00" or
/// "\u0000". Throws FormatError, beginning with `where`, for a label that isn't UTF-8.
inline std::u32string label_text(std::string_view label, const std::string& where = "label",
                                 Joiners joiners = Joiners::visible) {
  const std::u32string codes = decode_utf8(label, where);
  std::size_t first = 0, last = codes.size();
  while (first < last && detail::is_space(codes[first])) ++first;
  while (last > first && detail::is_space(codes[last - 1])) --last;
  std::u32string text;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const bool joins = (codes[i] == 0x200C || codes[i] == 0x200D) && i > first && i + 1 < last;
    if (i < first || i >= last)
      text += U'\u00B7';
    else if (joins && joiners == Joiners::kept)
      text += codes[i];
    else if (detail::is_invisible(codes[i]))
      text += detail::escape(codes[i]);
    else
      text += detail::is_space(codes[i]) ? U' ' : codes[i];
  }
  return text;
}

/// The same for a list; the message of an error names the label's number, from 0.
inline std::vector<std::u32string> label_texts(const std::vector<std::string>& labels, const std::string& where,
                                               Joiners joiners = Joiners::visible) {
  std::vector<std::u32string> texts;
  texts.reserve(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i)
    texts.push_back(label_text(labels[i], where + " " + std::to_string(i), joiners));
  return texts;
}

}  // namespace attn::render
