// The feed-forward layer in reverse.
//
//     plain:  dU = (dY W_outᵀ) ∘ act'(U),  U = X W_in + b_in
//     gated:  dG = (dY W_outᵀ) ∘ U ∘ act'(G),   dU = (dY W_outᵀ) ∘ act(G),   G = X W_gate + b_gate
#pragma once

#include <attn/core/feed_forward.hpp>
#include <attn/core/grad/activation.hpp>
#include <attn/core/grad/linear.hpp>

namespace attn {

/// Gradients of x and of the parameters: `Layer` is FeedForward<T> or GatedFeedForward<T>.
template <class Layer>
struct FeedForwardGradient {
  decltype(Layer::w_in) d_x;  // [N x D]
  Layer d_layer;              // each of the shape of what it belongs to; biases always
};

/// The gradients of x and the parameters of a plain layer from that of its output, d_y [N x D]. Throws ShapeError where
/// they don't fit.
template <class X, class D>
auto feed_forward_backward(const Eigen::MatrixBase<X>& x, const FeedForward<ComputeScalar<X>>& w, Activation activation,
                           const Eigen::MatrixBase<D>& d_y) {
  using T = ComputeScalar<X, D>;
  const Matrix<T> wide = linear(x, w.w_in, w.b_in);     // [N x F]
  const Matrix<T> hidden = activate(wide, activation);  // [N x F]

  // y = linear(hidden, w_out, b_out)
  const LinearGradient<T> out = linear_backward(hidden, w.w_out, d_y);
  // hidden = activate(wide, activation)
  const Matrix<T> d_wide = activation_backward(wide, activation, out.d_x);  // [N x F]
  // wide = linear(x, w_in, b_in)
  const LinearGradient<T> in = linear_backward(x, w.w_in, d_wide);
  return FeedForwardGradient<FeedForward<T>>{in.d_x, {in.d_w, out.d_w, in.d_b, out.d_b}};
}

/// The same for a gated layer.
template <class X, class D>
auto feed_forward_backward(const Eigen::MatrixBase<X>& x, const GatedFeedForward<ComputeScalar<X>>& w,
                           Activation activation, const Eigen::MatrixBase<D>& d_y) {
  using T = ComputeScalar<X, D>;
  check_gate(w);
  const Matrix<T> bent = linear(x, w.w_gate, w.b_gate);  // [N x F]
  const Matrix<T> gate = activate(bent, activation);     // [N x F]
  const Matrix<T> wide = linear(x, w.w_in, w.b_in);      // [N x F]
  const Matrix<T> hidden = gate.cwiseProduct(wide);      // [N x F]

  // y = linear(hidden, w_out, b_out)
  const LinearGradient<T> out = linear_backward(hidden, w.w_out, d_y);
  // hidden = gate ∘ wide
  const Matrix<T> d_wide = out.d_x.cwiseProduct(gate);  // [N x F]
  const Matrix<T> d_gate = out.d_x.cwiseProduct(wide);  // [N x F]
  // wide = linear(x, w_in, b_in)
  const LinearGradient<T> in = linear_backward(x, w.w_in, d_wide);
  // gate = activate(linear(x, w_gate, b_gate), activation)
  const LinearGradient<T> of_gate = linear_backward(x, w.w_gate, activation_backward(bent, activation, d_gate));
  return FeedForwardGradient<GatedFeedForward<T>>{in.d_x + of_gate.d_x,
                                                  {of_gate.d_w, in.d_w, out.d_w, of_gate.d_b, in.d_b, out.d_b}};
}

}  // namespace attn
