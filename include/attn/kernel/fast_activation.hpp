// Activations where they lie, by the kernel's vector functions and by several threads.
//
//     gelu_erf(x) = x·Φ(x)     gelu_tanh(x) = x·σ(√(8/π) (x + 0.044715 x³)), as ½ (1 + tanh u) = σ(2u)     silu(x) =
//     x·σ(x)
//
//     x [N x D]
//
// Oracle: core/activation.hpp. Float agrees within 4·eps·|x|.
#pragma once

#include <attn/base/parallel.hpp>
#include <attn/core/activation.hpp>
#include <attn/kernel/tile_functions.hpp>

namespace attn {

/// Overwrites x with activate(x, activation). Throws UsageError for an activation that doesn't exist.
template <class T>
void activate_in_place(Matrix<T>& x, Activation activation) {
  const auto& functions = tile_functions<T>();
  const T root = T(std::sqrt(8 / std::numbers::pi));
  const auto each = [&](const auto& f) {
    parallel_rows(x.rows(), x.cols(),
                  [&](Index first, Index count) { f(x.data() + first * x.cols(), count * x.cols()); });
  };
  switch (activation) {
    case Activation::relu:
      return each([](T* some, Index n) {
        Eigen::Map<RowVector<T>> row(some, n);
        row = row.cwiseMax(T(0));
      });
    case Activation::gelu_erf:
      return each([&](T* some, Index n) { functions.times_normal(some, n); });
    case Activation::gelu_tanh:
      return each([&](T* some, Index n) { functions.times_logistic(some, n, root, root * T(0.044715)); });
    case Activation::silu:
      return each([&](T* some, Index n) { functions.times_logistic(some, n, T(1), T(0)); });
  }
  throw UsageError("activate: unknown activation " + std::to_string(static_cast<int>(activation)));
}

}  // namespace attn
