#include <attn/core/linear.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("linear: by eye") {
  Matrix<double> x(1, 2), w(2, 3);
  x << 1, 10;
  w << 1, 2, 3, 4, 5, 6;
  CHECK(attn::linear(x, w) == (Matrix<double>(1, 3) << 41, 52, 63).finished());
  const Eigen::Vector3d b(1, 1, 1);
  CHECK(attn::linear(x, w, b) == (Matrix<double>(1, 3) << 42, 53, 64).finished());
  CHECK(attn::linear(x, w, RowVector<double>()) == attn::linear(x, w));
}

TEST_CASE("linear: shapes that don't fit") {
  const Matrix<double> x = random(2, 3, 1), w = random(4, 3, 2);
  CHECK(message<attn::ShapeError>([&] { attn::linear(x, w); }) ==
        "linear: w is [4 x 3], expected as many rows as x [2 x 3] has columns; is it stored [out x in]? pass "
        "w.transpose()");
  CHECK(message<attn::ShapeError>([&] { attn::linear(x, w.transpose(), RowVector<double>(5)); }) ==
        "linear: b is [1 x 5], expected [4]; one entry for each column, or none");
}
