// Text for the inside of an HTML page: strings that no browser takes for markup, and bytes as base64 [RFC 4648].
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace attn::render {

/// The text between tags or in a quoted attribute, as itself.
inline std::string html_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  return escaped;
}

/// A JSON string in its quotes, for a <script> element: nothing in it can end the element or begin a comment.
inline std::string json_text(std::string_view text) {
  constexpr const char* kHex = "0123456789abcdef";
  std::string json = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (byte < 0x20 || byte == 0x7f || c == '<' || c == '>' || c == '&') {
      json += "\\u00";
      json += kHex[byte >> 4];
      json += kHex[byte & 15];
    } else {
      json += c;
    }
  }
  return json + '"';
}

/// "[a,b]" of what is JSON already, made of each value by `text_of`.
template <class Values, class TextOf>
std::string json_list(const Values& values, const TextOf& text_of) {
  std::string json = "[";
  for (const auto& value : values) {
    if (json.size() > 1) json += ',';
    json += text_of(value);
  }
  json += ']';
  return json;
}

/// Four letters for three bytes, with the padding that makes the number of letters a multiple of four.
inline std::string base64(const std::vector<std::uint8_t>& bytes) {
  constexpr const char* kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  char* next = text.data();
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t there = bytes.size() - i;
    const std::uint32_t three = std::uint32_t{bytes[i]} << 16 | (there > 1 ? std::uint32_t{bytes[i + 1]} << 8 : 0) |
                                (there > 2 ? std::uint32_t{bytes[i + 2]} : 0);
    for (std::size_t letter = 0; letter < 4; ++letter, ++next)
      if (letter <= there) *next = kLetters[three >> (18 - 6 * letter) & 63];
  }
  return text;
}

}  // namespace attn::render
