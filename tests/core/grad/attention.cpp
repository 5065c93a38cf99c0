#include <attn/core/grad/attention.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("attention backward: by eye, values get what the weights sent to their outputs") {
  const Matrix<double> q = Matrix<double>::Zero(2, 3), k = random(4, 3, 1), v = random(4, 2, 2);
  const auto [output, weights] = attn::attention(q, k, v);  // all weights 1/4
  const auto g = attn::attention_backward(q, k, v, weights, {Matrix<double>::Ones(2, 2), {}});
  CHECK(g.d_v == Matrix<double>::Constant(4, 2, 0.5));
  CHECK(g.d_k.isZero());
}

TEST_CASE("attention backward: agrees with PyTorch's autograd, with bias, cap and a gradient of the weights") {
  const attn::MatrixBias bias{golden("cross.bias")};
  const auto g =
      attn::attention_backward(golden("cross.q"), golden("cross.k"), golden("cross.v"), golden("cross.weights"),
                               {golden("cross.d_output"), golden("cross.d_weights")}, bias, {{}, 2.0});
  CHECK(distance(g.d_q, golden("cross.d_q")) < 1e-14);
  CHECK(distance(g.d_k, golden("cross.d_k")) < 1e-14);
  CHECK(distance(g.d_v, golden("cross.d_v")) < 1e-14);
  CHECK(distance(g.d_bias, golden("cross.d_bias")) < 1e-14);
}

TEST_CASE("attention backward: agrees with central differences under a mask that hides a whole row") {
  const Matrix<double> q = random(3, 2, 1), k = random(4, 2, 2), v = random(4, 3, 3), d_output = random(3, 3, 4);
  const auto mask = [](Index i, Index j) { return i != 0 && j <= i; };
  const auto loss = [&](const Matrix<double>& a, const Matrix<double>& b, const Matrix<double>& c) {
    return dot(attn::attention(a, b, c, mask).output, d_output);
  };
  const auto g = attn::attention_backward(q, k, v, attn::attention(q, k, v, mask).weights, {d_output, {}});
  CHECK(distance(g.d_q, differences([&](const Matrix<double>& x) { return loss(x, k, v); }, q)) < 1e-9);
  CHECK(distance(g.d_k, differences([&](const Matrix<double>& x) { return loss(q, x, v); }, k)) < 1e-9);
  CHECK(distance(g.d_v, differences([&](const Matrix<double>& x) { return loss(q, k, x); }, v)) < 1e-9);
  CHECK(g.d_q.row(0).isZero(0));
}

TEST_CASE("attention backward: shapes that don't fit") {
  const Matrix<double> x = random(4, 3, 1), weights = attn::attention(x, x, x).weights;
  const auto error = [&](const Matrix<double>& A, const Matrix<double>& d_output, const Matrix<double>& d_weights) {
    return message<attn::ShapeError>([&] { attn::attention_backward(x, x, x, A, {d_output, d_weights}); });
  };
  CHECK(error(weights, x, weights) == "");
  CHECK(error(x, x, {}) == "attention_backward: weights is [4 x 3], expected [4 x 4]");
  CHECK(error(weights, weights, {}) == "attention_backward: the gradient of the output is [4 x 4], expected [4 x 3]");
  CHECK(error(weights, {}, x) == "attention_backward: the gradient of the weights is [4 x 3], expected [4 x 4]");
}
