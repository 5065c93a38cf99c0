#include <attn/core/grad/self_attention.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("self-attention backward: agrees with central differences, with and without an output projection") {
  const Matrix<double> x = random(3, 4, 1), d_output = random(3, 4, 2);
  attn::Projections<double> w{random(4, 4, 3), random(4, 4, 4), random(4, 4, 5)};
  if (GENERATE(false, true)) w.w_o = random(4, 4, 6);
  const auto loss = [&](const Matrix<double>& in, const attn::Projections<double>& p) {
    return dot(attn::self_attention(in, p, {2}, attn::CausalMask{}).output, d_output);
  };
  const auto forward = attn::self_attention(x, w, {2}, attn::CausalMask{});
  const auto g = attn::self_attention_backward(x, w, {2}, forward.weights, {d_output, {}});
  CHECK(distance(g.d_x, differences([&](const Matrix<double>& in) { return loss(in, w); }, x)) < 1e-8);
  for (const auto part : {&attn::Projections<double>::w_q, &attn::Projections<double>::w_k,
                          &attn::Projections<double>::w_v, &attn::Projections<double>::w_o}) {
    const Matrix<double> expected = differences(
        [&](const Matrix<double>& m) {
          attn::Projections<double> p = w;
          p.*part = m;
          return loss(x, p);
        },
        w.*part);
    CHECK(distance(g.d_projections.*part, expected) < 1e-8);
  }
}

TEST_CASE("self-attention backward: by eye, the output projection doesn't move the weights") {
  const Matrix<double> x = random(3, 4, 1), square = random(4, 4, 2);
  const attn::Projections<double> w{square, square, square, random(4, 5, 3)};
  const std::vector<Matrix<double>> weights = attn::self_attention(x, w, {1}).weights;
  const auto d = attn::self_attention_backward(x, w, {1}, weights, {{}, {random(3, 3, 4)}}).d_projections;
  CHECK(d.w_o == Matrix<double>::Zero(4, 5));
  CHECK(d.b_o == RowVector<double>::Zero(5));
  CHECK(!d.w_q.isZero());
}

TEST_CASE("self-attention backward: shapes that don't fit") {
  const Matrix<double> x = random(3, 4, 1), square = random(4, 4, 2);
  attn::Projections<double> w{square, square, square, square};
  const std::vector<Matrix<double>> weights = attn::self_attention(x, w, {2}).weights;
  const auto error = [&](const std::vector<Matrix<double>>& A, const Matrix<double>& d_output) {
    return message<attn::ShapeError>([&] { attn::self_attention_backward(x, w, {2}, A, {d_output, {}}); });
  };
  CHECK(error(weights, x) == "");
  CHECK(error({weights[0]}, x) == "multi_head_backward: weights is [1], expected [2]; one matrix for each head");
  CHECK(error({weights[0], square}, x) == "multi_head_backward: weights of a head is [4 x 4], expected [3 x 3]");
  CHECK(error(weights, square) == "linear_backward: d_y is [4 x 4], expected [3 x 4]");
  w.w_o.resize(0, 0), w.b_o.resize(4);
  CHECK(error(weights, x) == "self_attention: b_o is [1 x 4], expected none; there is no w_o");
}
