// Activations: what bends a feed-forward layer, number by number.
//
//     relu(x)      = max(x, 0)
//     gelu_erf(x)  = x · ½ (1 + erf(x / √2))                               [Hendrycks & Gimpel 2016]
//     gelu_tanh(x) = x · ½ (1 + tanh(√(2/π) (x + 0.044715 x³)))            [the same, §2]
//     silu(x)      = x / (1 + exp(−x))                                     [the same; Elfwing 2017]
//
// All take and return [N x D]. core/grad/activation.hpp has their slopes.
#pragma once

#include <attn/base/error.hpp>
#include <attn/base/matrix.hpp>

#include <cmath>
#include <numbers>
#include <string>

namespace attn {

template <class X>
auto relu(const Eigen::MatrixBase<X>& x) {
  using T = ComputeScalar<X>;
  Matrix<T> y = x.template cast<T>().cwiseMax(T(0));  // [N x D]
  return y;
}

template <class X>
auto gelu_erf(const Eigen::MatrixBase<X>& x) {
  using T = ComputeScalar<X>;
  Matrix<T> y = x.template cast<T>().unaryExpr([](const T& u) -> T {  // [N x D]
    using std::erf;
    return u * T(0.5) * (T(1) + erf(T(u * T(std::numbers::sqrt2 / 2))));
  });
  return y;
}

template <class X>
auto gelu_tanh(const Eigen::MatrixBase<X>& x) {
  using T = ComputeScalar<X>;
  const T c = T(std::sqrt(2 / std::numbers::pi));
  Matrix<T> y = x.template cast<T>();                                                       // [N x D]
  const Matrix<T> bend = (c * (y.array() + T(0.044715) * y.array().cube())).tanh() + T(1);  // [N x D]
  y.array() *= T(0.5) * bend.array();
  return y;
}

template <class X>
auto silu(const Eigen::MatrixBase<X>& x) {
  using T = ComputeScalar<X>;
  Matrix<T> y = x.template cast<T>();  // [N x D]
  y.array() /= T(1) + (-y.array()).exp();
  return y;
}

/// An activation chosen while the program runs: model families name theirs in a file.
enum class Activation { relu, gelu_erf, gelu_tanh, silu };

/// The named activation of each number of x: [N x D]. Throws UsageError for one that doesn't exist.
template <class X>
auto activate(const Eigen::MatrixBase<X>& x, Activation activation) {
  switch (activation) {
    case Activation::relu:
      return relu(x);
    case Activation::gelu_erf:
      return gelu_erf(x);
    case Activation::gelu_tanh:
      return gelu_tanh(x);
    case Activation::silu:
      return silu(x);
  }
  throw UsageError("activate: unknown activation " + std::to_string(static_cast<int>(activation)));
}

}  // namespace attn
