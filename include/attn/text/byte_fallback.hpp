// The tokens <0x00> … <0xFF>, by which characters that a vocabulary lacks are spelt.
#pragma once

#include <attn/text/vocabulary.hpp>

#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace attn::text {

inline std::string byte_token(unsigned byte) {
  constexpr char digits[] = "0123456789ABCDEF";
  return {'<', '0', 'x', digits[byte >> 4 & 15], digits[byte & 15], '>'};
}

/// The byte that a token of this form stands for.
inline std::optional<char> byte_of_token(std::string_view token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return std::nullopt;
  unsigned byte = 0;
  const auto [end, error] = std::from_chars(token.data() + 3, token.data() + 5, byte, 16);
  if (error != std::errc() || end != token.data() + 5) return std::nullopt;
  return static_cast<char>(byte);
}

/// The id of each byte's token, −1 where there is none.
using ByteIds = std::array<int, 256>;

inline ByteIds byte_ids(const Vocabulary& vocabulary) {
  ByteIds ids;
  for (unsigned byte = 0; byte < 256; ++byte) ids[byte] = vocabulary.find(byte_token(byte)).value_or(-1);
  return ids;
}

inline bool has_all_bytes(const ByteIds& ids, std::string_view text) {
  for (const char c : text)
    if (ids[static_cast<unsigned char>(c)] < 0) return false;
  return true;
}

}  // namespace attn::text
