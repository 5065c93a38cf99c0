#include <attn/core/grad/linear.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("linear backward: by eye") {
  const auto g = attn::linear_backward((Matrix<double>(1, 2) << 2, 3).finished(),
                                       (Matrix<double>(2, 1) << 5, 7).finished(), Matrix<double>::Ones(1, 1));
  CHECK(g.d_x == (Matrix<double>(1, 2) << 5, 7).finished());
  CHECK(g.d_w == (Matrix<double>(2, 1) << 2, 3).finished());
  CHECK(g.d_b == Matrix<double>::Ones(1, 1));
}

TEST_CASE("linear backward: agrees with central differences") {
  const Matrix<double> x = random(3, 2, 1), w = random(2, 4, 2), b = random(1, 4, 3), d_y = random(3, 4, 4);
  const auto g = attn::linear_backward(x, w, d_y);
  CHECK(distance(g.d_x, differences([&](const Matrix<double>& m) { return dot(attn::linear(m, w, b), d_y); }, x)) <
        1e-9);
  CHECK(distance(g.d_w, differences([&](const Matrix<double>& m) { return dot(attn::linear(x, m, b), d_y); }, w)) <
        1e-9);
  CHECK(distance(g.d_b, differences([&](const Matrix<double>& m) { return dot(attn::linear(x, w, m), d_y); }, b)) <
        1e-9);
}

TEST_CASE("linear backward: shapes that don't fit") {
  const Matrix<double> x = random(3, 2, 1), w = random(2, 4, 2);
  CHECK(message<attn::ShapeError>([&] { attn::linear_backward(x, w, x); }) ==
        "linear_backward: d_y is [3 x 2], expected [3 x 4]");
  CHECK(message<attn::ShapeError>([&] { attn::linear_backward(x, x, x); }) ==
        "linear_backward: w is [3 x 2], expected as many rows as x [3 x 2] has columns");
}
