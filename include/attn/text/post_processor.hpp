// What is put around the tokens of a text or two, and how long they may be: post-processors, truncation and padding of
// tokenizer.json.
#pragma once

#include <attn/base/error.hpp>
#include <attn/text/byte_level.hpp>
#include <attn/text/encoding.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace attn::text {

/// A part of a template: the text, its pair, or special tokens.
struct TemplatePart {
  int sequence = -1;  // 0: the text, 1: its pair, −1: special tokens
  int type_id = 0;
  std::vector<std::pair<int, std::string>> tokens = {};  // ids and spelling of the special ones
};

struct PostProcessor {
  std::vector<TemplatePart> single = {{0, 0}};
  std::vector<TemplatePart> pair = {{0, 0}, {1, 1}};
  std::vector<TemplatePart> plain_pair = {{0, 0}, {1, 1}};  // of two texts without special tokens
  bool trim_offsets = false;                                // spaces of byte-level tokens don't count as their places
  bool added_space = false;                                 // and the first one of a text isn't in it

  std::size_t special_tokens(bool is_pair) const {
    std::size_t count = 0;
    for (const TemplatePart& part : is_pair ? pair : single) count += part.tokens.size();
    return count;
  }
};

/// BERT's: [CLS] A [SEP], and [CLS] A [SEP] B [SEP], of which the second part is of type 1.
inline void surround_as_bert(PostProcessor& rules, const TemplatePart& first, const TemplatePart& last) {
  TemplatePart second_last = last;
  second_last.type_id = 1;
  rules.single = {first, {0, 0}, last};
  rules.pair = {first, {0, 0}, last, {1, 1}, second_last};
}

/// RoBERTa's: <s> A </s>, and <s> A </s> </s> B </s>, all of type 0.
inline void surround_as_roberta(PostProcessor& rules, const TemplatePart& first, const TemplatePart& last) {
  rules.single = {first, {0, 0}, last};
  rules.pair = {first, {0, 0}, last, last, {1, 0}, last};
  rules.plain_pair = {{0, 0}, {1, 0}};
}

namespace detail {

/// How many spaces a byte-level token begins with.
inline std::uint32_t count_spaces(const std::u32string& token, bool from_the_end) {
  const auto is_space = [](char32_t c) { return c == character_of_byte(' ') || is_whitespace(c); };
  std::uint32_t count = 0;
  while (count < token.size() && is_space(from_the_end ? token[token.size() - 1 - count] : token[count])) ++count;
  return count;
}

/// Takes the spaces at a byte-level token's ends out of its place.
inline void trim_offsets(Encoding& encoding, bool added_space) {
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    const std::u32string token = decode_utf8(encoding.tokens[i]);
    const std::uint32_t leading = count_spaces(token, false), trailing = count_spaces(token, true);
    for (Range* place : {&encoding.bytes[i], &encoding.code_points[i]}) {
      std::uint32_t skipped = leading;
      if (added_space && (i == 0 || place->begin == 0)) skipped -= std::min(skipped, 1u);
      place->begin = std::min(place->begin + skipped, place->end);
      if (place->end >= trailing) place->end = std::max(place->end - trailing, place->begin);
    }
  }
}

}  // namespace detail

/// Puts texts together with their special tokens, where these are wanted. `second` may be null.
inline Encoding post_process(const PostProcessor& rules, Encoding first, Encoding* second, bool special) {
  if (rules.trim_offsets) {
    detail::trim_offsets(first, rules.added_space);
    if (second) detail::trim_offsets(*second, rules.added_space);
  }
  Encoding result;
  const std::vector<TemplatePart>& parts = !second ? rules.single : special ? rules.pair : rules.plain_pair;
  result.reserve(first.size() + (second ? second->size() : 0) + rules.special_tokens(second != nullptr));
  for (const TemplatePart& part : parts) {
    if (part.sequence < 0) {
      if (special)
        for (const auto& [id, token] : part.tokens) result.add_special(id, token, part.type_id);
      continue;
    }
    const Encoding& sequence = part.sequence == 0 ? first : *second;
    const std::size_t begin = result.size();
    result.append(sequence);
    std::fill(result.type_ids.begin() + static_cast<std::ptrdiff_t>(begin), result.type_ids.end(), part.type_id);
  }
  return result;
}

struct Truncation {
  enum class Strategy { longest_first, only_first, only_second };
  std::size_t max_length = 0;  // with the special tokens
  Strategy strategy = Strategy::longest_first;
  bool keep_last = false;
};

/// Shortens the texts so that they, and `special` tokens, are at most max_length. Throws UsageError where only one of
/// them may be shortened and that isn't enough.
inline void truncate(const Truncation& rules, Encoding& first, Encoding* second, std::size_t special) {
  const std::size_t most = rules.max_length - std::min(rules.max_length, special);
  const std::size_t length = first.size() + (second ? second->size() : 0);
  if (length <= most) return;
  if (rules.strategy == Truncation::Strategy::longest_first) {
    std::size_t shorter = first.size(), longer = second ? second->size() : 0;
    if (!second) return first.truncate(most, rules.keep_last);
    const bool swapped = shorter > longer;
    if (swapped) std::swap(shorter, longer);
    longer = shorter > most ? shorter : std::max(shorter, most - shorter);
    if (shorter + longer > most) {
      shorter = most / 2;
      longer = shorter + most % 2;
    }
    if (swapped) std::swap(shorter, longer);
    first.truncate(shorter, rules.keep_last);
    second->truncate(longer, rules.keep_last);
    return;
  }
  Encoding* target = rules.strategy == Truncation::Strategy::only_first ? &first : second;
  const std::size_t excess = length - most;
  if (!target || target->size() <= excess)
    throw UsageError("tokenizer: the text has " + std::to_string(length) + " tokens, of which " +
                     std::to_string(target ? target->size() : 0) + " may be left out, expected at most " +
                     std::to_string(most) + "; its rules for truncation allow no more");
  target->truncate(target->size() - excess, rules.keep_last);
}

struct Padding {
  std::size_t length = 0;       // at least so many tokens
  std::size_t multiple_of = 0;  // and a multiple of this, where it isn't 0
  bool left = false;
  int id = 0, type_id = 0;
  std::string token;
};

inline Encoding pad(const Padding& rules, Encoding encoding) {
  std::size_t length = std::max(encoding.size(), rules.length);
  if (rules.multiple_of > 0) length = (length + rules.multiple_of - 1) / rules.multiple_of * rules.multiple_of;
  if (length <= encoding.size()) return encoding;
  Encoding padding;
  for (std::size_t i = encoding.size(); i < length; ++i)
    padding.add_special(rules.id, rules.token, rules.type_id, true);
  if (!rules.left) std::swap(padding, encoding);
  padding.append(encoding);
  return padding;
}

}  // namespace attn::text
