// Tokenizers of before tokenizer.json: a vocabulary in files of its own, and the rules known from the model's class.
//
//     vocab.txt                  one token a line: BERT's WordPiece
//     vocab.json, merges.txt     ids of tokens, and merges in their order: GPT-2's, RoBERTa's and CLIP's BPE
#pragma once

#include <attn/io/in_quotes.hpp>
#include <attn/text/read_tokenizer_json.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attn::text {

namespace detail {

/// Calls line(text, number) for each line, counted from 1, without its end.
template <class Line>
void for_each_line(std::string_view text, const Line& line) {
  for (std::size_t at = 0, number = 1; at < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view content = text.substr(at, end - at);
    if (content.ends_with('\r')) content.remove_suffix(1);
    line(content, number);
    at = end + 1;
  }
}

/// The special tokens among `names` that the vocabulary has.
inline void add_special(const Vocabulary& vocabulary, std::initializer_list<std::string> names,
                        std::vector<AddedToken>& added) {
  for (const std::string& name : names) {
    const std::optional<int> id = vocabulary.find(name);
    if (!id || std::any_of(added.begin(), added.end(), [&](const AddedToken& token) { return token.id == *id; }))
      continue;
    AddedToken token{*id, name};
    token.special = true;
    added.push_back(token);
  }
}

/// The text of a special token that tokenizer_config.json names: a string, or an object with its content.
inline std::string special_token(const JsonNode& config, const char* key, const std::string& otherwise) {
  const auto node = config.find(key);
  if (!node) return otherwise;
  return node->is_object() ? (*node)["content"].string() : node->string();
}

inline std::pair<int, std::string> token_in(const Vocabulary& vocabulary, const std::string& token,
                                            const std::string& where) {
  const std::optional<int> id = vocabulary.find(token);
  if (!id) throw FormatError(where + ": the special token " + io::in_quotes(token) + " isn't in the vocabulary");
  return {*id, token};
}

}  // namespace detail

namespace detail {

/// Whether what tokenizer_class of tokenizer_config.json names reads its vocab.txt as BERT does.
inline bool is_like_bert(std::string type) {
  if (type.ends_with("Fast")) type.resize(type.size() - 4);
  if (type.ends_with("Tokenizer")) type.resize(type.size() - 9);
  for (const char* known :
       {"Bert", "DistilBert", "Electra", "MobileBert", "LayoutLM", "LayoutLMv2", "ConvBert", "SqueezeBert", "Lxmert",
        "Retribert", "Realm", "DPRQuestionEncoder", "DPRContextEncoder", "DPRReader", "PreTrained"})
    if (type == known) return true;
  return type.empty();
}

}  // namespace detail

/// BERT's tokenizer, of vocab.txt and its tokenizer_config.json (an empty object where there is none). Throws
/// UnsupportedError for classes of models that read their vocab.txt in another way.
inline Tokenizer read_vocab_txt(std::string_view text, const JsonNode& config, const std::string& name = "vocab.txt") {
  const std::string type = config.string("tokenizer_class", "");
  if (!detail::is_like_bert(type))
    throw UnsupportedError(config.path() + ".tokenizer_class is " + io::in_quotes(type) +
                           ": with a vocab.txt only BERT and those like it are known; a tokenizer.json says what is " +
                           "needed");
  if (!config.boolean("do_basic_tokenize", true))
    throw UnsupportedError(config.path() + ".do_basic_tokenize is false: only true is known");
  Vocabulary vocabulary;
  detail::for_each_line(text, [&](std::string_view line, std::size_t number) {
    const std::string where = name + ": line " + std::to_string(number);
    if (!is_utf8(line)) throw FormatError(where + " isn't UTF-8");
    vocabulary.add(line, static_cast<std::int64_t>(number) - 1, where);
  });
  const std::string unknown = detail::special_token(config, "unk_token", "[UNK]");
  const std::string cls = detail::special_token(config, "cls_token", "[CLS]");
  const std::string sep = detail::special_token(config, "sep_token", "[SEP]");
  TokenizerParts parts;
  detail::add_special(vocabulary,
                      {detail::special_token(config, "pad_token", "[PAD]"), unknown, cls, sep,
                       detail::special_token(config, "mask_token", "[MASK]")},
                      parts.added_tokens);
  read_added_tokens_decoder(config, vocabulary, parts.added_tokens);
  const bool lowercase = config.boolean("do_lower_case", true);
  parts.normalizer = normalize_bert(
      {true, config.boolean("tokenize_chinese_chars", true), config.boolean("strip_accents", lowercase), lowercase});
  parts.pre_tokenizer = pre_tokenize_bert();
  const TemplatePart first{-1, 0, {detail::token_in(vocabulary, cls, name)}};
  const TemplatePart last{-1, 0, {detail::token_in(vocabulary, sep, name)}};
  surround_as_bert(parts.post_processor, first, last);
  parts.decoder = decode_word_piece("##", true);
  parts.spelling.continuing_prefix = "##";
  parts.model = std::make_shared<WordPiece>(std::move(vocabulary), unknown, "##", 100, name);
  return Tokenizer(std::move(parts));
}

