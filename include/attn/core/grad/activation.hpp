// Activations in reverse: their slopes.
//
//     relu'(x)      = 1 for x > 0, else 0
//     gelu_erf'(x)  = Φ(x) + x φ(x),   Φ(x) = ½ (1 + erf(x / √2)),   φ(x) = exp(−x²/2) / √(2π)
//     gelu_tanh'(x) = ½ (1 + t) + ½ x (1 − t²) √(2/π) (1 + 3 · 0.044715 x²),   t the tanh of the forward line
//     silu'(x)      = σ(x) (1 + x (1 − σ(x))),   σ(x) = 1 / (1 + exp(−x))
#pragma once

#include <attn/base/shape.hpp>
#include <attn/core/activation.hpp>

namespace attn {

/// The slope of the activation at each number of x: [N x D]. Throws UsageError for an activation that doesn't exist.
template <class X>
auto activation_slope(const Eigen::MatrixBase<X>& x, Activation activation) {
  using T = ComputeScalar<X>;
  const auto slope = [activation](const T& u) -> T {
    using std::erf;
    using std::exp;
    using std::tanh;
    switch (activation) {
      // relu(x) = max(x, 0)
      case Activation::relu:
        return u > T(0) ? T(1) : T(0);
      // gelu_erf(x) = x · ½ (1 + erf(x / √2))
      case Activation::gelu_erf: {
        const T below = T(0.5) * (T(1) + erf(T(u * T(std::numbers::sqrt2 / 2))));
        return below + u * exp(T(T(-0.5) * u * u)) * T(std::numbers::inv_sqrtpi * std::numbers::sqrt2 / 2);
      }
      // gelu_tanh(x) = x · ½ (1 + tanh(√(2/π) (x + 0.044715 x³)))
      case Activation::gelu_tanh: {
        const T c = T(std::sqrt(2 / std::numbers::pi)), a = T(0.044715);
        const T t = tanh(T(c * (u + a * u * u * u)));
        return T(0.5) * (T(1) + t) + T(0.5) * u * (T(1) - t * t) * c * (T(1) + T(3) * a * u * u);
      }
      // silu(x) = x / (1 + exp(−x))
      case Activation::silu: {
        const T sigmoid = T(1) / (T(1) + exp(T(-u)));
        return sigmoid * (T(1) + u * (T(1) - sigmoid));
      }
    }
    throw UsageError("activation_slope: unknown activation " + std::to_string(static_cast<int>(activation)));
  };
  Matrix<T> slopes = x.template cast<T>().unaryExpr(slope);  // [N x D]
  return slopes;
}

/// The gradient of x from that of activate(x, activation): [N x D]. Throws ShapeError where they don't fit.
template <class X, class D>
auto activation_backward(const Eigen::MatrixBase<X>& x, Activation activation, const Eigen::MatrixBase<D>& d_y) {
  using T = ComputeScalar<X, D>;
  check_shape(shape_of(x) == shape_of(d_y), "activation_backward", "d_y", shape_of(d_y), to_string(shape_of(x)),
              "the shape of x");
  // y = activate(x)
  Matrix<T> d_x = activation_slope(x, activation).cwiseProduct(d_y.template cast<T>());  // [N x D]
  return d_x;
}

}  // namespace attn
