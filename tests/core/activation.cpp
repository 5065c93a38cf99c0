#include <attn/core/activation.hpp>

#include "catch.hpp"
#include "core/support.hpp"

using attn::Activation;

TEST_CASE("activation: all agree with PyTorch from -6 to 6") {
  const Matrix<double> x = golden("activation.x");
  CHECK(distance(attn::activate(x, Activation::relu), golden("activation.relu")) == 0);
  CHECK(distance(attn::activate(x, Activation::gelu_erf), golden("activation.gelu_erf")) < 1e-14);
  CHECK(distance(attn::activate(x, Activation::gelu_tanh), golden("activation.gelu_tanh")) < 1e-14);
  CHECK(distance(attn::activate(x, Activation::silu), golden("activation.silu")) < 1e-14);
}

TEST_CASE("activation: by eye, far from 0 all are x or 0") {
  const Matrix<float> x = (Matrix<float>(1, 3) << -1000, 0, 1000).finished();
  for (const auto activation : {Activation::relu, Activation::gelu_erf, Activation::gelu_tanh, Activation::silu})
    CHECK(attn::activate(x, activation).isApprox((Matrix<float>(1, 3) << 0, 0, 1000).finished()));
}

TEST_CASE("activation: one that doesn't exist") {
  CHECK(message<attn::UsageError>([] { attn::activate(Matrix<float>(1, 1), static_cast<Activation>(9)); }) ==
        "activate: unknown activation 9");
}
