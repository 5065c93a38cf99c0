// fast_attention.cpp compares them with the oracle.
#include <attn/kernel/whole_weights.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

TEST_CASE("whole weights: beside the output, for each head into memory of its own") {
  Input<float> x = Input<float>::random(50, 90, 16, 6);
  x.mask = attn::CausalMask{30};
  const auto expected = attn::multi_head_attention(x.q, x.k, x.v, attn::Heads{2}, x.mask, x.bias);
  std::vector<Matrix<float>> weights(2, Matrix<float>::Constant(52, 95, 5.0f));
  std::vector<attn::StridedMap<float>> targets;
  for (Matrix<float>& w : weights) targets.emplace_back(&w(1, 3), 50, 90, Eigen::OuterStride<>(95));
  attn::WholeWeights<float> whole(targets);
  const auto actual = attn::streaming_multi_head_attention(x.q, x.k, x.v, attn::Heads{2}, x.mask, x.bias, {}, whole);
  CHECK(apart(actual.output, expected.output) <= 4 * x.unit());
  for (std::size_t h = 0; h < 2; ++h) {
    CHECK(apart(weights[h].block(1, 3, 50, 90), expected.weights[h]) <= 4 * x.unit());
    CHECK(weights[h](1, 3 + 89) == 0);
    CHECK(weights[h].leftCols(3).isConstant(5.0f));
    CHECK(weights[h].rightCols(2).isConstant(5.0f));
    CHECK(weights[h].row(51).isConstant(5.0f));
  }
}
