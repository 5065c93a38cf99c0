// Attention with all its weights, as fast as the machine can: into memory that the caller has, or into new.
//
//     auto [output, weights] = fast_attention(q, k, v);
//     fast_attention_into(q, k, v, NoMask{}, NoBias{}, Scoring{}, output, weights);    no new memory for N² weights
//
// Heads that lie anywhere: streaming_attention_into(heads, mask, bias, scoring, whole), with a WholeWeights whole(…).
//
// New memory costs as much as the mathematics from N = 2048 on, because the system clears it first: use it again where
// you can. What is allocated here asks for huge pages, which are cleared faster.
//
//     q [Nq x dk]   k [Nk x dk]   v [Nk x dv]   output [Nq x dv]   weights [Nq x Nk]
//
// Oracle: core/attention.hpp, core/multi_head.hpp.
#pragma once

#include <attn/base/huge_pages.hpp>
#include <attn/kernel/row_blocks.hpp>
#include <attn/kernel/streaming.hpp>
#include <attn/kernel/whole_weights.hpp>

namespace attn {

namespace detail {

/// Below so many products, packing costs more than it saves, and plain Eigen is faster: up to N = 20 of 64 columns
/// where the program is compiled for wide registers, up to N = 12 where it isn't.
constexpr Index kSmallProblem = Eigen::internal::packet_traits<float>::size > 4 ? 20 * 20 * 64 : 12 * 12 * 64;

}  // namespace detail

/// Writes the output [Nq x dv] and the weights [Nq x Nk] of attention(q, k, v, mask, bias, scoring) into `output` and
/// `weights`: row-major matrices, maps or blocks that overlap neither each other nor q, k, v. Throws ShapeError where
/// any of them doesn't fit.
template <class Q, class K, class V, Mask M, Bias B>
void fast_attention_into(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const Eigen::MatrixBase<V>& v,
                         const M& mask, const B& bias, const Scoring& scoring,
                         Eigen::Ref<Matrix<ComputeScalar<Q, K, V>>> output,
                         Eigen::Ref<Matrix<ComputeScalar<Q, K, V>>> weights) {
  using T = ComputeScalar<Q, K, V>;
  using S = detail::CommonScalar<Q, K, V>;
  if (q.rows() * k.rows() * q.cols() < detail::kSmallProblem)
    return attention_by_row_blocks(q, k, v, mask, bias, scoring, output, weights);
  check_attention(q, k, v, mask, bias);
  check_result("output", output, q.rows(), v.cols());
  check_result("weights", weights, q.rows(), k.rows());
  const ConstView<S> queries = q, keys = k, values = v;
  const std::array<HeadInPlace<T, S>, 1> head{
      {{detail::view_of<S>(queries), detail::view_of<S>(keys), detail::view_of<S>(values), detail::map_of<T>(output)}}};
  const std::array<StridedMap<T>, 1> all_weights{detail::map_of<T>(weights)};
  WholeWeights<T> whole(all_weights);
  streaming_attention_into(std::span<const HeadInPlace<T, S>>(head), mask, bias, scoring, whole);
}

/// Only the weights [Nq x Nk], for which no values are needed.
template <class Q, class K, Mask M, Bias B>
void fast_attention_weights_into(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const M& mask,
                                 const B& bias, const Scoring& scoring,
                                 Eigen::Ref<Matrix<ComputeScalar<Q, K>>> weights) {
  using T = ComputeScalar<Q, K>;
  using S = detail::CommonScalar<Q, K>;
  if (q.rows() * k.rows() * q.cols() < detail::kSmallProblem)
    return attention_weights_by_row_blocks(q, k, mask, bias, scoring, weights);
  check_scores(q, k, mask, bias);
  check_result("weights", weights, q.rows(), k.rows());
  const ConstView<S> queries = q, keys = k;
  const std::array heads{QueriesAndKeys<S>{detail::view_of<S>(queries), detail::view_of<S>(keys)}};
  const std::array<StridedMap<T>, 1> all_weights{detail::map_of<T>(weights)};
  WholeWeights<T> whole(all_weights);
  detail::run_tiles<T, S>(heads, mask, bias, scoring, {}, std::span<const ColumnVector<T>>(), whole);
}

/// The same as attention(q, k, v, mask, bias, scoring), faster. Throws ShapeError.
template <class Q, class K, class V, Mask M = NoMask, Bias B = NoBias>
auto fast_attention(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const Eigen::MatrixBase<V>& v,
                    const M& mask = {}, const B& bias = {}, const Scoring& scoring = {}) {
  using T = ComputeScalar<Q, K, V>;
  check_attention(q, k, v, mask, bias);
  Attention<T> result{Matrix<T>(q.rows(), v.cols()), new_matrix<T>(q.rows(), k.rows())};
  fast_attention_into(q, k, v, mask, bias, scoring, result.output, result.weights);
  return result;
}

/// The same as multi_head_attention(q, k, v, heads, mask, bias, scoring), faster, into `output` [Nq x H·dv] and
/// `weights`, H of [Nq x Nk]. Throws ShapeError.
template <class Q, class K, class V, Mask M, class B>
void fast_multi_head_attention_into(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k,
                                    const Eigen::MatrixBase<V>& v, const Heads& heads, const M& mask, const B& bias,
                                    const Scoring& scoring, Eigen::Ref<Matrix<ComputeScalar<Q, K, V>>> output,
                                    std::span<Matrix<ComputeScalar<Q, K, V>>> weights) {
  using T = ComputeScalar<Q, K, V>;
  check_result("output", output, q.rows(), heads.H * (v.cols() / std::max<Index>(1, heads.Hkv)));
  check_shape(static_cast<Index>(weights.size()) == heads.H, "attention", "the memory for weights",
              {static_cast<Index>(weights.size())}, to_string(Shape{heads.H}), "a matrix for each head");
  std::vector<StridedMap<T>> all_weights;
  for (Matrix<T>& w : weights) {
    check_result("weights", w, q.rows(), k.rows());
    all_weights.push_back(detail::map_of<T>(w));
  }
  WholeWeights<T> whole(all_weights);
  detail::multi_head_tiles<T>(q, k, v, heads, mask, bias, scoring, output, whole);
}

/// The same into new memory.
template <class Q, class K, class V, Mask M = NoMask, class B = NoBias>
auto fast_multi_head_attention(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k,
                               const Eigen::MatrixBase<V>& v, const Heads& heads, const M& mask = {},
                               const B& bias = {}, const Scoring& scoring = {}) {
  using T = ComputeScalar<Q, K, V>;
  check_heads(q, k, v, heads);
  MultiHeadAttention<T> result{Matrix<T>(q.rows(), heads.H * (v.cols() / heads.Hkv)), {}};
  for (Index h = 0; h < heads.H; ++h) result.weights.push_back(new_matrix<T>(q.rows(), k.rows()));
  fast_multi_head_attention_into(q, k, v, heads, mask, bias, scoring, result.output, std::span(result.weights));
  return result;
}

}  // namespace attn
