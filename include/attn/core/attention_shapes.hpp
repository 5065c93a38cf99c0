// Which shapes of queries, keys, values, mask and bias make sense together.
//
//     q [Nq x dk]   k [Nk x dk]   v [Nk x dv]   mask, bias: Nq queries, Nk keys
#pragma once

#include <attn/core/bias.hpp>
#include <attn/core/mask.hpp>

namespace attn {

/// Throws ShapeError unless q [Nq x dk], k [Nk x dk], the mask and the bias fit each other.
template <class Q, class K, Mask M, Bias B>
void check_scores(const Eigen::EigenBase<Q>& q, const Eigen::EigenBase<K>& k, const M& mask, const B& bias) {
  if (k.cols() != q.cols())  // the message costs more than a small attention
    check_shape(false, "attention", "k", shape_of(k), "as many columns as q " + to_string(shape_of(q)));
  check_rule(mask, q.rows(), k.rows());
  check_rule(bias, q.rows(), k.rows());
}

/// Throws ShapeError unless q [Nq x dk], k [Nk x dk], v [Nk x dv], the mask and the bias fit each other.
template <class Q, class K, class V, Mask M, Bias B>
void check_attention(const Eigen::EigenBase<Q>& q, const Eigen::EigenBase<K>& k, const Eigen::EigenBase<V>& v,
                     const M& mask, const B& bias) {
  check_scores(q, k, mask, bias);
  if (v.rows() != k.rows())
    check_shape(false, "attention", "v", shape_of(v), "as many rows as k " + to_string(shape_of(k)));
}

/// Throws ShapeError unless the memory for a result of attention has `rows` rows and `cols` columns.
template <class R>
void check_result(const char* what, const Eigen::EigenBase<R>& result, Index rows, Index cols) {
  if (result.rows() != rows || result.cols() != cols)
    check_shape(false, "attention", std::string("the memory for ") + what, shape_of(result),
                to_string(Shape{rows, cols}));
}

}  // namespace attn
