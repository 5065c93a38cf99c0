#include <attn/kernel/fast_activation.hpp>

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "kernel/support.hpp"

using attn::Activation;

namespace {

constexpr Activation kAll[] = {Activation::relu, Activation::gelu_erf, Activation::gelu_tanh, Activation::silu};

/// Both signs, from tiny to huge, dense where the activations bend.
template <class T>
Matrix<T> grid(Index rows, Index cols) {
  Matrix<T> x(rows, cols);
  for (Index i = 0; i < x.size(); ++i) {
    const double part = double(i) / double(x.size());
    x.data()[i] = static_cast<T>(i % 3 == 0 ? 24 * part - 12 : (i % 2 == 0 ? -1 : 1) * std::exp2(60 * part - 30));
  }
  return x;
}

}  // namespace

TEMPLATE_TEST_CASE("fast activation: equals the plain one", "", float, double) {
  using T = TestType;
  for (const auto& [rows, cols] : {std::pair<Index, Index>{1, 1}, {3, 5}, {7, 64}, {50, 1027}})
    for (const Activation activation : kAll) {
      CAPTURE(rows, cols, static_cast<int>(activation));
      const Matrix<T> x = grid<T>(rows, cols), expected = attn::activate(x, activation);
      Matrix<T> y = x;
      attn::activate_in_place(y, activation);
      const T most = ((y - expected).array() / x.array().abs().max(std::numeric_limits<T>::min())).abs().maxCoeff();
      CHECK(most <= 4 * std::numeric_limits<T>::epsilon());
    }
}

TEST_CASE("fast activation: what isn't finite, and what doesn't exist") {
  const float inf = std::numeric_limits<float>::infinity();
  for (const Activation activation : {Activation::gelu_erf, Activation::gelu_tanh, Activation::silu}) {
    CAPTURE(static_cast<int>(activation));
    Matrix<float> x(1, 5);
    x << inf, std::numeric_limits<float>::quiet_NaN(), 1e30F, -1e30F, 0;
    attn::activate_in_place(x, activation);
    CHECK(x(0) == inf);
    CHECK(std::isnan(x(1)));
    CHECK(x(2) == 1e30F);
    CHECK(x(3) == 0);
    CHECK(x(4) == 0);
  }
  Matrix<float> none(0, 3);
  attn::activate_in_place(none, Activation::silu);
  CHECK_THROWS_AS(attn::activate_in_place(none, static_cast<Activation>(9)), attn::UsageError);
}
