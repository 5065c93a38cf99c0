// The self-attention layer in reverse: the output projection, the heads, the three projections that share x.
//
//     dX = dQ W_qᵀ + dK W_kᵀ + dV W_vᵀ
#pragma once

#include <attn/core/grad/linear.hpp>
#include <attn/core/grad/multi_head.hpp>
#include <attn/core/self_attention.hpp>

namespace attn {

template <class T>
struct SelfAttentionGradient {
  Matrix<T> d_x;                  // [N x D]
  Projections<T> d_projections;   // each of the shape of what it belongs to; biases always, b_o where there is w_o
  std::vector<Matrix<T>> d_bias;  // H of [N x N]
};

/// The gradients of x, the projections and each head's bias, from the weights that self_attention() returned and the
/// gradients `d` of its output and weights, of which one may be empty. Throws ShapeError where they don't fit.
template <class X, class B = NoBias>
auto self_attention_backward(const Eigen::MatrixBase<X>& x, const Projections<ComputeScalar<X>>& w, const Heads& heads,
                             const std::vector<Matrix<ComputeScalar<X>>>& weights,
                             const MultiHeadAttention<ComputeScalar<X>>& d, const B& bias = {},
                             const Scoring& scoring = {}) {
  using T = ComputeScalar<X>;
  check_output_bias(w);
  const Matrix<T> q = linear(x, w.w_q, w.b_q);  // [N x H·dk]
  const Matrix<T> k = linear(x, w.w_k, w.b_k);  // [N x Hkv·dk]
  const Matrix<T> v = linear(x, w.w_v, w.b_v);  // [N x Hkv·dv]
  check_heads(q, k, v, heads);
  check_head_weights(weights, heads, x.rows(), x.rows());
  SelfAttentionGradient<T> gradient;
  Projections<T>& d_w = gradient.d_projections;

  // output = linear(mixed, w_o, b_o), where mixed [N x H·dv] holds the outputs of the heads
  d_w.w_o = Matrix<T>::Zero(w.w_o.rows(), w.w_o.cols());
  d_w.b_o = RowVector<T>::Zero(w.w_o.cols());
  MultiHeadAttention<T> d_heads = d;
  if (w.w_o.size() > 0 && d.output.size() > 0) {
    const Index dv = v.cols() / heads.Hkv;
    Matrix<T> mixed(x.rows(), heads.H * dv);  // [N x H·dv]
    for (Index h = 0; h < heads.H; ++h)
      mixed.middleCols(h * dv, dv) = weights[static_cast<std::size_t>(h)] * v.middleCols(heads.group(h) * dv, dv);
    LinearGradient<T> d_o = linear_backward(mixed, w.w_o, d.output);
    d_w.w_o = std::move(d_o.d_w);
    d_w.b_o = std::move(d_o.d_b);
    d_heads.output = std::move(d_o.d_x);
  }

  // mixed, weights = multi_head_attention(q, k, v, heads, mask, bias, scoring)
  MultiHeadGradient<T> d_qkv = multi_head_backward(q, k, v, heads, weights, d_heads, bias, scoring);
  gradient.d_bias = std::move(d_qkv.d_bias);

  // q = linear(x, w_q, b_q), k = linear(x, w_k, b_k), v = linear(x, w_v, b_v)
  LinearGradient<T> of_q = linear_backward(x, w.w_q, d_qkv.d_q);
  LinearGradient<T> of_k = linear_backward(x, w.w_k, d_qkv.d_k);
  LinearGradient<T> of_v = linear_backward(x, w.w_v, d_qkv.d_v);
  d_w.w_q = std::move(of_q.d_w), d_w.b_q = std::move(of_q.d_b);
  d_w.w_k = std::move(of_k.d_w), d_w.b_k = std::move(of_k.d_b);
  d_w.w_v = std::move(of_v.d_w), d_w.b_v = std::move(of_v.d_b);
  gradient.d_x = of_q.d_x + of_k.d_x + of_v.d_x;
  return gradient;
}

}  // namespace attn
