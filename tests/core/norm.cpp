#include <attn/core/norm.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("norm: by eye") {
  Matrix<double> x(1, 2);
  x << 3, 5;
  CHECK(distance(attn::norm_layer(x, RowVector<double>(), RowVector<double>(), 0.0),
                 (Matrix<double>(1, 2) << -1, 1).finished()) < 1e-15);
  x << 3, std::sqrt(41.0);  // mean square 25
  CHECK(attn::norm_rms(x, RowVector<double>(), 0.0)(0, 0) == Approx(0.6));
}

TEST_CASE("norm: agrees with PyTorch") {
  const Matrix<double> x = golden("norm.x"), gain = golden("norm.gain"), shift = golden("norm.shift");
  CHECK(distance(attn::norm_layer(x, gain, shift), golden("norm.layer")) < 1e-14);
  CHECK(distance(attn::norm_rms(x, gain.transpose()), golden("norm.rms")) < 1e-14);
  const Matrix<double> stored = gain.array() - 1;
  CHECK(distance(attn::norm_rms(x, stored, 1e-6, 1.0), golden("norm.rms")) < 1e-14);
}

TEST_CASE("norm: constant rows and no columns") {
  const Matrix<double> constant = Matrix<double>::Constant(2, 4, 7.0);
  CHECK(attn::norm_layer(constant, RowVector<double>(), RowVector<double>()).isZero());
  CHECK(attn::norm_layer(Matrix<double>(2, 0), RowVector<double>(), RowVector<double>()).cols() == 0);
  CHECK(attn::norm_rms(Matrix<double>(0, 3), RowVector<double>()).rows() == 0);
}

TEST_CASE("norm: a gain or shift that doesn't fit") {
  const Matrix<double> x = golden("norm.x");
  CHECK(message<attn::ShapeError>([&] { attn::norm_layer(x, RowVector<double>(5), RowVector<double>()); }) ==
        "norm_layer: gain is [1 x 5], expected [6]; one entry for each column, or none");
  CHECK_THROWS_AS(attn::norm_layer(x, RowVector<double>(), RowVector<double>(7)), attn::ShapeError);
  CHECK_THROWS_AS(attn::norm_rms(x, RowVector<double>(7)), attn::ShapeError);
}