/// GPT-2's tokenizer, RoBERTa's or CLIP's: which one is said by tokenizer_class of tokenizer_config.json, or else by
/// the special tokens that the vocabulary has.
inline Tokenizer read_vocab_json(std::string_view vocab, std::string_view merges, const JsonNode& config,
                                 const std::string& vocab_name = "vocab.json",
                                 const std::string& merges_name = "merges.txt") {
  Vocabulary vocabulary;
  std::string token;
  const auto filter = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    using Event = nlohmann::json::parse_event_t;
    if (depth > 1 || event == Event::array_start)
      throw FormatError(vocab_name + ": expected an object of tokens and their ids, and nothing within them");
    if (event == Event::key) token = value.get_ref<const std::string&>();
    if (event == Event::value && depth == 1) {
      if (!value.is_number_integer())
        throw FormatError(vocab_name + ": " + io::in_quotes(token) + " has " + value.type_name() + ", expected an id");
      vocabulary.add(token, value.get<std::int64_t>(), vocab_name);
    }
    return depth == 0;
  };
  if (!parse_json(vocab, vocab_name, filter).is_object())
    throw FormatError(vocab_name + ": expected an object of tokens and their ids");
  detail::TokenPairs pairs;
  detail::for_each_line(merges, [&](std::string_view line, std::size_t number) {
    if ((number == 1 && line.starts_with("#version")) || line.empty()) return;
    const std::string where = merges_name + ": line " + std::to_string(number);
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos || !is_utf8(line))
      throw FormatError(where + " isn't two tokens with a space between them");
    pairs.add(line.substr(0, space), line.substr(space + 1));
  });

  const std::string type = config.string("tokenizer_class", "");
  const bool clip = type.starts_with("CLIP") || (type.empty() && vocabulary.find("<|startoftext|>"));
  const bool roberta =
      !clip && (type.starts_with("Roberta") || type.starts_with("Bart") || type.starts_with("Longformer") ||
                (type.empty() && vocabulary.find("<s>") && vocabulary.find("</s>")));
  if (!clip && !roberta && !type.empty() && !type.starts_with("GPT2"))
    throw UnsupportedError(config.path() + ".tokenizer_class is " + io::in_quotes(type) +
                           ": without a tokenizer.json only GPT2, Roberta, Bart, Longformer and CLIP are known");
  TokenizerParts parts;
  BpeRules rules;
  const std::string begin = clip ? "<|startoftext|>" : roberta ? "<s>" : "<|endoftext|>";
  const std::string end = roberta ? "</s>" : "<|endoftext|>";
  const std::string bos = detail::special_token(config, "bos_token", begin);
  const std::string eos = detail::special_token(config, "eos_token", end);
  detail::add_special(vocabulary,
                      {bos, eos, detail::special_token(config, "unk_token", roberta ? "<unk>" : end),
                       detail::special_token(config, "pad_token", roberta ? "<pad>" : end)},
                      parts.added_tokens);
  if (roberta) {
    const std::size_t before = parts.added_tokens.size();
    detail::add_special(vocabulary, {detail::special_token(config, "mask_token", "<mask>")}, parts.added_tokens);
    if (parts.added_tokens.size() > before) parts.added_tokens.back().lstrip = true;
  }
  read_added_tokens_decoder(config, vocabulary, parts.added_tokens);
  const bool prefix_space = config.boolean("add_prefix_space", false);
  if (clip) {
    parts.normalizer = normalize_sequence(
        {normalize_unicode(NormalizationForm::nfc), normalize_replace(Regex("\\s+"), " "), to_lower_case});
    const Regex words(
        "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+");
    parts.pre_tokenizer = pre_tokenize_sequence(
        {pre_tokenize_split({words, SplitBehavior::removed, true}), pre_tokenize_byte_level(false, false)});
    rules.end_of_word_suffix = parts.spelling.end_of_word_suffix = "</w>";
    rules.unknown = vocabulary.find(detail::special_token(config, "unk_token", end));
  } else {
    parts.pre_tokenizer = pre_tokenize_byte_level(prefix_space, true);
  }
  if (clip || roberta) {
    const TemplatePart first{-1, 0, {detail::token_in(vocabulary, bos, vocab_name)}};
    const TemplatePart last{-1, 0, {detail::token_in(vocabulary, eos, vocab_name)}};
    surround_as_roberta(parts.post_processor, first, last);
  }
  parts.post_processor.trim_offsets = roberta;
  parts.post_processor.added_space = prefix_space;
  parts.decoder = decode_byte_level();
  parts.spelling.byte_level = true;
  Merges table = detail::make_merges(pairs, vocabulary, "", merges_name + ": merge ");
  parts.model = std::make_shared<Bpe>(std::move(vocabulary), std::move(table), std::move(rules));
  return Tokenizer(std::move(parts));
}

}  // namespace attn::text
