#include <attn/core/multi_head.hpp>

#include <attn/core/alibi.hpp>
#include <attn/core/relative_bias.hpp>

#include "catch.hpp"
#include "core/support.hpp"

using attn::Heads;
using attn::multi_head_attention;

TEST_CASE("multi-head: by eye, each head sees its own columns") {
  Matrix<double> q(1, 4), k(2, 4), v(2, 2);
  q << 1e4, 0, 0, 1e4;          // head 0 asks for the first column, head 1 for the second
  k << 1, 0, 1, 0, 0, 1, 0, 1;  // key 0 answers the first, key 1 the second
  v << 1, 2, 3, 4;
  const auto [output, weights] = multi_head_attention(q, k, v, {2});
  CHECK(output == (Matrix<double>(1, 2) << 1, 4).finished());
  CHECK(weights[0] == (Matrix<double>(1, 2) << 1, 0).finished());
  CHECK(weights[1] == (Matrix<double>(1, 2) << 0, 1).finished());
}

TEST_CASE("multi-head: groups of query heads share keys and values, as PyTorch computes them") {
  const auto [output, weights] =
      multi_head_attention(golden("grouped.q"), golden("grouped.k"), golden("grouped.v"), {4, 2});
  CHECK(distance(output, golden("grouped.output")) < 1e-14);
  REQUIRE(weights.size() == 4);
  for (Index h = 0; h < 4; ++h) CHECK(distance(weights[h], golden("grouped.weights").middleRows(3 * h, 3)) < 1e-14);
}

TEST_CASE("multi-head: one head is attention; a bias for each head, or one for all") {
  const Matrix<double> q = golden("grouped.q"), k = golden("grouped.k"), v = golden("grouped.v");
  const Matrix<double> one = multi_head_attention(q.leftCols(4), k, v, {1}, attn::CausalMask{}).output;
  CHECK(distance(one, attn::attention(q.leftCols(4), k, v, attn::CausalMask{}).output) == 0);

  const attn::Alibi alibi{4};
  const auto each = multi_head_attention(q, k, v, {4, 2}, attn::CausalMask{}, alibi);
  const auto all = multi_head_attention(q, k, v, {4, 2}, attn::CausalMask{}, alibi.head(2));
  CHECK(distance(each.weights[2], all.weights[2]) == 0);
  CHECK(distance(each.weights[1], all.weights[1]) > 1e-3);
  const Matrix<double> shared = random(3, 5, 1);
  CHECK(multi_head_attention(q, k, v, {4, 2}, attn::NoMask{}, shared).output ==
        multi_head_attention(q, k, v, {4, 2}, attn::NoMask{}, attn::MatrixBias{shared}).output);
}

TEST_CASE("multi-head: scale and cap reach each head") {
  const Matrix<double> x = golden("seed.x");
  const auto scaled = multi_head_attention(x, x, x, {1}, attn::NoMask{}, attn::NoBias{}, {0.75});
  CHECK(distance(scaled.weights[0], golden("seed.scale.weights")) < 1e-14);
  const auto capped = multi_head_attention(x, x, x, {1}, attn::NoMask{}, attn::NoBias{}, {{}, 1.5});
  CHECK(distance(capped.weights[0], golden("seed.cap.weights")) < 1e-14);
}

TEST_CASE("multi-head: heads that don't fit") {
  const Matrix<double> q = golden("grouped.q"), k = golden("grouped.k"), v = golden("grouped.v");  // 8, 4, 6 columns
  const auto error = [&](const Heads& heads) {
    return message<attn::ShapeError>([&] { multi_head_attention(q, k, v, heads); });
  };
  CHECK(error({4, 2}) == "");
  CHECK(error({4, 3}) == "multi-head attention: 4 heads can't share 3 key/value heads: expected a multiple of them");
  CHECK(error({0, 1}) == "multi-head attention: 0 heads can't share 1 key/value heads: expected a multiple of them");
  CHECK(error({3, 3}) == "multi-head attention: q is [3 x 8], expected columns that 3 heads can share");
  CHECK(error({4}) ==
        "multi-head attention: k is [5 x 4], expected 8 columns; q [3 x 8] of 4 heads meets 4 key/value "
        "heads");
  CHECK(message<attn::ShapeError>([&] {
          multi_head_attention(q, k, v.leftCols(5), {4, 2});
        }) == "multi-head attention: v is [5 x 5], expected columns that 2 key/value heads can share");
  const auto biased = [&](const auto& biases) {
    return message<attn::ShapeError>([&] { multi_head_attention(q, k, v, {4, 2}, attn::NoMask{}, biases); });
  };
  CHECK(biased(attn::Alibi{4}) == "");
  CHECK(biased(attn::Alibi{8}) == "alibi: the sequence of slopes is [8], expected [4]; one for each head");
  CHECK(biased(attn::RelativeBuckets<double>{random(32, 5, 1)}) ==
        "relative bias: the table is [32 x 5], expected columns for 4 heads; one for each");
}
