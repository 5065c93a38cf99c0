// Multi-head attention in reverse: each head by itself; heads that shared keys and values add up their gradients.
//
//     dQ_h = dQ of head h,   dK_g = Σ_{h reads g} dK of head h,   dV_g likewise
#pragma once

#include <attn/core/grad/attention.hpp>
#include <attn/core/multi_head.hpp>

namespace attn {

template <class T>
struct MultiHeadGradient {
  Matrix<T> d_q;                  // [Nq x H·dk]
  Matrix<T> d_k;                  // [Nk x Hkv·dk]
  Matrix<T> d_v;                  // [Nk x Hkv·dv]
  std::vector<Matrix<T>> d_bias;  // H of [Nq x Nk]
};

/// Throws ShapeError unless there are weights [Nq x Nk] for each head.
template <class T>
void check_head_weights(const std::vector<Matrix<T>>& weights, const Heads& heads, Index Nq, Index Nk) {
  const Index count = static_cast<Index>(weights.size());
  check_shape(count == heads.H, "multi_head_backward", "weights", {count}, to_string(Shape{heads.H}),
              "one matrix for each head");
  for (const Matrix<T>& head : weights)
    check_shape(shape_of(head) == Shape{Nq, Nk}, "multi_head_backward", "weights of a head", shape_of(head),
                to_string(Shape{Nq, Nk}));
}

/// The gradients of q, k, v and each head's bias, from the weights that multi_head_attention() returned and the
/// gradients `d` of its output and weights, of which one may be empty. Throws ShapeError where the shapes don't fit.
template <class Q, class K, class V, class B = NoBias>
auto multi_head_backward(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const Eigen::MatrixBase<V>& v,
                         const Heads& heads, const std::vector<Matrix<ComputeScalar<Q, K, V>>>& weights,
                         const MultiHeadAttention<ComputeScalar<Q, K, V>>& d, const B& bias = {},
                         const Scoring& scoring = {}) {
  using T = ComputeScalar<Q, K, V>;
  check_heads(q, k, v, heads);
  check_head_bias(bias, heads.H);
  check_head_weights(weights, heads, q.rows(), k.rows());
  const ConstView<T> queries = q.template cast<T>(), keys = k.template cast<T>(), values = v.template cast<T>();
  const Index dk = q.cols() / heads.H, dv = v.cols() / heads.Hkv;
  const Index d_count = static_cast<Index>(d.weights.size());
  const bool from_output = d.output.size() > 0, from_weights = d_count > 0;
  check_shape(!from_weights || d_count == heads.H, "multi_head_backward", "the gradient of the weights", {d_count},
              to_string(Shape{heads.H}), "one matrix for each head");
  check_shape(!from_output || shape_of(d.output) == Shape{q.rows(), heads.H * dv}, "multi_head_backward",
              "the gradient of the output", shape_of(d.output), to_string(Shape{q.rows(), heads.H * dv}));

  MultiHeadGradient<T> gradient{Matrix<T>::Zero(q.rows(), q.cols()),
                                Matrix<T>::Zero(k.rows(), k.cols()),
                                Matrix<T>::Zero(v.rows(), v.cols()),
                                {}};
  for (Index h = 0; h < heads.H; ++h) {
    const Index g = heads.group(h);
    Attention<T> d_head;
    // output.middleCols(h·dv, dv) = head.output
    if (from_output) d_head.output = d.output.middleCols(h * dv, dv);
    if (from_weights) d_head.weights = d.weights[static_cast<std::size_t>(h)];
    // head = attention(queries.middleCols(h·dk, dk), keys.middleCols(g·dk, dk), values.middleCols(g·dv, dv))
    AttentionGradient<T> head =
        attention_backward(queries.middleCols(h * dk, dk), keys.middleCols(g * dk, dk), values.middleCols(g * dv, dv),
                           weights[static_cast<std::size_t>(h)], d_head, bias_of_head(bias, h), scoring);
    gradient.d_q.middleCols(h * dk, dk) += head.d_q;
    gradient.d_k.middleCols(g * dk, dk) += head.d_k;
    gradient.d_v.middleCols(g * dv, dv) += head.d_v;
    gradient.d_bias.push_back(std::move(head.d_bias));
  }
  return gradient;
}

}  // namespace attn
