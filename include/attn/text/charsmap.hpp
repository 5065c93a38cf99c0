// SentencePiece's compiled normalisation rules: strings, and what each is replaced by.
//
//     u32 bytes of the trie | units u32 of a double-array trie | replacements, each ended by a zero byte
//
// All little-endian. The trie is Darts-clone's: a unit has its offset in bits 10 … 30, times 256 where bit 9 is set, a
// label in bits 0 … 7, bit 8 where a string ends, and bit 31 where it is the value of one.
#pragma once

#include <attn/base/utf8.hpp>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace attn::text {

class Charsmap {
 public:
  struct Match {
    std::size_t size;              // bytes that are replaced
    std::string_view replacement;  // UTF-8
  };

  /// Throws FormatError, which begins with `where`, for bytes that aren't such rules.
  Charsmap(std::string_view bytes, const std::string& where) {
    std::uint32_t trie_size = 0;
    if (bytes.size() >= 4) trie_size = unit_at(bytes, 0);
    if (bytes.size() < 4 || trie_size % 4 != 0 || trie_size > bytes.size() - 4)
      throw FormatError(where + ": the trie has " + std::to_string(trie_size) +
                        " bytes, expected a multiple of 4, and " + "at most the " + std::to_string(bytes.size()) +
                        " that there are");
    trie_.resize(trie_size / 4);
    for (std::size_t i = 0; i < trie_.size(); ++i) trie_[i] = unit_at(bytes, 4 + 4 * i);
    replacements_ = bytes.substr(4 + trie_size);
    if (const auto bad = first_invalid_utf8(replacements_))
      throw FormatError(where + ": the replacements aren't UTF-8 at byte " + std::to_string(4 + trie_size + *bad));
  }

  /// The shortest rule that `text` begins with.
  std::optional<Match> shortest(std::string_view text) const { return match(text, false); }

  /// The longest one.
  std::optional<Match> longest(std::string_view text) const { return match(text, true); }

 private:
  static std::uint32_t unit_at(std::string_view bytes, std::size_t at) {
    std::uint32_t unit = 0;
    for (std::size_t i = 4; i-- > 0;) unit = unit << 8 | static_cast<unsigned char>(bytes[at + i]);
    return unit;
  }
  static std::uint32_t offset(std::uint32_t unit) { return (unit >> 10) << ((unit & (1u << 9)) >> 6); }

  std::optional<Match> match(std::string_view text, bool longest) const {
    std::optional<Match> found;
    if (trie_.empty()) return found;
    std::size_t node = offset(trie_[0]);
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      node ^= byte;
      if (node >= trie_.size() || (trie_[node] & 0x800000FFu) != byte) break;
      const std::uint32_t unit = trie_[node];
      node ^= offset(unit);
      if (((unit >> 8) & 1) == 0) continue;
      if (node >= trie_.size()) break;
      const std::size_t begin = trie_[node] & 0x7FFFFFFFu;
      if (begin >= replacements_.size() || continues(replacements_[begin])) break;
      found = Match{i + 1, std::string_view(replacements_.data() + begin, std::strlen(replacements_.data() + begin))};
      if (!longest) break;
    }
    return found;
  }
  static bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

  std::vector<std::uint32_t> trie_;
  std::string replacements_;
};

}  // namespace attn::text
