#include <attn/core/grad/norm.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("norm backward: agrees with central differences") {
  const Matrix<double> x = random(2, 5, 1), gain = random(1, 5, 2), shift = random(1, 5, 3), d_y = random(2, 5, 4);
  SECTION("layer") {
    const auto loss = [&](const Matrix<double>& in, const Matrix<double>& g, const Matrix<double>& s) {
      return dot(attn::norm_layer(in, g, s), d_y);
    };
    const auto d = attn::norm_layer_backward(x, gain, d_y);
    CHECK(distance(d.d_x, differences([&](const Matrix<double>& m) { return loss(m, gain, shift); }, x)) < 1e-9);
    CHECK(distance(d.d_gain, differences([&](const Matrix<double>& m) { return loss(x, m, shift); }, gain)) < 1e-9);
    CHECK(distance(d.d_shift, differences([&](const Matrix<double>& m) { return loss(x, gain, m); }, shift)) < 1e-9);
    CHECK(d.d_x.rowwise().sum().isZero(1e-13));  // the norm takes the mean out, so it has no gradient
  }
  SECTION("RMS") {
    const auto loss = [&](const Matrix<double>& in, const Matrix<double>& g) {
      return dot(attn::norm_rms(in, g, 1e-6, 1.0), d_y);
    };
    const auto d = attn::norm_rms_backward(x, gain, d_y, 1e-6, 1.0);
    CHECK(distance(d.d_x, differences([&](const Matrix<double>& m) { return loss(m, gain); }, x)) < 1e-9);
    CHECK(distance(d.d_gain, differences([&](const Matrix<double>& m) { return loss(x, m); }, gain)) < 1e-9);
  }
}

TEST_CASE("norm backward: shapes that don't fit") {
  const Matrix<double> x = random(2, 3, 1), d_y = random(2, 4, 2);
  CHECK(message<attn::ShapeError>([&] { attn::norm_layer_backward(x, RowVector<double>(), d_y); }) ==
        "norm_layer_backward: d_y is [2 x 4], expected [2 x 3]; the shape of x");
  CHECK(message<attn::ShapeError>([&] { attn::norm_rms_backward(x, RowVector<double>(4), x); }) ==
        "norm_rms_backward: gain is [1 x 4], expected [3]; one entry for each column, or none");
}
