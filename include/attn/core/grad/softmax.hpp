// Softmax in reverse: from the gradient of the weights to that of the scores.
//
//     dS_ij = A_ij (dA_ij − Σ_j' A_ij' dA_ij')
//
// A hidden score has weight 0, and so gradient 0: no mask is needed here.
#pragma once

#include <attn/base/shape.hpp>

namespace attn {

/// The gradient of the scores [N x M] from the weights A and their gradient dA, both [N x M]. Throws ShapeError where
/// they don't fit. Checked against central differences of softmax().
template <class A, class D>
auto softmax_backward(const Eigen::MatrixBase<A>& weights, const Eigen::MatrixBase<D>& d_weights) {
  using T = ComputeScalar<A, D>;
  check_shape(shape_of(weights) == shape_of(d_weights), "softmax_backward", "d_weights", shape_of(d_weights),
              to_string(shape_of(weights)), "the shape of the weights");
  // row = exp(row − max): exp() is its own slope
  Matrix<T> d_scores = weights.template cast<T>().cwiseProduct(d_weights.template cast<T>());  // [N x M]
  // row *= 1 / sum: a score that raises the sum lowers all weights of its row
  for (Index i = 0; i < d_scores.rows(); ++i) {
    const T sum = d_scores.row(i).sum();
    d_scores.row(i) -= sum * weights.row(i).template cast<T>();
  }
  return d_scores;
}

}  // namespace attn
