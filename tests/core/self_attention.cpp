#include <attn/core/self_attention.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("self-attention: agrees with PyTorch's MultiheadAttention, weights of each head") {
  const Matrix<double> x = golden("seed.x"), in = golden("module.in_weight"), in_bias = golden("module.in_bias");
  attn::Projections<double> w;
  w.w_q = in.topRows(8).transpose(), w.b_q = in_bias.leftCols(8);
  w.w_k = in.middleRows(8, 8).transpose(), w.b_k = in_bias.middleCols(8, 8);
  w.w_v = in.bottomRows(8).transpose(), w.b_v = in_bias.rightCols(8);
  w.w_o = golden("module.out_weight").transpose(), w.b_o = golden("module.out_bias");
  const auto [output, weights] = attn::self_attention(x, w, {2});
  CHECK(distance(output, golden("module.output")) < 2e-6);  // PyTorch in float
  REQUIRE(weights.size() == 2);
  CHECK(distance(weights[0], golden("module.weights").topRows(4)) < 5e-7);
  CHECK(distance(weights[1], golden("module.weights").bottomRows(4)) < 5e-7);
}

TEST_CASE("self-attention: with identities for projections it is attention") {
  const Matrix<double> x = golden("seed.x"), one = Matrix<double>::Identity(8, 8);
  CHECK(distance(attn::self_attention(x, {one, one, one}, {1}).output, golden("seed.double.output")) < 1e-14);
  CHECK(distance(attn::self_attention(x, {one, one, one, -one}, {1}).output, -golden("seed.double.output")) < 1e-14);
  const auto scaled = attn::self_attention(x, {one, one, one}, {1}, attn::NoMask{}, attn::NoBias{}, {0.75});
  CHECK(distance(scaled.output, golden("seed.scale.output")) < 1e-14);
}

TEST_CASE("self-attention: shapes that don't fit") {
  const Matrix<double> x = golden("seed.x"), w = Matrix<double>::Identity(8, 8);
  CHECK(message<attn::ShapeError>([&] {
          attn::self_attention(x, {w.topRows(6), w, w}, {2});
        }) ==
        "linear: w is [6 x 8], expected as many rows as x [4 x 8] has columns; is it stored [out x in]? pass "
        "w.transpose()");
  CHECK_THROWS_AS(attn::self_attention(x, {w, w.leftCols(6), w}, {2}), attn::ShapeError);
  const attn::Projections<double> stray{w, w, w, {}, {}, {}, {}, RowVector<double>::Ones(8)};
  CHECK(message<attn::ShapeError>([&] { attn::self_attention(x, stray, {2}); }) ==
        "self_attention: b_o is [1 x 8], expected none; there is no w_o");
}
