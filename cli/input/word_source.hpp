// A source whose tokens are put together into words: core/merge_tokens.hpp, some rows at a time.
#pragma once

#include "input/attention_source.hpp"

#include <attn/core/merge_tokens.hpp>
#include <attn/text/words.hpp>

#include <memory>
#include <utility>
#include <vector>

template <class T>
class WordSource : public AttentionSource<T> {
 public:
  using typename AttentionSource<T>::MatrixMap;

  /// Words of the queries and of the keys of `tokens`.
  WordSource(std::unique_ptr<AttentionSource<T>> tokens, const TokenKinds& queries, const TokenKinds& keys)
      : tokens_(std::move(tokens)), query_edges_(queries.words.edges), key_edges_(keys.words.edges) {
    this->layers = tokens_->layers;
    this->batches = tokens_->batches;
    this->heads = tokens_->heads;
    this->Nq = queries.words.size();
    this->Nk = keys.words.size();
    this->labels = {queries.words.labels, keys.words.labels};
    this->query_kinds = of_words(queries);
    this->key_kinds = of_words(keys);
    this->note = "words: sum over their keys, mean over their queries";
  }

  void prepare(const std::vector<attn::Index>& chosen) override { tokens_->prepare(chosen); }

  void window(MapIndex index, Range rows, Range columns, Eigen::Ref<attn::Matrix<T>> weights, MatrixMap*) override {
    constexpr attn::Index kRows = 256;  // tokens at a time: a word may be as long as the text
    const Range keys = of_words(key_edges_, columns), queries = of_words(query_edges_, rows);
    std::vector<attn::Index> edges;  // of the words that are asked for
    for (attn::Index w = columns.begin; w <= columns.end; ++w) edges.push_back(at(key_edges_, w) - keys.begin);
    weights.setZero();
    attn::Matrix<T> some(kRows, keys.size());
    attn::Index word = rows.begin;
    for (attn::Index first = queries.begin; first < queries.end; first += kRows) {
      const Range block{first, std::min(first + kRows, queries.end)};
      some.conservativeResize(block.size(), keys.size());
      tokens_->window(index, block, keys, some, nullptr);
      const attn::Matrix<T> merged = attn::merge_keys(some, edges);
      for (attn::Index i = block.begin; i < block.end; ++i) {
        if (i == at(query_edges_, word + 1)) ++word;
        const auto size = static_cast<T>(at(query_edges_, word + 1) - at(query_edges_, word));
        weights.row(word - rows.begin) += merged.row(i - block.begin) / size;
      }
    }
  }

  attn::Index work(Range rows) const override { return tokens_->work(of_words(query_edges_, rows)); }
  std::string why_no_output() const override { return tokens_->why_no_output(); }
  std::string warning() const override { return tokens_->warning(); }

 private:
  /// A word is what its first token is.
  static TokenKinds of_words(const TokenKinds& tokens) {
    TokenKinds words;
    for (attn::Index w = 0; w < tokens.words.size(); ++w) {
      const auto first = static_cast<std::size_t>(at(tokens.words.edges, w));
      if (!tokens.special.empty()) words.special.push_back(tokens.special[first]);
      if (!tokens.segments.empty()) words.segments.push_back(tokens.segments[first]);
    }
    return words;
  }
  static attn::Index at(const std::vector<attn::Index>& edges, attn::Index word) {
    return edges[static_cast<std::size_t>(word)];
  }
  static Range of_words(const std::vector<attn::Index>& edges, Range words) {
    return {at(edges, words.begin), at(edges, words.end)};
  }

  std::unique_ptr<AttentionSource<T>> tokens_;
  std::vector<attn::Index> query_edges_, key_edges_;
};
