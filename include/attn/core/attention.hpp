// Scaled dot-product attention, and the weights it used.
//
//     Attention(Q, K, V) = softmax(Q Kᵀ / √dk) V                       [Vaswani 2017, eq. 1]
//
//     q       [Nq x dk]   queries: what each token looks for
//     k       [Nk x dk]   keys:    what each token offers to be found by
//     v       [Nk x dv]   values:  what each token passes on
//     weights [Nq x Nk]   row i: how query i divides its attention among the keys; sums to 1
//     output  [Nq x dv]   row i: the values, mixed by these weights
//
// The oracle of everything in kernel/. core/multi_head.hpp runs it once a head.
#pragma once

#include <attn/core/attention_shapes.hpp>
#include <attn/core/scoring.hpp>
#include <attn/core/softmax.hpp>

namespace attn {

template <class T>
struct Attention {
  Matrix<T> output;   // [Nq x dv]
  Matrix<T> weights;  // [Nq x Nk]
};

/// `auto [output, weights] = attention(q, k, v);` for any Eigen expressions of one scalar; half and bfloat16 compute in
/// float. A query whose keys are all hidden by `mask` has zero weights and, v being finite, zero output. Throws
/// ShapeError where q, k, v, mask and bias don't fit each other. Source: Vaswani 2017, eq. 1.
template <class Q, class K, class V, Mask M = NoMask, Bias B = NoBias>
auto attention(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const Eigen::MatrixBase<V>& v,
               const M& mask = {}, const B& bias = {}, const Scoring& scoring = {}) {
  using T = ComputeScalar<Q, K, V>;
  check_attention(q, k, v, mask, bias);

  const ConstView<T> queries = q.template cast<T>(), keys = k.template cast<T>(), values = v.template cast<T>();

  // 1. Compare every query with every key.
  Matrix<T> scores = T(scoring.scale_for(q.cols())) * queries * keys.transpose();  // [Nq x Nk]

  // 2. Adjust the scores: prefer some keys, bound what is too large, hide what must not be seen.
  add_bias(scores, bias);
  soft_cap(scores, scoring.soft_cap);
  hide(scores, mask);

  // 3. Normalise: each row becomes a distribution over the keys.
  Matrix<T> weights = softmax(std::move(scores));  // [Nq x Nk]

  // 4. Mix the values.
  Matrix<T> output = weights * values;  // [Nq x dv]
  return Attention<T>{std::move(output), std::move(weights)};
}

}  // namespace attn
