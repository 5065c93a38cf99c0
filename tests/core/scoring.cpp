#include <attn/core/scoring.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("scoring: the scale is 1/√dk unless given") {
  CHECK(attn::Scoring{}.scale_for(64) == 0.125);
  CHECK(attn::Scoring{0.5}.scale_for(64) == 0.5);
  CHECK(std::isfinite(attn::Scoring{}.scale_for(0)));
}

TEST_CASE("scoring: the cap leaves small scores alone and bounds large ones") {
  Matrix<double> scores(1, 4);
  scores << 0, 1e-6, 50 * std::atanh(0.5), -1e9;
  attn::soft_cap(scores, 50.0);
  CHECK(scores(0, 0) == 0);
  CHECK(scores(0, 1) == Approx(1e-6));
  CHECK(scores(0, 2) == Approx(25));
  CHECK(scores(0, 3) == -50);
  const Matrix<double> before = scores;
  attn::soft_cap(scores, std::nullopt);
  CHECK(scores == before);
}
