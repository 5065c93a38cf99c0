// tokenizer.json: a whole tokenizer in one file, as Hugging Face's library writes it (version 1.0).
//
// The vocabulary and the merges, which are nearly all of such a file, go into their tables while the file is parsed.
#pragma once

#include <attn/io/in_quotes.hpp>
#include <attn/text/bpe.hpp>
#include <attn/text/read_added_tokens.hpp>
#include <attn/text/read_parts.hpp>
#include <attn/text/unigram.hpp>
#include <attn/text/word_level.hpp>
#include <attn/text/word_piece.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attn::text {

namespace detail {

/// Pairs of tokens, one behind the other in one string.
class TokenPairs {
 public:
  void add(std::string_view left, std::string_view right) {
    ends_.push_back({text_.size() + left.size(), text_.size() + left.size() + right.size()});
    text_.append(left).append(right);
  }
  std::size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  std::string_view left(std::size_t i) const { return both(i).substr(0, ends_[i].left - begin(i)); }
  std::string_view right(std::size_t i) const { return both(i).substr(ends_[i].left - begin(i)); }
  std::string_view both(std::size_t i) const {
    return std::string_view(text_).substr(begin(i), ends_[i].right - begin(i));
  }

 private:
  struct Ends {
    std::size_t left, right;
  };
  std::size_t begin(std::size_t i) const { return i == 0 ? 0 : ends_[i - 1].right; }

