// Attention by blocks of queries, into memory that the caller has: plain Eigen, as fast as it gets.
//
// The rows of the weights don't depend on each other. A block of them goes through all four steps of core/attention.hpp
// while it is in the cache, instead of the whole matrix travelling to memory and back for each step.
//
//     q [Nq x dk]   k [Nk x dk]   v [Nk x dv]   output [Nq x dv]   weights [Nq x Nk]
//
// Oracle: core/attention.hpp.
#pragma once

#include <attn/core/attention_shapes.hpp>
#include <attn/core/scoring.hpp>
#include <attn/core/softmax.hpp>

#include <algorithm>

namespace attn {

namespace detail {

/// Computes the weights block by block; calls mix(i, rows) when rows i … i + rows − 1 are ready.
template <class T, Mask M, Bias B, class Mix>
void weights_by_row_blocks(const ConstView<T>& q, const ConstView<T>& k, const M& mask, const B& bias,
                           const Scoring& scoring, Eigen::Ref<Matrix<T>> weights, const Mix& mix) {
  constexpr Index kBlock = 128;  // tried: 32 … 512, within 5 % of each other for N = 128, 512, 2048
  const T scale = T(scoring.scale_for(q.cols()));
  for (Index i = 0; i < q.rows(); i += kBlock) {
    const Index rows = std::min(kBlock, q.rows() - i);
    auto block = weights.middleRows(i, rows);  // [rows x Nk], first scores, then weights
    block.noalias() = scale * q.middleRows(i, rows) * k.transpose();
    add_bias(block, bias, i);
    soft_cap(block, scoring.soft_cap);
    hide(block, mask, i);
    softmax_in_place(block);
    mix(i, rows);
  }
}

}  // namespace detail

/// Writes the output [Nq x dv] and the weights [Nq x Nk] of attention(q, k, v, mask, bias, scoring) into `output` and
/// `weights`: row-major matrices, maps or blocks that overlap neither each other nor q, k, v. Throws ShapeError where
/// any of them doesn't fit.
template <class Q, class K, class V, Mask M, Bias B>
void attention_by_row_blocks(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k,
                             const Eigen::MatrixBase<V>& v, const M& mask, const B& bias, const Scoring& scoring,
                             Eigen::Ref<Matrix<ComputeScalar<Q, K, V>>> output,
                             Eigen::Ref<Matrix<ComputeScalar<Q, K, V>>> weights) {
  using T = ComputeScalar<Q, K, V>;
  check_attention(q, k, v, mask, bias);
  check_result("output", output, q.rows(), v.cols());
  check_result("weights", weights, q.rows(), k.rows());
  const ConstView<T> queries = q.template cast<T>(), keys = k.template cast<T>(), values = v.template cast<T>();
  detail::weights_by_row_blocks<T>(queries, keys, mask, bias, scoring, weights, [&](Index i, Index rows) {
    output.middleRows(i, rows).noalias() = weights.middleRows(i, rows) * values;
  });
}

/// Writes only the weights [Nq x Nk], for which no values are needed.
template <class Q, class K, Mask M, Bias B>
void attention_weights_by_row_blocks(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const M& mask,
                                     const B& bias, const Scoring& scoring,
                                     Eigen::Ref<Matrix<ComputeScalar<Q, K>>> weights) {
  using T = ComputeScalar<Q, K>;
  check_scores(q, k, mask, bias);
  check_result("weights", weights, q.rows(), k.rows());
  const ConstView<T> queries = q.template cast<T>(), keys = k.template cast<T>();
  detail::weights_by_row_blocks<T>(queries, keys, mask, bias, scoring, weights, [](Index, Index) {});
}

}  // namespace attn
