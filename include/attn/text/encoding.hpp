// A text as tokens: what a model reads, and where each token is in the text.
#pragma once

#include <attn/text/aligned_text.hpp>

#include <string>
#include <vector>

namespace attn {

/// Tokens of one text or two, in the order in which a model reads them. All vectors are of the same size.
struct Encoding {
  std::vector<int> ids;
  std::vector<std::string> tokens;       // as the vocabulary spells them
  std::vector<text::Range> bytes;        // begin … end − 1 of the text; both 0 for tokens that aren't in it
  std::vector<text::Range> code_points;  // the same, counted in code points
  std::vector<int> type_ids;             // which segment: 0 or 1, by BERT's custom
  std::vector<std::uint8_t> special;     // 1 for tokens that were put around the text
  std::vector<int> words;                // the word that a token belongs to, counted from 0; −1 for special ones
  std::vector<int> sequences;            // 0: of the text, 1: of its pair, −1: of neither
  std::vector<std::uint8_t> padding;     // 1 for tokens that only fill up

  std::size_t size() const { return ids.size(); }

  void reserve(std::size_t size) {
    for_each([&](auto& values, const auto&) { values.reserve(size); }, *this);
  }
  void append(const Encoding& other) {
    for_each([](auto& mine, const auto& its) { mine.insert(mine.end(), its.begin(), its.end()); }, other);
  }
  /// Only the first `size` tokens, or the last ones.
  void truncate(std::size_t size, bool keep_last = false) {
    if (size >= this->size()) return;
    const auto drop = static_cast<std::ptrdiff_t>(this->size() - size);
    for_each(
        [&](auto& values, const auto&) {
          if (keep_last)
            values.erase(values.begin(), values.begin() + drop);
          else
            values.erase(values.end() - drop, values.end());
        },
        *this);
  }
  /// A token that isn't in the text.
  void add_special(int id, const std::string& token, int type_id, bool pads = false) {
    ids.push_back(id);
    tokens.push_back(token);
    bytes.push_back({});
    code_points.push_back({});
    type_ids.push_back(type_id);
    special.push_back(1);
    words.push_back(-1);
    sequences.push_back(-1);
    padding.push_back(pads);
  }

 private:
  template <class Call>
  void for_each(const Call& call, const Encoding& other) {
    call(ids, other.ids);
    call(tokens, other.tokens);
    call(bytes, other.bytes);
    call(code_points, other.code_points);
    call(type_ids, other.type_ids);
    call(special, other.special);
    call(words, other.words);
    call(sequences, other.sequences);
    call(padding, other.padding);
  }
};

}  // namespace attn