  std::string text_;
  std::vector<Ends> ends_;
};

/// The document without its large tables, and the tables.
struct TokenizerDocument {
  nlohmann::json json;
  Vocabulary vocabulary;
  std::vector<double> scores;  // of Unigram, by id
  TokenPairs merges;           // of BPE, in their order
};

/// Parses `text`, taking $.model.vocab and $.model.merges out of it.
inline TokenizerDocument parse_tokenizer_json(std::string_view text, const std::string& name) {
  using Event = nlohmann::json::parse_event_t;
  TokenizerDocument document;
  std::vector<std::string> keys(3);  // the key at each of the outer depths
  std::string token;
  bool has_key = false;  // the token is a key whose value comes next
  const auto table = [&](int depth, const char* key) { return depth >= 2 && keys[1] == "model" && keys[2] == key; };
  const auto filter = [&](int depth, Event event, nlohmann::json& value) {
    if (event == Event::key && (depth == 1 || depth == 2)) {
      keys[static_cast<std::size_t>(depth)] = value.get_ref<const std::string&>();
      if (depth == 1) keys[2].clear();
      return true;
    }
    if (table(depth, "vocab") && depth == 3) {
      const std::string where = name + ": $.model.vocab";
      if (event == Event::key) {
        token = value.get_ref<const std::string&>();
        has_key = true;
      } else if (has_key) {  // in an object of tokens and ids
        if (event != Event::value || !value.is_number_integer())
          throw FormatError(where + " has " +
                            (event == Event::value         ? value.type_name()
                             : event == Event::array_start ? "array"
                                                           : "object") +
                            " for " + io::in_quotes(token) + ", expected an id");
        document.vocabulary.add(token, value.get<std::int64_t>(), where);
        has_key = false;
      } else if (event != Event::array_start) {  // in a list of tokens and scores
        const std::size_t id = document.scores.size();
        if (event != Event::array_end || value.size() != 2 || !value[0].is_string() || !value[1].is_number())
          throw FormatError(where + "[" + std::to_string(id) + "] isn't a token and its score");
        document.vocabulary.add(value[0].get_ref<const std::string&>(), static_cast<std::int64_t>(id), where);
        document.scores.push_back(value[1].get<double>());
      }
      return event == Event::array_start;
    }
    if (table(depth, "merges") && depth == 3) {
      if (event == Event::array_start) return true;
      const std::size_t before = document.merges.size();
      if (event == Event::value && value.is_string()) {
        const std::string_view both = value.get_ref<const std::string&>();
        const std::size_t space = both.find(' ');
        if (space != std::string_view::npos && both.find(' ', space + 1) == std::string_view::npos)
          document.merges.add(both.substr(0, space), both.substr(space + 1));
      } else if (event == Event::array_end && value.size() == 2 && value[0].is_string() && value[1].is_string()) {
        document.merges.add(value[0].get_ref<const std::string&>(), value[1].get_ref<const std::string&>());
      }
      if (document.merges.size() == before)
        throw FormatError(name + ": $.model.merges[" + std::to_string(before) + "] isn't two tokens");
      return false;
    }
    return true;
  };
  document.json = parse_json(text, name, filter);
  return document;
}

/// The merges of BPE by ids. Throws FormatError for tokens that aren't there.
inline Merges make_merges(const TokenPairs& pairs, const Vocabulary& vocabulary, const std::string& prefix,
                          const std::string& where) {
  Merges merges(pairs.size());
  std::string joined;
  for (std::size_t rank = 0; rank < pairs.size(); ++rank) {
    const std::string_view left = pairs.left(rank), right = pairs.right(rank);
    const auto id_of = [&](std::string_view token) {
      const std::optional<int> id = vocabulary.find(token);
      if (!id)
        throw FormatError(where + "[" + std::to_string(rank) + "] merges " + io::in_quotes(left) + " and " +
                          io::in_quotes(right) + ", but " + io::in_quotes(token) + " isn't in the vocabulary");
      return *id;
    };
    std::string_view both = pairs.both(rank);
    if (!prefix.empty()) {
      joined = left;
      both = joined += right.substr(std::min(prefix.size(), right.size()));
    }
    const int left_id = id_of(left), right_id = id_of(right);
    merges.add(left_id, right_id, {static_cast<std::int32_t>(rank), id_of(both)});
  }
  return merges;
}

inline std::shared_ptr<const Model> read_model(const JsonNode& node, TokenizerDocument document) {
  std::string type = node.string("type", "");
  if (type.empty()) {  // older files don't say
    type = node.find("unk_id") || !document.scores.empty() ? "Unigram"
           : !document.merges.empty()                      ? "BPE"
           : node.find("continuing_subword_prefix")        ? "WordPiece"
                                                           : "WordLevel";
  }
  const std::string where = node.path();
  if (type == "WordPiece")
    return std::make_shared<WordPiece>(std::move(document.vocabulary), node.string("unk_token", "[UNK]"),
                                       node.string("continuing_subword_prefix", "##"),
                                       node.count("max_input_chars_per_word", 100), where);
  if (type == "WordLevel")
    return std::make_shared<WordLevel>(std::move(document.vocabulary), node.string("unk_token", "<unk>"));
  if (type == "Unigram") {
    std::optional<int> unknown;
    if (const auto id = node.find("unk_id")) {
      unknown = id->id();
      id->expect(document.vocabulary.find_id(*unknown).has_value(), "the id of a token");
    }
    node.expect(!document.scores.empty(), "a vocabulary with scores");
    node.expect(document.scores.size() == static_cast<std::size_t>(document.vocabulary.size()),
                "a score for each token");
    std::vector<bool> usable(document.scores.size(), true);
    return std::make_shared<Unigram>(std::move(document.vocabulary), std::move(document.scores), usable,
                                     UnigramRules{unknown, node.boolean("byte_fallback", false)});
  }
  if (type == "BPE") {
    if (const auto dropout = node.find("dropout"); dropout && dropout->number() != 0)
      throw UnsupportedError(dropout->path() + " is " + std::to_string(dropout->number()) +
                             ": tokens that are chosen by chance aren't supported");
    BpeRules rules;
    rules.continuing_prefix = node.string("continuing_subword_prefix", "");
    rules.end_of_word_suffix = node.string("end_of_word_suffix", "");
    rules.fuse_unknown = node.boolean("fuse_unk", false);
    rules.byte_fallback = node.boolean("byte_fallback", false);
    rules.ignore_merges = node.boolean("ignore_merges", false);
    if (const auto unknown = node.find("unk_token")) {
      rules.unknown = document.vocabulary.find(unknown->string());
      unknown->expect(rules.unknown.has_value(), "a token of the vocabulary");
    }
    Merges merges = make_merges(document.merges, document.vocabulary, rules.continuing_prefix, where + ".merges");
    return std::make_shared<Bpe>(std::move(document.vocabulary), std::move(merges), std::move(rules));
  }
  detail::unsupported(node, "model");
}

inline Truncation read_truncation(const JsonNode& node) {
  Truncation truncation;
  truncation.max_length = node["max_length"].count();
  truncation.keep_last = node.string("direction", "Right") == "Left";
  const std::string strategy = node.string("strategy", "LongestFirst");
  if (strategy == "OnlyFirst")
    truncation.strategy = Truncation::Strategy::only_first;
  else if (strategy == "OnlySecond")
    truncation.strategy = Truncation::Strategy::only_second;
  else if (strategy != "LongestFirst")
    node["strategy"].expect(false, "LongestFirst, OnlyFirst or OnlySecond");
  return truncation;
}

inline Padding read_padding(const JsonNode& node) {
  constexpr std::size_t kLongest = 1 << 20;
  Padding padding;
  if (const auto strategy = node.find("strategy"); strategy && strategy->is_object())
    padding.length = (*strategy)["Fixed"].count();
  padding.multiple_of = node.count("pad_to_multiple_of", 0);
  node.expect(padding.length <= kLongest && padding.multiple_of <= kLongest, "padding to at most 2^20 tokens");
  padding.left = node.string("direction", "Right") == "Left";
  padding.id = node["pad_id"].id();
  padding.type_id = static_cast<int>(node.count("pad_type_id", 0));
  padding.token = node.string("pad_token", "[PAD]");
  return padding;
}

/// How a tokenizer with these parts spells spaces and parts of words.
inline void find_spelling(const JsonNode& node, Spelling& spelling) {
  const std::string type = node.string("type", "");
  if (type == "ByteLevel") spelling.byte_level = true;
  if (type == "Metaspace") spelling.space = node.string("replacement", "▁");
  if (type == "WordPiece") spelling.continuing_prefix = node.string("prefix", "##");
  if (type == "BPEDecoder") spelling.end_of_word_suffix = node.string("suffix", "</w>");
  if (type == "Replace")
    if (const auto pattern = node.find("pattern");
        pattern && pattern->find("String") && node.string("content", "") == " ")
      spelling.space = (*pattern)["String"].string();
  if (const auto steps = node.find("decoders"))
    for (const JsonNode& step : steps->items()) find_spelling(step, spelling);
}

}  // namespace detail

