#include <attn/core/grad/scoring.hpp>

#include <attn/core/scoring.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("soft cap backward: agrees with central differences") {
  const Matrix<double> scores = 4 * random(2, 5, 1), d_capped = random(2, 5, 2);
  const auto capped = [](Matrix<double> s) {
    attn::soft_cap(s, 3.0);
    return s;
  };
  Matrix<double> d_scores = d_capped;
  attn::soft_cap_backward(d_scores, capped(scores), 3.0);
  CHECK(distance(d_scores, differences([&](const Matrix<double>& s) { return dot(capped(s), d_capped); }, scores)) <
        1e-9);
}

TEST_CASE("soft cap backward: by eye, the slope is 1 at 0, 0 at the cap, and 1 everywhere without a cap") {
  Matrix<double> d = Matrix<double>::Ones(1, 2), capped(1, 2);
  capped << 0, 3;
  attn::soft_cap_backward(d, capped, std::nullopt);
  CHECK(d == Matrix<double>::Ones(1, 2));
  attn::soft_cap_backward(d, capped, 3.0);
  CHECK(d == (Matrix<double>(1, 2) << 1, 0).finished());
}

TEST_CASE("soft cap backward: shapes that don't fit") {
  Matrix<double> d = random(2, 3, 1);
  CHECK(message<attn::ShapeError>([&] { attn::soft_cap_backward(d, random(3, 2, 2), 3.0); }) ==
        "soft_cap_backward: the gradient is [2 x 3], expected [3 x 2]; the shape of the capped scores");
}
