#include <attn/core/grad/multi_head.hpp>

#include <attn/core/alibi.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("multi-head backward: agrees with central differences, also where heads share keys and values") {
  const Matrix<double> q = random(3, 8, 1), k = random(4, 4, 2), v = random(4, 2, 3), d_output = random(3, 4, 4);
  const std::vector<Matrix<double>> d_weights{random(3, 4, 5), random(3, 4, 6), random(3, 4, 7), random(3, 4, 8)};
  const attn::Heads heads{4, 2};
  const attn::Alibi bias{4};
  const attn::Scoring scoring{0.3};
  const auto loss = [&](const Matrix<double>& a, const Matrix<double>& b, const Matrix<double>& c) {
    const auto [output, weights] = attn::multi_head_attention(a, b, c, heads, attn::CausalMask{1}, bias, scoring);
    double sum = dot(output, d_output);
    for (std::size_t h = 0; h < 4; ++h) sum += dot(weights[h], d_weights[h]);
    return sum;
  };
  const auto forward = attn::multi_head_attention(q, k, v, heads, attn::CausalMask{1}, bias, scoring);
  const auto g = attn::multi_head_backward(q, k, v, heads, forward.weights, {d_output, d_weights}, bias, scoring);
  CHECK(distance(g.d_q, differences([&](const Matrix<double>& x) { return loss(x, k, v); }, q)) < 1e-9);
  CHECK(distance(g.d_k, differences([&](const Matrix<double>& x) { return loss(q, x, v); }, k)) < 1e-9);
  CHECK(distance(g.d_v, differences([&](const Matrix<double>& x) { return loss(q, k, x); }, v)) < 1e-9);
  REQUIRE(g.d_bias.size() == 4);
  CHECK(g.d_bias[3].rowwise().sum().isZero(1e-14));  // raising a whole row of scores changes nothing
}

TEST_CASE("multi-head backward: by eye, a head's gradient stays in its columns") {
  const Matrix<double> x = random(3, 4, 1);
  const auto forward = attn::multi_head_attention(x, x, x, {2});
  Matrix<double> d_output = Matrix<double>::Zero(3, 4);
  d_output.leftCols(2).setOnes();
  const auto g = attn::multi_head_backward(x, x, x, {2}, forward.weights, {d_output, {}});
  CHECK(g.d_v.leftCols(2).sum() == Approx(6));
  CHECK(g.d_v.rightCols(2).isZero(0));
  CHECK(g.d_q.rightCols(2).isZero(0));
}

TEST_CASE("multi-head backward: shapes that don't fit") {
  const Matrix<double> x = random(3, 4, 1);
  const std::vector<Matrix<double>> weights = attn::multi_head_attention(x, x, x, {2}).weights;
  const auto error = [&](const std::vector<Matrix<double>>& A, const attn::MultiHeadAttention<double>& d) {
    return message<attn::ShapeError>([&] { attn::multi_head_backward(x, x, x, {2}, A, d); });
  };
  CHECK(error(weights, {x, {}}) == "");
  CHECK(error({weights[0]}, {x, {}}) == "multi_head_backward: weights is [1], expected [2]; one matrix for each head");
  CHECK(error({weights[0], x}, {x, {}}) == "multi_head_backward: weights of a head is [3 x 4], expected [3 x 3]");
  CHECK(error(weights, {{}, {weights[0]}}) ==
        "multi_head_backward: the gradient of the weights is [1], expected [2]; one matrix for each head");
  CHECK(error(weights, {x.leftCols(2), {}}) ==
        "multi_head_backward: the gradient of the output is [3 x 2], expected [3 x 4]");
  CHECK(message<attn::ShapeError>([&] {
          attn::multi_head_backward(x, x, x, {2}, weights, {x, {}}, attn::Alibi{4});
        }) == "alibi: the sequence of slopes is [4], expected [2]; one for each head");
}
