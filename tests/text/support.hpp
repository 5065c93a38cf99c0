// What the tests of tokenizers share: small vocabularies, and texts, pieces and tokens with their places as one string.
#pragma once

#include <attn/text/tokenizer.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <nlohmann/json.hpp>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace test {

using Strings = std::vector<std::string>;

inline std::string place(attn::text::Range range) {
  return std::to_string(range.begin) + "-" + std::to_string(range.end);
}

/// Each character with the bytes it stands for: "c:0-1 é:1-3".
inline std::string shown(const attn::text::AlignedText& text) {
  std::string result;
  for (std::size_t at = 0; at < text.text().size();) {
    const auto begin = static_cast<std::uint32_t>(at);
    attn::text::next_code_point(text.text(), at);
    const attn::text::Range range{begin, static_cast<std::uint32_t>(at)};
    result += (begin > 0 ? " " : "") + std::string(text.at(range)) + ":" + place(text.origin(range));
  }
  return result;
}

/// The same after a normalizer, or only the text.
inline std::string shown(const attn::text::Normalizer& normalizer, std::string_view text) {
  return shown(normalizer(attn::text::AlignedText(text, 0)));
}
inline std::string normalized(const attn::text::Normalizer& normalizer, std::string_view text) {
  return normalizer(attn::text::AlignedText(text, 0)).text();
}

/// What a pre-tokenizer makes of a text.
inline attn::text::Pieces cut(const attn::text::PreTokenizer& pre_tokenizer, std::string_view text) {
  return pre_tokenizer({attn::text::AlignedText(text, 0), {{0, static_cast<std::uint32_t>(text.size())}}});
}
inline Strings pieces(const attn::text::PreTokenizer& pre_tokenizer, std::string_view text) {
  const attn::text::Pieces cut_text = cut(pre_tokenizer, text);
  Strings result;
  for (const attn::text::Range& piece : cut_text.pieces) result.emplace_back(cut_text.text.at(piece));
  return result;
}
inline Strings places(const attn::text::PreTokenizer& pre_tokenizer, std::string_view text) {
  const attn::text::Pieces cut_text = cut(pre_tokenizer, text);
  Strings result;
  for (const attn::text::Range& piece : cut_text.pieces) result.push_back(place(cut_text.text.origin(piece)));
  return result;
}

/// Tokens with the ids 0, 1, …
inline attn::text::Vocabulary vocabulary(const Strings& tokens) {
  attn::text::Vocabulary result;
  for (std::size_t i = 0; i < tokens.size(); ++i) result.add(tokens[i], static_cast<std::int64_t>(i), "test");
  return result;
}

/// The tokens of one word with their places: "un:0-2 ##do:2-4".
inline std::string cut(attn::text::Model::Words& words, const attn::text::Vocabulary& vocabulary,
                       std::string_view word) {
  std::vector<attn::text::Token> tokens;
  words.tokenize(word, {0, static_cast<std::uint32_t>(word.size())}, tokens);
  std::string result;
  for (const attn::text::Token& token : tokens)
    result += (result.empty() ? "" : " ") + std::string(vocabulary[token.id]) + ":" + place(token.range);
  return result;
}
inline std::string cut(const attn::text::Model& model, std::string_view word) {
  return cut(*model.words(), model.vocabulary(), word);
}

/// The tokenizer that a tokenizer.json describes.
attn::Tokenizer tokenizer(const nlohmann::json& json);

/// The message of read_tokenizer_json() for a text called t.json.
std::string format_error(const std::string& text);
std::string unsupported_error(const std::string& text);

/// A tokenizer.json of GPT-2's kind: all bytes, and these merges.
nlohmann::json byte_level_json(const Strings& merges);

/// Characters of every length and kind, now and then a byte that is none.
std::string random_text(std::mt19937& random, std::size_t characters, bool valid);

}  // namespace test