/// The tokenizer that `text`, the content of a tokenizer.json called `name`, describes. Throws FormatError with the
/// path of what is wrong, UnsupportedError with that of what attn doesn't know.
inline Tokenizer read_tokenizer_json(std::string_view text, const std::string& name = "tokenizer.json") {
  detail::TokenizerDocument document = detail::parse_tokenizer_json(text, name);
  const nlohmann::json json = std::move(document.json);
  const JsonNode root(json, name + ": $");
  root.expect(root.is_object(), "an object");
  const JsonNode model = root["model"];
  TokenizerParts parts;
  if (const auto suffix = model.find("end_of_word_suffix")) parts.spelling.end_of_word_suffix = suffix->string();
  if (const auto prefix = model.find("continuing_subword_prefix")) parts.spelling.continuing_prefix = prefix->string();
  parts.model = detail::read_model(model, std::move(document));
  if (const auto added = root.find("added_tokens"))
    read_added_tokens(*added, parts.model->vocabulary(), parts.added_tokens);
  if (const auto normalizer = root.find("normalizer")) parts.normalizer = read_normalizer(*normalizer);
  if (const auto pre_tokenizer = root.find("pre_tokenizer")) parts.pre_tokenizer = read_pre_tokenizer(*pre_tokenizer);
  if (const auto post_processor = root.find("post_processor"))
    read_post_processor(*post_processor, parts.post_processor);
  if (const auto decoder = root.find("decoder")) {
    parts.decoder = read_decoder(*decoder);
    detail::find_spelling(*decoder, parts.spelling);
  }
  if (const auto truncation = root.find("truncation")) parts.truncation = detail::read_truncation(*truncation);
  if (const auto padding = root.find("padding")) parts.padding = detail::read_padding(*padding);
  return Tokenizer(std::move(parts));
}

}  // namespace attn::text
