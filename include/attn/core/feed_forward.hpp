// The feed-forward layer: each token by itself, through a wider space and back.
//
//     plain:  Y = act(X W_in + b_in) W_out + b_out                          [Vaswani 2017, eq. 2]
//     gated:  Y = (act(X W_gate + b_gate) ∘ (X W_in + b_in)) W_out + b_out  [Shazeer 2020, eq. 6]
//
//     x [N x D]   hidden [N x F]   y [N x D]
#pragma once

#include <attn/core/activation.hpp>
#include <attn/core/linear.hpp>

namespace attn {

/// The parameters of a plain layer; biases may be empty. PyTorch stores its weights [out x in]: assign the transpose.
template <class T>
struct FeedForward {
  Matrix<T> w_in;           // [D x F]
  Matrix<T> w_out;          // [F x D]
  RowVector<T> b_in = {};   // [F]
  RowVector<T> b_out = {};  // [D]
};

/// The parameters of a gated layer; biases may be empty.
template <class T>
struct GatedFeedForward {
  Matrix<T> w_gate;          // [D x F]
  Matrix<T> w_in;            // [D x F]
  Matrix<T> w_out;           // [F x D]
  RowVector<T> b_gate = {};  // [F]
  RowVector<T> b_in = {};    // [F]
  RowVector<T> b_out = {};   // [D]
};

/// Throws ShapeError unless the gate of a layer is as wide as what it gates.
template <class T>
void check_gate(const GatedFeedForward<T>& w) {
  check_shape(w.w_gate.cols() == w.w_in.cols(), "feed_forward", "w_gate", shape_of(w.w_gate),
              "as many columns as w_in " + to_string(shape_of(w.w_in)));
}

/// The plain layer: [N x D]. Throws ShapeError where x and the parameters don't fit. Source: Vaswani 2017, eq. 2.
template <class X>
auto feed_forward(const Eigen::MatrixBase<X>& x, const FeedForward<ComputeScalar<X>>& w, Activation activation) {
  using T = ComputeScalar<X>;
  const Matrix<T> hidden = activate(linear(x, w.w_in, w.b_in), activation);  // [N x F]
  return linear(hidden, w.w_out, w.b_out);                                   // [N x D]
}

/// The gated layer: [N x D]. Throws ShapeError where x and the parameters don't fit. Source: Shazeer 2020, eq. 6.
template <class X>
auto feed_forward(const Eigen::MatrixBase<X>& x, const GatedFeedForward<ComputeScalar<X>>& w, Activation activation) {
  using T = ComputeScalar<X>;
  check_gate(w);
  const Matrix<T> gate = activate(linear(x, w.w_gate, w.b_gate), activation);  // [N x F]
  const Matrix<T> hidden = gate.cwiseProduct(linear(x, w.w_in, w.b_in));       // [N x F]
  return linear(hidden, w.w_out, w.b_out);                                     // [N x D]
}

}  // namespace attn
