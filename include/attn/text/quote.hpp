// Tokens and other text of a file, made fit for a message.
#pragma once

#include <attn/base/utf8.hpp>

#include <string>
#include <string_view>

namespace attn::text {

/// One short line: control characters, and what isn't UTF-8, as \xNN, cut after about `most` bytes with "…".
inline std::string escaped(std::string_view text, std::size_t most = 60) {
  constexpr char digits[] = "0123456789abcdef";
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    if (at >= most) return result + "…";
    const std::size_t begin = at;
    const auto code = attn::detail::next_code_point(text, at);
    if (!code) ++at;
    if (code && *code >= 0x20 && (*code < 0x7F || *code >= 0xA0)) {
      result += text.substr(begin, at - begin);
      continue;
    }
    for (const char c : text.substr(begin, at - begin)) {
      const auto byte = static_cast<unsigned char>(c);
      result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return result;
}

/// The same in quotes.
inline std::string quote(std::string_view text) { return "\"" + escaped(text) + "\""; }

}  // namespace attn::text
