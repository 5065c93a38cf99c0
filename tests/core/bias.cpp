#include <attn/core/bias.hpp>

#include "catch.hpp"
#include "core/support.hpp"

namespace {
struct HeadNumber {
  attn::MatrixBias<Matrix<double>> head(Index h) const { return {Matrix<double>::Constant(1, 1, double(h))}; }
};
}  // namespace

static_assert(attn::Bias<attn::NoBias> && !attn::HeadBias<attn::NoBias>);
static_assert(attn::HeadBias<HeadNumber> && !attn::Bias<HeadNumber>);
static_assert(attn::Bias<Matrix<float>> && !attn::HeadBias<Matrix<float>>);
static_assert(attn::Bias<attn::MatrixBias<Matrix<Eigen::half>>> && attn::Bias<attn::MatrixBias<Matrix<int>>>);
static_assert(!attn::Bias<attn::CausalMask> && !attn::Bias<attn::PaddingMask> && !attn::Bias<Matrix<bool>>);

TEST_CASE("bias: an explicit matrix is added, row by row from the first query") {
  Matrix<double> values(3, 2);
  values << 1, 2, 3, 4, 5, 6;
  Matrix<double> scores = Matrix<double>::Constant(2, 2, 10);
  attn::add_bias(scores, attn::MatrixBias{values}, 1);
  CHECK(scores(0, 0) == 13);
  CHECK(scores(1, 1) == 16);
  attn::add_bias(scores, attn::NoBias{});
  CHECK(scores(0, 0) == 13);
}

TEST_CASE("bias: each head's own, or one for all") {
  CHECK(attn::bias_of_head(HeadNumber{}, 3)(0, 0) == 3);
  const attn::MatrixBias shared{Matrix<double>::Ones(1, 1).eval()};
  CHECK(&attn::bias_of_head(shared, 3) == &shared);
  CHECK(&attn::bias_of_head(shared.values, 3) == &shared.values);
}

TEST_CASE("bias: a matrix of another shape") {
  CHECK(message<attn::ShapeError>([] { attn::check_rule(attn::MatrixBias{Matrix<float>::Ones(2, 3).eval()}, 2, 4); }) ==
        "attention: the bias is [2 x 3], expected [2 x 4]; one row for each query, one column for each key");
  Matrix<float> scores = Matrix<float>::Zero(2, 4);
  CHECK_THROWS_AS(attn::add_bias(scores, attn::MatrixBias{Matrix<float>::Ones(3, 4).eval()}), attn::ShapeError);
}
