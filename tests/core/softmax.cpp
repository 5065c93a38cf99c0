#include <attn/core/softmax.hpp>

#include "catch.hpp"

using attn::Matrix;

TEST_CASE("softmax: by eye") {
  Matrix<double> scores(2, 2);
  scores << 0, std::log(3.0), 5, 5;
  const Matrix<double> weights = attn::softmax(scores);
  CHECK(weights(0, 0) == Approx(0.25));
  CHECK(weights(0, 1) == Approx(0.75));
  CHECK(weights(1, 0) == 0.5);
  CHECK(weights(1, 1) == 0.5);
}
