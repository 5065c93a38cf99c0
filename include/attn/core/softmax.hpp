// Softmax by rows: scores become weights that are positive and sum to 1.
//
//     A_ij = exp(S_ij − m_i) / Σ_j exp(S_ij − m_i),   m_i = max_j S_ij
//
// Shifting by the row's maximum leaves the quotient as it is and keeps exp() in range [Goodfellow 2016, §4.1]. A hidden
// score is −inf and gets weight 0; a row that is hidden as a whole has no distribution and becomes zeros.
#pragma once

#include <attn/base/matrix.hpp>

#include <cmath>
#include <limits>
#include <utility>

namespace attn {

/// The softmax of each row of `scores` [N x M], computed in place in its argument: pass std::move(scores) to save the
/// copy.
template <class T>
Matrix<T> softmax(Matrix<T> scores) {
  const T hidden = T(-std::numeric_limits<double>::infinity());
  for (Index i = 0; i < scores.rows() && scores.cols() > 0; ++i) {
    auto row = scores.row(i).array();
    const T max = row.maxCoeff();
    if (max == hidden) {
      row.setZero();
      continue;
    }
    row = (row > hidden).select((row - max).exp(), T(0));  // exp(−inf) of vectorised code isn't exactly 0
    row /= T(row.sum());
  }
  return scores;
}

/// The same for any expression.
template <class S>
auto softmax(const Eigen::MatrixBase<S>& scores) {
  using T = ComputeScalar<S>;
  return softmax(Matrix<T>(scores.template cast<T>()));
}

}  // namespace attn
