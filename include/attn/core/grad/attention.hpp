// Attention in reverse: from the gradients of its output and weights to those of its inputs.
//
//     dV = Aᵀ dO,   dA = dO Vᵀ + what arrives at A itself,   dS = softmax_backward(A, dA),
//     dQ = scale · dS K,   dK = scale · dSᵀ Q
//
// The four steps of core/attention.hpp, last first; the forward line stands above each.
#pragma once

#include <attn/core/attention.hpp>
#include <attn/core/grad/scoring.hpp>
#include <attn/core/grad/softmax.hpp>

namespace attn {

template <class T>
struct AttentionGradient {
  Matrix<T> d_q;     // [Nq x dk]
  Matrix<T> d_k;     // [Nk x dk]
  Matrix<T> d_v;     // [Nk x dv]
  Matrix<T> d_bias;  // [Nq x Nk] of what was added to the scaled scores, before the soft cap
};

/// The gradients of q, k, v and the bias, from the weights that attention() returned and the gradients `d` of its
/// output and weights, of which one may be empty. The mask isn't needed: hidden keys have weight 0. Throws ShapeError
/// where the shapes don't fit. Checked against central differences and automatic differentiation.
template <class Q, class K, class V, Bias B = NoBias>
auto attention_backward(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const Eigen::MatrixBase<V>& v,
                        const Matrix<ComputeScalar<Q, K, V>>& weights, const Attention<ComputeScalar<Q, K, V>>& d,
                        const B& bias = {}, const Scoring& scoring = {}) {
  using T = ComputeScalar<Q, K, V>;
  check_attention(q, k, v, NoMask{}, bias);
  const Shape output_shape{q.rows(), v.cols()}, weights_shape{q.rows(), k.rows()};
  const bool from_output = d.output.size() > 0, from_weights = d.weights.size() > 0;
  check_shape(shape_of(weights) == weights_shape, "attention_backward", "weights", shape_of(weights),
              to_string(weights_shape));
  check_shape(!from_output || shape_of(d.output) == output_shape, "attention_backward", "the gradient of the output",
              shape_of(d.output), to_string(output_shape));
  check_shape(!from_weights || shape_of(d.weights) == weights_shape, "attention_backward",
              "the gradient of the weights", shape_of(d.weights), to_string(weights_shape));
  const ConstView<T> queries = q.template cast<T>(), keys = k.template cast<T>(), values = v.template cast<T>();
  const T scale = T(scoring.scale_for(q.cols()));

  // 4. output = weights v
  Matrix<T> d_v = Matrix<T>::Zero(v.rows(), v.cols());        // [Nk x dv]
  Matrix<T> d_weights = Matrix<T>::Zero(q.rows(), k.rows());  // [Nq x Nk]
  if (from_output) d_v.noalias() += weights.transpose() * d.output;
  if (from_output) d_weights.noalias() += d.output * values.transpose();
  if (from_weights) d_weights += d.weights;

  // 3. weights = softmax(scores)
  Matrix<T> d_scores = softmax_backward(weights, d_weights);  // [Nq x Nk]

  // 2. soft_cap(scores, cap) after add_bias(scores, bias)
  if (scoring.soft_cap) {
    Matrix<T> capped = scale * queries * keys.transpose();  // [Nq x Nk]
    add_bias(capped, bias);
    soft_cap(capped, scoring.soft_cap);
    soft_cap_backward(d_scores, capped, scoring.soft_cap);
  }

  // 1. scores = scale · q kᵀ
  Matrix<T> d_q = scale * d_scores * keys;                 // [Nq x dk]
  Matrix<T> d_k = scale * d_scores.transpose() * queries;  // [Nk x dk]
  return AttentionGradient<T>{std::move(d_q), std::move(d_k), std::move(d_v), std::move(d_scores)};
}

}  // namespace attn
