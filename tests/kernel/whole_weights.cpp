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

TEST_CASE("whole weights: larger than the caches, with hidden keys, rows that see nothing and a mistake") {
  const Index N = 1700;  // 11.6 MB
  Input<float> x = Input<float>::random(N, N, 8, 1);
  x.mask = attn::CausalMask{-100} & attn::BandMask{300};
  x.bias = {[](Index i, Index j) { return i == 900 && j == 700 ? std::nan("") : 0.0; }};
  const Matrix<float> expected = core_attention(x).weights;
  Matrix<float> sheet = Matrix<float>::Constant(N + 2, N + 3, 5.0f);  // rows begin anywhere
  const std::vector<attn::StridedMap<float>> target = {{&sheet(1, 1), N, N, Eigen::OuterStride<>(N + 3)}};
  attn::WholeWeights<float> whole(target);
  with_one_and_two_threads([&] {
    sheet.block(1, 1, N, N).setConstant(7);
    attn::streaming_weights(x.q, x.k, x.mask, x.bias, x.scoring, whole);
    CHECK(apart(sheet.block(1, 1, N, N), expected) <= 4 * x.unit());
    CHECK(sheet.block(1, 1, 100, N).isZero(0));
    CHECK(sheet.row(901).segment(1, N).array().isNaN().all());
  });
  CHECK(sheet.col(0).isConstant(5.0f));
  CHECK(sheet.rightCols(2).isConstant(5.0f));
  CHECK(sheet.row(0).isConstant(5.0f));
  CHECK(sheet.row(N + 1).isConstant(5.0f));
}
