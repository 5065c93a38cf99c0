// A block in reverse. What happens within it is computed again from the stream that entered it.
#pragma once

#include <attn/model/block.hpp>
#include <attn/model/grad/attention_layer.hpp>

namespace attn::model {

namespace detail {

/// The gradient of x, from that of add_to(x, place, residual, f). f_backward(h, d) is the gradient of h from that of
/// f(h).
template <class T, class F, class B>
Matrix<T> add_to_backward(const Matrix<T>& x, NormPlace place, const Residual<T>& residual, const F& f,
                          const B& f_backward, const Matrix<T>& d_y) {
  if (place == NormPlace::after) {  // y = norm(x + f(x))
    const Matrix<T> d_sum = backward(residual.norm, Matrix<T>(x + f(x)), d_y);
    return d_sum + f_backward(x, d_sum);
  }
  // y = x + after(f(norm(x)))
  const Matrix<T> normed = residual.norm(x);
  const Matrix<T> d_f = residual.after.kind == NormKind::none ? d_y : backward(residual.after, f(normed), d_y);
  Matrix<T> d_normed = f_backward(normed, d_f);
  if (residual.adds_to_the_normed) d_normed += d_y;
  const Matrix<T> d_x = backward(residual.norm, x, d_normed);
  return residual.adds_to_the_normed ? d_x : Matrix<T>(d_x + d_y);
}

}  // namespace detail

/// The gradient of x [N x D], from d_y, that of what run_block() returned. The gradient of the context's states is
/// added to `d_context`, where there is a context.
template <class T>
Matrix<T> block_backward(const Block<T>& block, const PositionBias<T>& bias, Matrix<T> x, const std::vector<bool>& keys,
                         const Matrix<T>* context, const std::vector<bool>& context_keys, const HookPoint& at,
                         const Hooks<T>& hooks, Matrix<T> d_y, const Hooks<T>& gradients, Matrix<T>* d_context) {
  hooks(Site::resid_pre, at, x);
  gradients(Site::resid_post, at, d_y);
  const auto attention = [&](const Matrix<T>& h) {
    return attend(block.attention, bias, h, h, keys, at, hooks, WeightsOfLayer<T>());
  };
  const auto attention_backward = [&](const Matrix<T>& h, const Matrix<T>& d) {
    const AttendGradient<T> g = attend_backward(block.attention, bias, h, h, keys, at, hooks, d, gradients);
    return Matrix<T>(g.d_x + g.d_context);
  };
  const auto feed_forward = [&](const Matrix<T>& h) {
    Matrix<T> out = block.feed_forward(h);
    hooks(Site::mlp_out, at, out);
    return out;
  };
  const auto feed_forward_backward = [&](const Matrix<T>& h, Matrix<T> d) {
    gradients(Site::mlp_out, at, d);
    return backward(block.feed_forward, h, d);
  };
  Matrix<T> d_x;
  if (block.parallel) {  // y = x + attention(norm(x)) + feed_forward(norm'(x))
    const auto through = [&](const Norm<T>& norm, const auto& f_backward) {
      return backward(norm, x, Matrix<T>(f_backward(norm(x), d_y)));
    };
    d_x = d_y + through(block.feed_forward_residual.norm, feed_forward_backward) +
          through(block.attention_residual.norm, attention_backward);
  } else {
    const HookPoint across = detail::across(at);
    const PositionBias<T> no_bias;
    const auto cross = [&](const Matrix<T>& h) {
      return attend(*block.cross, no_bias, h, *context, context_keys, across, hooks, WeightsOfLayer<T>());
    };
    const auto cross_backward = [&](const Matrix<T>& h, const Matrix<T>& d) {
      const AttendGradient<T> g =
          attend_backward(*block.cross, no_bias, h, *context, context_keys, across, hooks, d, gradients);
      *d_context += g.d_context;
      return g.d_x;
    };
    const Matrix<T> attended = detail::add_to(x, block.place, block.attention_residual, attention);
    const bool crosses = block.cross && context;
    const Matrix<T> crossed = crosses ? detail::add_to(attended, block.place, block.cross_residual, cross) : attended;
    d_x = detail::add_to_backward(crossed, block.place, block.feed_forward_residual, feed_forward,
                                  feed_forward_backward, d_y);
    if (crosses) d_x = detail::add_to_backward(attended, block.place, block.cross_residual, cross, cross_backward, d_x);
    d_x = detail::add_to_backward(x, block.place, block.attention_residual, attention, attention_backward, d_x);
  }
  gradients(Site::resid_pre, at, d_x);
  return d_x;
}

}  // namespace attn::model
