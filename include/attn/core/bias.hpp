// Biases: what is added to a score because of where its query and key stand.
//
// A bias is any object with  bias(i, j) -> number,  added to the scaled score of query i and key j.
#pragma once

#include <attn/core/mask.hpp>

namespace attn {

template <class B>
concept Bias = requires(const B& bias, Index i, Index j) {
  bias(i, j);
};

/// Adds nothing.
struct NoBias {
  constexpr double operator()(Index, Index) const { return 0.0; }
};

/// Adds bias(i, j) to the scores.
template <class T, Bias B>
void add_bias(Matrix<T>& scores, const B& bias) {
  if constexpr (std::is_same_v<B, NoBias>) return;
  for (Index i = 0; i < scores.rows(); ++i)
    for (Index j = 0; j < scores.cols(); ++j) scores(i, j) += T(bias(i, j));
}

/// Throws ShapeError unless q [Nq x dk], k [Nk x dk], v [Nk x dv], the mask and the bias fit each other.
template <class Q, class K, class V, Mask M, Bias B>
void check_attention(const Eigen::EigenBase<Q>& q, const Eigen::EigenBase<K>& k, const Eigen::EigenBase<V>& v,
                     const M& mask, const B& bias) {
  check_shape(k.cols() == q.cols(), "attention", "k", shape_of(k), "as many columns as q " + to_string(shape_of(q)));
  check_shape(v.rows() == k.rows(), "attention", "v", shape_of(v), "as many rows as k " + to_string(shape_of(k)));
  check_rule(mask, q.rows(), k.rows());
  check_rule(bias, q.rows(), k.rows());
}

}  // namespace attn
