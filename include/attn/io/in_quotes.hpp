// Text from a file, made fit for a message: short, one line, nothing that a terminal would act on.
#pragma once

#include <attn/base/utf8.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace attn::io {

/// `text` with control characters, and bytes that aren't UTF-8, as \xNN; cut behind `most` bytes, or the character that
/// goes on there, with "…".
inline std::string escaped(std::string_view text, std::size_t most = 40) {
  constexpr char digits[] = "0123456789abcdef";
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    if (at >= most) return result + "…";
    const std::size_t begin = at;
    const std::optional<char32_t> code = attn::detail::next_code_point(text, at);
    if (!code) ++at;
    if (code == U'\n') {
      result += "\\n";
    } else if (code == U'\t') {
      result += "\\t";
    } else if (code && *code >= 0x20 && (*code < 0x7F || *code >= 0xA0)) {
      result += text.substr(begin, at - begin);
    } else {
      for (const char c : text.substr(begin, at - begin)) {
        const auto byte = static_cast<unsigned char>(c);
        result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
      }
    }
  }
  return result;
}

/// The same in quotes.
inline std::string in_quotes(std::string_view text, std::size_t most = 40) { return '"' + escaped(text, most) + '"'; }

}  // namespace attn::io
