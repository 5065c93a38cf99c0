// How dot products become scores: the scale, and the soft cap of the models that have one.
//
//     S = Q Kᵀ · scale,   scale = 1/√dk unless a model says otherwise      [Vaswani 2017, §3.2.1]
//     S ← c · tanh(S / c)                                                  [Gemma 2, 2024, §2]
#pragma once

#include <attn/base/matrix.hpp>

#include <cmath>
#include <optional>

namespace attn {

struct Scoring {
  std::optional<double> scale = {};     // of the dot products; 1/√dk by default
  std::optional<double> soft_cap = {};  // scores stay within ±soft_cap; none by default

  double scale_for(Index dk) const { return scale.value_or(1.0 / std::sqrt(static_cast<double>(dk > 0 ? dk : 1))); }
};

/// Bounds the scores, any writable matrix or block, smoothly to ±cap; does nothing without a cap.
template <class S>
void soft_cap(S&& scores, const std::optional<double>& cap) {
  using T = typename std::decay_t<S>::Scalar;
  if (cap) scores.array() = (scores.array() / T(*cap)).tanh() * T(*cap);
}

}  // namespace attn
