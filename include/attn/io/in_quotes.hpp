// Text from a file, made fit for a message: short, one line, nothing that a terminal would act on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace attn::io {

/// `text` in quotes; control characters and everything beyond ASCII as \xNN, cut after `most` bytes with "…".
inline std::string in_quotes(std::string_view text, std::size_t most = 40) {
  constexpr char digits[] = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f)
      result += c;
    else if (c == '\n')
      result += "\\n";
    else if (c == '\t')
      result += "\\t";
    else
      result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
  }
  return result + (text.size() > most ? "…\"" : "\"");
}

}  // namespace attn::io
