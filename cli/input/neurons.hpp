// The scores of a part of a map, by the rules that its weights are computed by: steps 1 and 2 of core/attention.hpp.
#pragma once

#include "input/attention_source.hpp"

#include <attn/core/bias.hpp>
#include <attn/core/scoring.hpp>

#include <limits>
#include <sstream>
#include <string>
#include <type_traits>

/// q [Nq x dk], k [Nk x dk], and a mask and a bias of the whole map.
template <class T, class Q, class K, class M, class B>
Neurons<T> neurons_of(const Q& q, const K& k, Range rows, Range columns, const M& mask, const B& bias,
                      const attn::Scoring& scoring) {
  Neurons<T> neurons{q.middleRows(rows.begin, rows.size()), k.middleRows(columns.begin, columns.size()), {}};
  attn::Matrix<T>& scores = neurons.scores;
  scores = T(scoring.scale_for(q.cols())) * neurons.q * neurons.k.transpose();
  const auto each = [&](const auto& change) {
    for (attn::Index i = 0; i < scores.rows(); ++i)
      for (attn::Index j = 0; j < scores.cols(); ++j) change(scores(i, j), rows.begin + i, columns.begin + j);
  };
  if constexpr (!std::is_same_v<B, attn::NoBias>)
    each([&](T& score, attn::Index i, attn::Index j) { score += T(bias(i, j)); });
  attn::soft_cap(scores, scoring.soft_cap);
  each([&](T& score, attn::Index i, attn::Index j) {
    if (!mask(i, j)) score = -std::numeric_limits<T>::infinity();
  });
  return neurons;
}

/// What happens to a dot product after it was scaled, in words.
inline std::string what_follows(bool has_bias, const attn::Scoring& scoring, bool has_mask) {
  std::string text;
  const auto add = [&](const std::string& step) { text += (text.empty() ? "" : "; ") + step; };
  if (has_bias) add("a bias of the key’s distance is added");
  if (scoring.soft_cap) {
    std::ostringstream cap;
    cap << *scoring.soft_cap;
    add("the score s is capped: " + cap.str() + " · tanh(s / " + cap.str() + ")");
  }
  if (has_mask) add("keys that the query must not see get −∞");
  return text;
}
