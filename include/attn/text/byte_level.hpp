// Bytes as visible characters, as GPT-2's vocabulary spells them: printable ones of Latin-1 stand for themselves, the
// other 68 for U+0100 … U+0143 in their order; a space is Ġ [Radford 2019, encoder.py].
#pragma once

#include <attn/text/characters.hpp>

#include <array>
#include <optional>
#include <string>

namespace attn::text {

namespace detail {
constexpr bool is_printable_byte(int byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

inline constexpr std::array<char32_t, 256> kByteCharacters = [] {
  std::array<char32_t, 256> characters{};
  char32_t next = 0x100;
  for (int byte = 0; byte < 256; ++byte)
    characters[static_cast<std::size_t>(byte)] = is_printable_byte(byte) ? static_cast<char32_t>(byte) : next++;
  return characters;
}();

inline constexpr std::array<std::int16_t, 0x144> kCharacterBytes = [] {
  std::array<std::int16_t, 0x144> bytes{};
  for (auto& byte : bytes) byte = -1;
  for (int byte = 0; byte < 256; ++byte)
    bytes[kByteCharacters[static_cast<std::size_t>(byte)]] = static_cast<std::int16_t>(byte);
  return bytes;
}();
}  // namespace detail

constexpr char32_t character_of_byte(char byte) { return detail::kByteCharacters[static_cast<unsigned char>(byte)]; }

/// Nothing for a character that stands for no byte.
constexpr std::optional<char> byte_of_character(char32_t c) {
  if (c >= detail::kCharacterBytes.size() || detail::kCharacterBytes[c] < 0) return std::nullopt;
  return static_cast<char>(detail::kCharacterBytes[c]);
}

/// The bytes that a token stands for; nothing where one of its characters stands for none.
inline std::optional<std::string> bytes_of_token(std::string_view token) {
  std::string bytes;
  for (std::size_t at = 0; at < token.size();) {
    const std::optional<char> byte = byte_of_character(next_code_point(token, at));
    if (!byte) return std::nullopt;
    bytes += *byte;
  }
  return bytes;
}

}  // namespace attn::text
