// Writes small SentencePiece models, field by field.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace test {

inline std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>((value & 0x7F) | 0x80);
  return bytes + static_cast<char>(value);
}
inline std::string number_field(std::uint64_t number, std::uint64_t value) {
  return varint(number << 3) + varint(value);
}
inline std::string float_field(std::uint64_t number, float value) {
  std::string bytes = varint(number << 3 | 5);
  const auto bits = std::bit_cast<std::uint32_t>(value);
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(bits >> 8 * i & 0xFF);
  return bytes;
}
inline std::string bytes_field(std::uint64_t number, const std::string& bytes) {
  return varint(number << 3 | 2) + varint(bytes.size()) + bytes;
}

enum PieceKind { normal = 1, unknown, control, user_defined, unused, byte };

inline std::string piece(const std::string& text, float score = 0, int kind = normal) {
  return bytes_field(1, bytes_field(1, text) + float_field(2, score) +
                            (kind != normal ? number_field(3, static_cast<std::uint64_t>(kind)) : ""));
}

enum ModelType { unigram = 1, bpe, word, character };

/// What is said about training and normalisation; the defaults are those of SentencePiece.
struct ModelRules {
  ModelType type = unigram;
  std::string charsmap = {};
  bool dummy_prefix = true, remove_spaces = true, escape = true, suffix = false;
  std::string unknown_surface = {};
};

inline std::string sentencepiece(const std::vector<std::string>& pieces, const ModelRules& rules = {}) {
  std::string file;
  for (const std::string& one : pieces) file += one;
  std::string trainer = number_field(3, rules.type) + number_field(24, rules.suffix);
  if (!rules.unknown_surface.empty()) trainer += bytes_field(44, rules.unknown_surface);
  std::string normalizer = bytes_field(1, "by hand");
  if (!rules.charsmap.empty()) normalizer += bytes_field(2, rules.charsmap);
  normalizer +=
      number_field(3, rules.dummy_prefix) + number_field(4, rules.remove_spaces) + number_field(5, rules.escape);
  return file + bytes_field(2, trainer) + bytes_field(3, normalizer);
}

}  // namespace test
