#include <attn/core/grad/softmax.hpp>

#include <attn/core/softmax.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("softmax backward: by eye") {
  // Two equal weights: what raises one lowers the other, by a·(1 − a) = 1/4.
  CHECK(attn::softmax_backward(Matrix<double>::Constant(1, 2, 0.5), (Matrix<double>(1, 2) << 1, 0).finished()) ==
        (Matrix<double>(1, 2) << 0.25, -0.25).finished());
}

TEST_CASE("softmax backward: agrees with central differences; rows sum to 0; hidden scores get 0") {
  Matrix<double> scores = random(3, 5, 1);
  scores(1, 3) = -std::numeric_limits<double>::infinity();
  const Matrix<double> d_weights = random(3, 5, 2);
  const Matrix<double> d_scores = attn::softmax_backward(attn::softmax(scores), d_weights);
  Matrix<double> expected =
      differences([&](const Matrix<double>& s) { return dot(attn::softmax(s), d_weights); }, scores);
  expected(1, 3) = 0;  // ∞ − ∞
  CHECK(distance(d_scores, expected) < 1e-9);
  CHECK(d_scores(1, 3) == 0);
  CHECK(d_scores.rowwise().sum().isZero(1e-15));
}

TEST_CASE("softmax backward: shapes that don't fit") {
  CHECK(message<attn::ShapeError>([] { attn::softmax_backward(random(2, 3, 1), random(3, 2, 1)); }) ==
        "softmax_backward: d_weights is [3 x 2], expected [2 x 3]; the shape of the weights");
}
