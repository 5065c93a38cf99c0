#include <attn/core/rope.hpp>

#include <attn/core/rope_frequencies.hpp>

#include "catch.hpp"
#include "core/support.hpp"

using attn::rope_frequencies;
using attn::rope_halves;
using attn::rope_interleaved;

TEST_CASE("rope: by eye, a quarter turn") {
  Matrix<double> x(1, 4);
  x << 1, 2, 3, 4;
  const Eigen::VectorXd quarter = Eigen::VectorXd::Constant(2, std::numbers::pi / 2);
  CHECK(distance(rope_interleaved(x, {1}, quarter), (Matrix<double>(1, 4) << -2, 1, -4, 3).finished()) < 1e-15);
  CHECK(distance(rope_halves(x, {1}, quarter), (Matrix<double>(1, 4) << -3, -4, 1, 2).finished()) < 1e-15);
  CHECK(distance(rope_halves(x, {1}, quarter, 1, 2.0), (Matrix<double>(1, 4) << -6, -8, 2, 4).finished()) < 1e-15);
}

TEST_CASE("rope: both pairings agree with NumPy's complex numbers, on all columns and on the first four") {
  const Matrix<double> x = golden("rope.x");
  const std::vector<Index> positions{0, 1, 5, 100};
  CHECK(distance(rope_interleaved(x, positions, rope_frequencies(8)), golden("rope.interleaved.8")) < 1e-13);
  CHECK(distance(rope_interleaved(x, positions, rope_frequencies(4)), golden("rope.interleaved.4")) < 1e-13);
  CHECK(distance(rope_halves(x, positions, rope_frequencies(8)), golden("rope.halves.8")) < 1e-13);
  CHECK(distance(rope_halves(x, positions, rope_frequencies(4)), golden("rope.halves.4")) < 1e-13);
}

TEST_CASE("rope: heads side by side turn alike") {
  const Matrix<double> x = golden("rope.x");
  Matrix<double> heads(4, 16);
  heads << x, 2 * x;
  const Matrix<double> turned = rope_halves(heads, attn::positions_from(3, 4), rope_frequencies(8), 2);
  CHECK(turned.leftCols(8) == rope_halves(x, attn::positions_from(3, 4), rope_frequencies(8)));
  CHECK(distance(turned.rightCols(8), 2 * turned.leftCols(8)) < 1e-14);
}

TEST_CASE("rope: scores depend on the distance only, and negative positions turn back") {
  const Matrix<double> q = random(1, 8, 1), k = random(1, 8, 2);
  const auto score = [&](Index i, Index j) {
    return (rope_interleaved(q, {i}, rope_frequencies(8)) * rope_interleaved(k, {j}, rope_frequencies(8)).transpose())
        .value();
  };
  CHECK(score(7, 3) == Approx(score(1007, 1003)));
  CHECK(score(7, 3) != Approx(score(7, 4)));
  const Matrix<double> turned = rope_halves(q, {9}, rope_frequencies(8));
  CHECK(distance(rope_halves(turned, {-9}, rope_frequencies(8)), q) < 1e-15);
}

TEST_CASE("rope: shapes that don't fit") {
  const Matrix<float> x = Matrix<float>::Zero(4, 8);
  CHECK(message<attn::ShapeError>([&] {
          rope_halves(x, {0, 1}, rope_frequencies(8));
        }) == "rope: x is [4 x 8], expected 2 rows; one for each position");
  CHECK(message<attn::ShapeError>([&] {
          rope_halves(x, {0, 1, 2, 3}, rope_frequencies(8), 2);
        }) == "rope: x is [4 x 8], expected 2 heads of at least 8 columns; two for each frequency");
}
