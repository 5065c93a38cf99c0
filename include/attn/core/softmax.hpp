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

/// Overwrites each row of `scores` [N x M], any writable matrix or block, with its softmax. A row with NaN or +inf
/// becomes NaN, so that the mistake stays visible.
template <class S>
void softmax_in_place(S&& scores) {
  using T = typename std::decay_t<S>::Scalar;
  static_assert(Computing<T>, "attn: half and bfloat16 are for storage; softmax(scores) computes and returns float");
  const T infinity = T(std::numeric_limits<double>::infinity());
  // Below `lowest` exp() would give denormal numbers: they are slow, and exp(−inf) of vectorised code is one of them
  // instead of 0. A few remain where weights fade, less than 1 above `lowest`.
  const T lowest = T(std::ceil(std::log(std::numeric_limits<T>::min())));
  for (Index i = 0; i < scores.rows() && scores.cols() > 0; ++i) {
    auto row = scores.row(i).array();  // [M]
    const T max = row.template maxCoeff<Eigen::PropagateNaN>();
    if (!(-infinity < max && max < infinity)) {
      row.setConstant(max == -infinity ? T(0) : T(std::numeric_limits<double>::quiet_NaN()));
      continue;
    }
    // The second factor is 1 for all weights that matter and exactly 0 at −inf, without a branch.
    row -= max;
    row = row.cwiseMax(lowest).exp() * (row - lowest).cwiseMax(T(0)).cwiseMin(T(1));
    row *= T(T(1) / row.sum());
  }
}

/// The softmax of each row of `scores` [N x M]; pass std::move(scores) to save the copy.
template <Computing T>
Matrix<T> softmax(Matrix<T> scores) {
  softmax_in_place(scores);
  return scores;
}

/// The same for any expression; half and bfloat16 compute in float.
template <class S>
auto softmax(const Eigen::MatrixBase<S>& scores) {
  using T = ComputeScalar<S>;
  return softmax(Matrix<T>(scores.template cast<T>()));
}

}  // namespace attn
