// The self-attention layer: project every token to queries, keys and values, let the heads attend, mix their outputs.
//
//     Q = X W_q + b_q,  K = X W_k + b_k,  V = X W_v + b_v,   Y = MultiHead(Q, K, V) W_o + b_o   [Vaswani 2017, §3.2.2]
//
//     x [N x D]   output [N x D]   weights H of [N x N]
#pragma once

#include <attn/core/linear.hpp>
#include <attn/core/multi_head.hpp>

namespace attn {

/// The parameters of an attention layer. What a model doesn't have stays empty: biases, and w_o, without which the
/// output is that of the heads side by side. PyTorch stores its weights [out x in]: assign the transpose.
template <class T>
struct Projections {
  Matrix<T> w_q;                    // [D x H·dk]
  Matrix<T> w_k;                    // [D x Hkv·dk]
  Matrix<T> w_v;                    // [D x Hkv·dv]
  Matrix<T> w_o = {};               // [H·dv x D]
  RowVector<T> b_q = {}, b_k = {};  // [H·dk], [Hkv·dk]
  RowVector<T> b_v = {}, b_o = {};  // [Hkv·dv], [D]
};

/// Throws ShapeError for a bias b_o without a w_o that it belongs to.
template <class T>
void check_output_bias(const Projections<T>& w) {
  check_shape(w.w_o.size() > 0 || w.b_o.size() == 0, "self_attention", "b_o", shape_of(w.b_o), "none",
              "there is no w_o");
}

/// Output [N x D] and the weights of all heads, from x [N x D]. Throws ShapeError where x, the projections and the
/// heads don't fit each other. Source: Vaswani 2017, §3.2.2.
template <class X, Mask M = NoMask, class B = NoBias>
auto self_attention(const Eigen::MatrixBase<X>& x, const Projections<ComputeScalar<X>>& w, const Heads& heads,
                    const M& mask = {}, const B& bias = {}, const Scoring& scoring = {}) {
  using T = ComputeScalar<X>;
  check_output_bias(w);
  const Matrix<T> q = linear(x, w.w_q, w.b_q);  // [N x H·dk]
  const Matrix<T> k = linear(x, w.w_k, w.b_k);  // [N x Hkv·dk]
  const Matrix<T> v = linear(x, w.w_v, w.b_v);  // [N x Hkv·dv]
  MultiHeadAttention<T> result = multi_head_attention(q, k, v, heads, mask, bias, scoring);
  if (w.w_o.size() > 0) result.output = linear(result.output, w.w_o, w.b_o);  // [N x D]
  return result;
}

}  // namespace attn
