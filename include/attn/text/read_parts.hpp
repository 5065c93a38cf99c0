// The parts of a tokenizer as tokenizer.json describes them: normalizer, pre-tokenizer, post-processor, decoder.
#pragma once

#include <attn/io/in_quotes.hpp>
#include <attn/text/json_node.hpp>
#include <attn/text/tokenizer.hpp>

#include <string>
#include <utility>
#include <vector>

namespace attn::text {

namespace detail {

constexpr int kDeepest = 16;  // sequences within sequences

[[noreturn]] inline void unsupported(const JsonNode& node, const std::string& kind) {
  throw UnsupportedError(node.path() + ": " + io::in_quotes(node.string("type", "")) + " isn't a " + kind +
                         " that attn knows");
}

inline std::vector<JsonNode> steps_of(const JsonNode& node, const char* key, int depth) {
  node.expect(depth < kDeepest, "at most 16 sequences within each other");
  return node[key].items();
}

/// {"String": "…"} or {"Regex": "…"}.
inline Pattern read_pattern(const JsonNode& node) {
  if (const auto string = node.find("String")) return string->string();
  if (const auto regex = node.find("Regex")) return Regex(regex->string(), regex->path());
  throw FormatError(node.path() + " has neither \"String\" nor \"Regex\"");
}

inline SplitBehavior read_behavior(const JsonNode& node) {
  const std::pair<const char*, SplitBehavior> behaviors[] = {
      {"Isolated", SplitBehavior::isolated},
      {"Removed", SplitBehavior::removed},
      {"Contiguous", SplitBehavior::contiguous},
      {"MergedWithPrevious", SplitBehavior::merged_with_previous},
      {"MergedWithNext", SplitBehavior::merged_with_next}};
  for (const auto& [name, behavior] : behaviors)
    if (node.string() == name) return behavior;
  node.expect(false, "Isolated, Removed, Contiguous, MergedWithPrevious or MergedWithNext");
  return {};
}

/// Bytes in base 64 [RFC 4648].
inline std::string read_base64(const JsonNode& node) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : node.string()) {
    if (c == '=') break;
    const int value = c >= 'A' && c <= 'Z'   ? c - 'A'
                      : c >= 'a' && c <= 'z' ? c - 'a' + 26
                      : c >= '0' && c <= '9' ? c - '0' + 52
                      : c == '+'             ? 62
                      : c == '/'             ? 63
                                             : -1;
    node.expect(value >= 0, "base64");
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if ((count += 6) >= 8) bytes += static_cast<char>(bits >> (count -= 8) & 0xFF);
  }
  return bytes;
}

/// What a Metaspace puts before a text; older files say it by add_prefix_space.
inline PrependScheme read_prepend_scheme(const JsonNode& node) {
  const auto scheme = node.find("prepend_scheme");
  if (!scheme) return node.boolean("add_prefix_space", true) ? PrependScheme::always : PrependScheme::never;
  for (const auto& [name, value] :
       {std::pair{"never", PrependScheme::never}, {"first", PrependScheme::first}, {"always", PrependScheme::always}})
    if (scheme->string() == name) return value;
  scheme->expect(false, "never, first or always");
  return {};
}

}  // namespace detail

inline Normalizer read_normalizer(const JsonNode& node, int depth = 0) {
  const std::string& type = node["type"].string();
  if (type == "Sequence") {
    std::vector<Normalizer> steps;
    for (const JsonNode& step : detail::steps_of(node, "normalizers", depth))
      steps.push_back(read_normalizer(step, depth + 1));
    return normalize_sequence(std::move(steps));
  }
  if (type == "BertNormalizer") {
    const bool lowercase = node.boolean("lowercase", true);
    return normalize_bert({node.boolean("clean_text", true), node.boolean("handle_chinese_chars", true),
                           node.boolean("strip_accents", lowercase), lowercase});
  }
  if (type == "NFC") return normalize_unicode(NormalizationForm::nfc);
  if (type == "NFD") return normalize_unicode(NormalizationForm::nfd);
  if (type == "NFKC") return normalize_unicode(NormalizationForm::nfkc);
  if (type == "NFKD") return normalize_unicode(NormalizationForm::nfkd);
  if (type == "Lowercase") return to_lower_case;
  if (type == "StripAccents") return strip_accents;
  if (type == "Strip") return normalize_strip(node.boolean("strip_left", true), node.boolean("strip_right", true));
  if (type == "Replace") return normalize_replace(detail::read_pattern(node["pattern"]), node["content"].string());
  if (type == "Prepend") return normalize_prepend(node["prepend"].string());
  if (type == "Precompiled") {
    const JsonNode charsmap = node["precompiled_charsmap"];
    return normalize_charsmap(Charsmap(detail::read_base64(charsmap), charsmap.path()));
  }
  detail::unsupported(node, "normalizer");
}

