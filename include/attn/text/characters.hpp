// What kind of character a code point is, in the words of the tokenizers [Unicode 15, general categories; by utf8proc].
#pragma once

#include <attn/base/utf8.hpp>
#include <attn/text/later_characters.hpp>

#include <utf8proc.h>

#include <array>
#include <cstdint>

namespace attn::text {

/// The general category: Lu, Mn, …
inline utf8proc_category_t category(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)); }

/// The property White_Space.
constexpr bool is_whitespace(char32_t c) {
  return (c >= 0x9 && c <= 0xD) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/// Control, format and private use characters; tabs and line ends count as spaces.
inline bool is_control(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return false;
  if (c < 0x7F) return c < 0x20;
  const utf8proc_category_t kind = category(c);
  return kind == UTF8PROC_CATEGORY_CC || kind == UTF8PROC_CATEGORY_CO ||
         (kind == UTF8PROC_CATEGORY_CF && !is_in(kLaterFormats, c));
}

/// P*, and the symbols of ASCII.
inline bool is_punctuation(char32_t c) {
  if (c < 0x80)
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
  const utf8proc_category_t kind = category(c);
  if (c == 0x166D || c == 0x111C9) return true;  // no more, since Unicode 12 and 11
  return kind >= UTF8PROC_CATEGORY_PC && kind <= UTF8PROC_CATEGORY_PO && !is_in(kLaterPunctuation, c);
}

/// N*.
inline bool is_numeric(char32_t c) {
  if (c < 0x80) return c >= '0' && c <= '9';
  const utf8proc_category_t kind = category(c);
  return kind >= UTF8PROC_CATEGORY_ND && kind <= UTF8PROC_CATEGORY_NO;
}

inline bool is_nonspacing_mark(char32_t c) {
  return c == 0x1734 || (c >= 0x300 && category(c) == UTF8PROC_CATEGORY_MN && !is_in(kLaterNonspacingMarks, c));
}

/// M*.
inline bool is_mark(char32_t c) {
  if (c < 0x300 || is_in(kLaterMarks, c)) return false;
  if (c == 0x1CF2 || c == 0x1CF3) return true;  // no more, since Unicode 12
  const utf8proc_category_t kind = category(c);
  return kind >= UTF8PROC_CATEGORY_MN && kind <= UTF8PROC_CATEGORY_ME;
}

/// What \w means [Unicode TR 18, annex C]: alphabetic, marks, decimal digits, connectors, joiners.
inline bool is_word(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  if (c == 0x200C || c == 0x200D) return true;
  if ((c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1F130 && c <= 0x1F149) || (c >= 0x1F150 && c <= 0x1F169) ||
      (c >= 0x1F170 && c <= 0x1F189))
    return true;  // letters in circles and squares: symbols that are alphabetic
  const utf8proc_category_t kind = category(c);
  return (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_NL) || kind == UTF8PROC_CATEGORY_PC;
}

/// An ideograph of Chinese, in the sense of BERT: Hangul, Hiragana and Katakana are written with spaces [Devlin 2018].
constexpr bool is_chinese(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

/// Lower case; of İ the first of two: i, before the dot above.
inline char32_t lower(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
}

/// The code point at `at` of well-formed UTF-8; moves behind it.
inline char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  const char32_t first = byte(at);
  if (first < 0x80) return ++at, first;
  if (first < 0xE0) return at += 2, (first & 0x1F) << 6 | (byte(at - 1) & 0x3F);
  if (first < 0xF0) return at += 3, (first & 0xF) << 12 | (byte(at - 2) & 0x3F) << 6 | (byte(at - 1) & 0x3F);
  return at += 4, (first & 7) << 18 | (byte(at - 3) & 0x3F) << 12 | (byte(at - 2) & 0x3F) << 6 | (byte(at - 1) & 0x3F);
}

/// Bytes of the code point that begins with this one, in well-formed UTF-8.
constexpr std::size_t code_point_size(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

constexpr bool continues_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

inline std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += !continues_code_point(c);
  return count;
}

inline bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

/// The text as UTF-8: each longest start of a code point that doesn't go on becomes U+FFFD [Unicode 15, 3.9].
inline std::string to_valid_utf8(std::string_view text) {
  std::string result;
  std::size_t good = 0;  // what follows was found to be valid, and isn't copied yet
  for (std::size_t at = 0; at < text.size();) {
    if (attn::detail::next_code_point(text, at)) continue;
    result += text.substr(good, at - good);
    append_utf8(result, 0xFFFD);
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at);
    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
    std::size_t end = at + 1;
    if (first <= 0xF4)
      for (; end < text.size() && end - at < size; ++end) {
        const unsigned char next = byte(end);
        const unsigned least = end - at > 1 ? 0x80u : first == 0xE0 ? 0xA0u : first == 0xF0 ? 0x90u : 0x80u;
        const unsigned most = end - at > 1 ? 0xBFu : first == 0xED ? 0x9Fu : first == 0xF4 ? 0x8Fu : 0xBFu;
        if (next < least || next > most) break;
      }
    good = at = end;
  }
  return result += text.substr(good);
}

}  // namespace attn::text
