// What the fuzzers of tokenizers do with bytes: read them as one, encode a few texts with it, and turn tokens into text
// again. Errors of the library are the right answers to nonsense; anything else is a defect.
#pragma once

#include "fuzz/read_bytes.hpp"

#include <attn/text/load_tokenizer.hpp>

#include <fstream>
#include <sstream>

namespace fuzz {

inline void require(bool good) {
  if (!good) std::abort();
}

/// `bytes` and `code_points` as the tokens of a text are in it: within it, and begin ≤ end.
inline void check_places(const attn::Encoding& encoding, std::string_view text, std::string_view pair) {
  const std::size_t size = encoding.size();
  require(encoding.tokens.size() == size && encoding.bytes.size() == size && encoding.code_points.size() == size &&
          encoding.type_ids.size() == size && encoding.special.size() == size && encoding.words.size() == size &&
          encoding.sequences.size() == size && encoding.padding.size() == size);
  const std::string texts[] = {attn::text::to_valid_utf8(text), attn::text::to_valid_utf8(pair)};
  for (std::size_t i = 0; i < size; ++i) {
    require(encoding.ids[i] >= 0 && attn::is_utf8(encoding.tokens[i]));
    const int sequence = encoding.sequences[i];
    require(sequence >= -1 && sequence <= 1 && (encoding.words[i] >= 0) == (sequence >= 0));
    const std::string& its_text = texts[sequence == 1];
    const std::size_t bytes = sequence < 0 ? 0 : its_text.size();
    const std::size_t code_points = sequence < 0 ? 0 : attn::text::count_code_points(its_text);
    require(encoding.bytes[i].begin <= encoding.bytes[i].end && encoding.bytes[i].end <= bytes);
    require(encoding.code_points[i].begin <= encoding.code_points[i].end && encoding.code_points[i].end <= code_points);
  }
}

inline void encode(const attn::Tokenizer& tokenizer, std::string_view text, std::string_view pair) {
  for (const bool two : {false, true}) {
    const attn::Encoding encoding = two ? tokenizer.encode(text, pair) : tokenizer.encode(text);
    check_places(encoding, text, two ? pair : "");
    for (const std::string& label : tokenizer.labels(encoding)) require(attn::is_utf8(label));
    for (const bool skip_special : {false, true}) tokenizer.decode(encoding.ids, skip_special);
  }
}

/// A tokenizer from a stranger may have no way to encode a text, and says so.
inline int use(const attn::Tokenizer& tokenizer) {
  const std::string_view texts[] = {
      "", "Hello, w\xC3\xB6rld!",
      "  a\t\xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD<s>ab</s> [MASK]\n1e\xCC\x81",
      "lower low\xFF newest it's"};
  for (const std::string_view text : texts) answer([&] { encode(tokenizer, text, texts[1]); });
  return 0;
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// A folder's tokenizer_config.json where there is none.
inline const attn::text::JsonNode& no_config() {
  static const nlohmann::json object = nlohmann::json::object();
  static const attn::text::JsonNode node(object, "$");
  return node;
}

inline int tokenizer_json(const std::uint8_t* data, std::size_t size) {
  const attn::io::Bytes bytes = bytes_of(data, size);
  return answer([&] { use(attn::text::read_tokenizer_json(bytes.text())); });
}

inline int vocab_txt(const std::uint8_t* data, std::size_t size) {
  const attn::io::Bytes bytes = bytes_of(data, size);
  return answer([&] { use(attn::text::read_vocab_txt(bytes.text(), no_config())); });
}

/// vocab.json, and merges.txt from "#version" on.
inline int merges(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const std::size_t cut = std::min(text.find("#version"), size);
  const attn::io::Bytes vocab = bytes_of(data, cut), rules = bytes_of(data + cut, size - cut);
  return answer([&] { use(attn::text::read_vocab_json(vocab.text(), rules.text(), no_config())); });
}

inline int sentencepiece(const std::uint8_t* data, std::size_t size) {
  const attn::io::Bytes bytes = bytes_of(data, size);
  return answer([&] {
    const auto model = attn::text::parse_sentencepiece(bytes.text(), "fuzz");
    use(attn::Tokenizer(attn::text::sentencepiece_parts(model, "fuzz")));
  });
}

/// All files of tests/data/text/<folder> that end with `extension`, whose tokenizers encode any text.
inline const std::vector<attn::Tokenizer>& good_tokenizers() {
  static const std::vector<attn::Tokenizer> tokenizers = [] {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(ATTN_TEST_DATA "/text/fuzz"))
      if (entry.path().extension() == ".json" || entry.path().extension() == ".model") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<attn::Tokenizer> all;
    for (const std::string& file : files) all.push_back(attn::load_tokenizer(file));
    return all;
  }();
  return tokenizers;
}

/// The first byte names a tokenizer, what follows the first zero is the pair. These tokenizers never fail.
inline int tokenize(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::vector<attn::Tokenizer>& tokenizers = good_tokenizers();
  const attn::io::Bytes bytes = bytes_of(data + 1, size - 1);
  const std::string_view both = bytes.text();
  const std::size_t cut = std::min(both.find('\0'), both.size());
  encode(tokenizers[data[0] % tokenizers.size()], both.substr(0, cut), both.substr(std::min(cut + 1, both.size())));
  return 0;
}

}  // namespace fuzz
