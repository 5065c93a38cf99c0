// UTF-8: text as bytes, and the code points that they encode [RFC 3629].
//
// Strict: overlong forms, surrogates, code points above U+10FFFF and truncated sequences aren't UTF-8.
#pragma once

#include <attn/base/error.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace attn {

namespace detail {

/// Reads the code point that begins at `at` and moves behind it; nothing, and `at` unmoved, where that isn't UTF-8.
inline std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const char32_t first = byte(at);
  if (first < 0x80) return ++at, first;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() - at < size) return std::nullopt;
  char32_t code = first & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0u) != 0x80u) return std::nullopt;
    code = (code << 6) | (byte(at + i) & 0x3Fu);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) return std::nullopt;
  at += size;
  return code;
}

}  // namespace detail

/// The offset of the first byte that isn't part of well-formed UTF-8; nothing when all of it is.
inline std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();)
    if (!detail::next_code_point(text, at)) return at;
  return std::nullopt;
}

inline bool is_utf8(std::string_view text) { return !first_invalid_utf8(text); }

/// The code points of `text`. Throws FormatError, with the byte's offset, where it isn't UTF-8; `where` begins the
/// message.
inline std::u32string decode_utf8(std::string_view text, const std::string& where = "text") {
  std::u32string codes;
  codes.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::optional<char32_t> code = detail::next_code_point(text, at);
    if (!code) {
      const char* digits = "0123456789abcdef";
      const unsigned byte = static_cast<unsigned char>(text[at]);
      throw FormatError(where + ": byte " + std::to_string(at) + " is 0x" + digits[byte >> 4] + digits[byte & 15u] +
                        ", expected UTF-8; was the text saved in another encoding?");
    }
    codes += *code;
  }
  return codes;
}

/// Appends the UTF-8 form of a code point.
inline void append_utf8(std::string& text, char32_t code) {
  const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80u | ((code >> shift) & 0x3Fu)); };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0u | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0u | (code >> 12));
    tail(6), tail(0);
  } else {
    text += static_cast<char>(0xF0u | (code >> 18));
    tail(12), tail(6), tail(0);
  }
}

inline std::string encode_utf8(std::u32string_view codes) {
  std::string text;
  for (const char32_t code : codes) append_utf8(text, code);
  return text;
}

}  // namespace attn
