// The soft cap in reverse.
//
//     C = c · tanh(S / c):   dS = dC ∘ (1 − tanh²(S / c)) = dC ∘ (1 − (C / c)²)
#pragma once

#include <attn/base/shape.hpp>

#include <optional>

namespace attn {

/// Turns the gradient of capped scores into that of the scores before the cap, in place; both [Nq x Nk]. Does nothing
/// without a cap. Throws ShapeError where they don't fit.
template <class T>
void soft_cap_backward(Matrix<T>& d_scores, const Matrix<T>& capped, const std::optional<double>& cap) {
  check_shape(shape_of(d_scores) == shape_of(capped), "soft_cap_backward", "the gradient", shape_of(d_scores),
              to_string(shape_of(capped)), "the shape of the capped scores");
  // capped = cap · tanh(scores / cap)
  if (cap) d_scores.array() *= T(1) - (capped.array() / T(*cap)).square();
}

}  // namespace attn
