#include <attn/core/grad/activation.hpp>

#include "catch.hpp"
#include "core/support.hpp"

using attn::Activation;

TEST_CASE("activation backward: agrees with central differences, and is finite far from 0") {
  const auto activation = GENERATE(Activation::relu, Activation::gelu_erf, Activation::gelu_tanh, Activation::silu);
  const Matrix<double> x = 2 * random(3, 4, 1), d_y = random(3, 4, 2);
  const auto loss = [&](const Matrix<double>& m) { return dot(attn::activate(m, activation), d_y); };
  CHECK(distance(attn::activation_backward(x, activation, d_y), differences(loss, x)) < 1e-9);

  const Matrix<float> far = (Matrix<float>(1, 2) << -1000, 1000).finished();
  CHECK(attn::activation_slope(far, activation).isApprox((Matrix<float>(1, 2) << 0, 1).finished()));
}

TEST_CASE("activation backward: by eye, at 0 the smooth ones have slope 1/2 and relu 0") {
  const Matrix<double> zero = Matrix<double>::Zero(1, 1);
  CHECK(attn::activation_slope(zero, Activation::silu)(0, 0) == 0.5);
  CHECK(attn::activation_slope(zero, Activation::gelu_erf)(0, 0) == 0.5);
  CHECK(attn::activation_slope(zero, Activation::gelu_tanh)(0, 0) == 0.5);
  CHECK(attn::activation_slope(zero, Activation::relu)(0, 0) == 0);
}

TEST_CASE("activation backward: one that doesn't exist") {
  CHECK(message<attn::UsageError>([] { attn::activation_slope(random(1, 1, 1), static_cast<Activation>(9)); }) ==
        "activation_slope: unknown activation 9");
}

TEST_CASE("activation backward: shapes that don't fit") {
  CHECK(message<attn::ShapeError>([] {
          attn::activation_backward(random(2, 3, 1), Activation::relu, random(3, 2, 1));
        }) == "activation_backward: d_y is [3 x 2], expected [2 x 3]; the shape of x");
}
