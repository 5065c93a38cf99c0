#include <attn/core/merge_tokens.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("merge tokens: sums over keys, means over queries") {
  Matrix<double> weights(3, 4);
  weights << 0.1, 0.2, 0.3, 0.4,  //
      0.5, 0.1, 0.2, 0.2,         //
      0.3, 0.3, 0.2, 0.2;
  Matrix<double> expected(2, 3);
  expected << 0.1, 0.5, 0.4,  //
      0.4, 0.4, 0.2;
  CHECK((attn::merge_tokens(weights, {0, 1, 3}, {0, 1, 3, 4}) - expected).cwiseAbs().maxCoeff() < 1e-15);
  CHECK((attn::merge_keys(weights, {0, 4}).array() - 1).abs().maxCoeff() < 1e-15);
  CHECK(attn::merge_queries(weights, {0, 3}).isApprox(weights.colwise().mean()));
  CHECK(attn::merge_tokens(weights, {0, 1, 2, 3}, {0, 1, 2, 3, 4}) == weights);
}

TEST_CASE("merge tokens: edges that don't fit") {
  const Matrix<float> weights = Matrix<float>::Ones(3, 4);
  CHECK_THROWS_AS(attn::merge_keys(weights, {0, 3}), attn::ShapeError);
  CHECK_THROWS_AS(attn::merge_keys(weights, {1, 4}), attn::ShapeError);
  CHECK_THROWS_AS(attn::merge_keys(weights, {0, 2, 2, 4}), attn::ShapeError);
  CHECK_THROWS_AS(attn::merge_queries(weights, {}), attn::ShapeError);
  CHECK_THROWS_AS(attn::merge_queries(weights, {0, 2, 1, 3}), attn::ShapeError);
}
