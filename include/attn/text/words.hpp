// Which tokens make a word: those that the tokenizer cut from one, and never more than what stands between two spaces.
//
// A tokenizer without a pre-tokenizer, such as Llama's, takes the whole text for one word; there the spaces decide.
#pragma once

#include <attn/base/shape.hpp>
#include <attn/text/characters.hpp>
#include <attn/text/encoding.hpp>
#include <attn/text/labels.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace attn {

/// Words of the tokens of an encoding, special tokens being some by themselves.
struct Words {
  std::vector<Index> edges;         // [words + 1] word w is tokens edges[w] … edges[w + 1] − 1
  std::vector<std::string> labels;  // [words]

  Index size() const { return static_cast<Index>(labels.size()); }
};

namespace text {

/// Whether token i begins another word than token i − 1 is of. `text` is what both are from.
inline bool begins_word(const Encoding& encoding, std::size_t i, std::string_view text) {
  if (encoding.special[i] || encoding.special[i - 1] || encoding.sequences[i] != encoding.sequences[i - 1] ||
      encoding.words[i] != encoding.words[i - 1])
    return true;
  const Range before = encoding.bytes[i - 1], here = encoding.bytes[i];
  if (here.empty() || before.empty()) return false;
  // A space before it, at its beginning, or a line end or the like that the other one ends with.
  const auto is_space_at = [&](std::size_t at) { return is_whitespace(next_code_point(text, at)); };
  for (std::size_t at = before.end; at < here.begin; ++at)
    if (is_space_at(at)) return true;
  std::size_t last = before.end - 1;
  while (last > before.begin && (text[last] & 0xC0) == 0x80) --last;  // to the first byte of its last character
  return is_space_at(here.begin) || (text[last] != ' ' && is_space_at(last));
}

}  // namespace text

/// The words of an encoding of `text`, or of `text` and its `pair`. A label is the word as the text has it, or a
/// special token.
inline Words words_of(const Encoding& encoding, std::string_view text, std::string_view pair = {}) {
  Words words;
  for (std::size_t begin = 0, end = 0; begin < encoding.size(); begin = end) {
    const std::string_view its_text = encoding.sequences[begin] == 1 ? pair : text;
    end = begin + 1;
    while (end < encoding.size() && !text::begins_word(encoding, end, its_text)) ++end;
    std::uint32_t first = 0, last = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (encoding.bytes[i].empty()) continue;
      if (last == 0) first = encoding.bytes[i].begin;
      last = encoding.bytes[i].end;
    }
    std::string_view word = its_text.substr(first, last - first);
    const auto blank = [&](std::size_t at) { return word[at] == ' '; };
    while (word.size() > 1 && blank(0)) word.remove_prefix(1);
    while (word.size() > 1 && blank(word.size() - 1)) word.remove_suffix(1);
    words.edges.push_back(static_cast<Index>(begin));
    if (word.empty() && !encoding.special[begin]) word = " ";  // a tokenizer trimmed it from its token's place
    words.labels.push_back(word.empty() ? encoding.tokens[begin] : text::visible(word));
  }
  words.edges.push_back(static_cast<Index>(encoding.size()));
  return words;
}

}  // namespace attn