inline PreTokenizer read_pre_tokenizer(const JsonNode& node, int depth = 0) {
  using Is = bool (*)(char32_t);
  const std::string& type = node["type"].string();
  if (type == "Sequence") {
    std::vector<PreTokenizer> steps;
    for (const JsonNode& step : detail::steps_of(node, "pretokenizers", depth))
      steps.push_back(read_pre_tokenizer(step, depth + 1));
    return pre_tokenize_sequence(std::move(steps));
  }
  if (type == "BertPreTokenizer") return pre_tokenize_bert();
  if (type == "Whitespace") return pre_tokenize_whitespace();
  if (type == "WhitespaceSplit") return pre_tokenize_whitespace_split();
  if (type == "ByteLevel")
    return pre_tokenize_byte_level(node.boolean("add_prefix_space", true), node.boolean("use_regex", true));
  if (type == "Metaspace")
    return pre_tokenize_metaspace(node.string("replacement", "▁"), detail::read_prepend_scheme(node),
                                  node.boolean("split", true));
  if (type == "Digits")
    return pre_tokenize_split({static_cast<Is>(is_numeric), node.boolean("individual_digits", false)
                                                                ? SplitBehavior::isolated
                                                                : SplitBehavior::contiguous});
  if (type == "Punctuation") {
    const auto behavior = node.find("behavior");
    return pre_tokenize_split(
        {static_cast<Is>(is_punctuation), behavior ? detail::read_behavior(*behavior) : SplitBehavior::isolated});
  }
  if (type == "CharDelimiterSplit") return pre_tokenize_split({node["delimiter"].string(), SplitBehavior::removed});
  if (type == "Split")
    return pre_tokenize_split({detail::read_pattern(node["pattern"]), detail::read_behavior(node["behavior"]),
                               node.boolean("invert", false)});
  detail::unsupported(node, "pre-tokenizer");
}

inline Decoder read_decoder(const JsonNode& node, int depth = 0) {
  const std::string& type = node["type"].string();
  if (type == "Sequence") {
    std::vector<Decoder> steps;
    for (const JsonNode& step : detail::steps_of(node, "decoders", depth))
      steps.push_back(read_decoder(step, depth + 1));
    return decode_sequence(std::move(steps));
  }
  if (type == "ByteLevel") return decode_byte_level();
  if (type == "WordPiece") return decode_word_piece(node.string("prefix", "##"), node.boolean("cleanup", true));
  if (type == "Metaspace")
    return decode_metaspace(node.string("replacement", "▁"), detail::read_prepend_scheme(node) != PrependScheme::never);
  if (type == "BPEDecoder") return decode_bpe(node.string("suffix", "</w>"));
  if (type == "Replace") return decode_replace(detail::read_pattern(node["pattern"]), node["content"].string());
  if (type == "Fuse") return decode_fuse();
  if (type == "ByteFallback") return decode_byte_fallback();
  if (type == "Strip") return decode_strip(node["content"].string(), node.count("start", 0), node.count("stop", 0));
  detail::unsupported(node, "decoder");
}

namespace detail {

/// ["[SEP]", 102]
inline std::pair<int, std::string> read_token_and_id(const JsonNode& node) {
  return {node[std::size_t{1}].id(), node[std::size_t{0}].string()};
}

/// The parts of a TemplateProcessing for one text or two.
inline std::vector<TemplatePart> read_template(const JsonNode& node, const JsonNode& special_tokens, int sequences) {
  std::vector<TemplatePart> parts;
  for (const JsonNode& piece : node.items()) {
    if (const auto sequence = piece.find("Sequence")) {
      const JsonNode id = (*sequence)["id"];
      id.expect(id.string() == "A" || (id.string() == "B" && sequences == 2), sequences == 2 ? "A or B" : "A");
      parts.push_back({id.string() == "A" ? 0 : 1, (*sequence)["type_id"].id()});
    } else {
      const JsonNode special = piece["SpecialToken"];
      const JsonNode token = special_tokens[special["id"].string().c_str()];
      TemplatePart part{-1, special["type_id"].id()};
      const std::vector<JsonNode> ids = token["ids"].items(), tokens = token["tokens"].items();
      token.expect(ids.size() == tokens.size(), "as many ids as tokens");
      for (std::size_t i = 0; i < ids.size(); ++i) part.tokens.emplace_back(ids[i].id(), tokens[i].string());
      parts.push_back(std::move(part));
    }
  }
  return parts;
}

/// Templates without their special tokens.
inline std::vector<TemplatePart> only_sequences(const std::vector<TemplatePart>& parts) {
  std::vector<TemplatePart> sequences;
  for (const TemplatePart& part : parts)
    if (part.sequence >= 0) sequences.push_back(part);
  return sequences;
}

}  // namespace detail

/// Adds what a post-processor says to `rules`.
inline void read_post_processor(const JsonNode& node, PostProcessor& rules, int depth = 0) {
  const std::string& type = node["type"].string();
  if (type == "Sequence") {
    for (const JsonNode& step : detail::steps_of(node, "processors", depth))
      read_post_processor(step, rules, depth + 1);
    return;
  }
  if (type == "TemplateProcessing") {
    rules.single = detail::read_template(node["single"], node["special_tokens"], 1);
    rules.pair = detail::read_template(node["pair"], node["special_tokens"], 2);
    rules.plain_pair = detail::only_sequences(rules.pair);
    return;
  }
  if (type == "BertProcessing" || type == "RobertaProcessing") {
    const TemplatePart cls{-1, 0, {detail::read_token_and_id(node["cls"])}};
    const TemplatePart sep{-1, 0, {detail::read_token_and_id(node["sep"])}};
    if (type == "BertProcessing") return surround_as_bert(rules, cls, sep);
    surround_as_roberta(rules, cls, sep);
  } else if (type != "ByteLevel") {
    detail::unsupported(node, "post-processor");
  }
  rules.trim_offsets = node.boolean("trim_offsets", true);
  rules.added_space = node.boolean("add_prefix_space", true);
}

}  // namespace attn::text
