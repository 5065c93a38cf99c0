// Agreement of attention with all its weights, and so of whole_weights.hpp, with the oracle, core attention().
#include <attn/kernel/fast_attention.hpp>

#include <attn/core/alibi.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

namespace {

/// How far output and weights are from the oracle's, in units of eps·(1 + max|score|).
template <class T>
double fast_disagreement(const Input<T>& x) {
  const attn::Attention<T> expected = core_attention(x);
  double most = 0;
  with_one_and_two_threads([&] {
    const attn::Attention<T> actual = attn::fast_attention(x.q, x.k, x.v, x.mask, x.bias, x.scoring);
    most = std::max({most, apart(actual.output, expected.output), apart(actual.weights, expected.weights)});
  });
  return most / x.unit();
}

}  // namespace

TEST_CASE("fast attention: two keys by eye, few and many of them") {
  for (const Index pairs : {1, 20000}) {
    Matrix<double> q = Matrix<double>::Ones(1, 2), k(2 * pairs, 2), v(2 * pairs, 1);
    for (Index n = 0; n < pairs; ++n) {
      k.row(2 * n) << 0, 0;
      k.row(2 * n + 1) << 0, std::log(3.0) * std::sqrt(2.0);
      v(2 * n) = 0;
      v(2 * n + 1) = 8;
    }
    const auto [output, weights] = attn::fast_attention(q, k, v);
    CHECK(output(0, 0) == Approx(6));
    CHECK(weights(0, 0) == Approx(0.25 / double(pairs)));
    CHECK(weights(0, 2 * pairs - 1) == Approx(0.75 / double(pairs)));
  }
}

TEMPLATE_TEST_CASE("fast attention: agrees with attention() within 4·eps·(1 + max|score|) over sizes, masks and biases",
                   "", float, double) {
  for_each_input<TestType>([](const Input<TestType>& x) { CHECK(fast_disagreement(x) <= 4); });
}

TEMPLATE_TEST_CASE("fast attention: agrees with attention() for every mask with every bias", "", float, double) {
  using T = TestType;
  for (const auto& [Nq, Nk] : {std::pair<Index, Index>{65, 130}, {300, 700}})
    for (const auto& [mask_name, mask] : all_masks(Nq, Nk))
      for (const auto& [bias_name, bias] : all_biases<T>()) {
        CAPTURE(Nq, Nk, mask_name, bias_name);
        Input<T> x = Input<T>::random(Nq, Nk, 8, 5);
        x.mask = mask;
        x.bias = bias;
        CHECK(fast_disagreement(x) <= 4);
        x.scoring = {-0.5, 2.0};
        CHECK(fast_disagreement(x) <= 4);
      }
}

TEMPLATE_TEST_CASE("fast attention: scores of ±1e4, NaN and +inf", "", float, double) {
  using T = TestType;
  Input<T> x = Input<T>::random(300, 300, 8, 5, 3000);
  CHECK(fast_disagreement(x) <= 4);
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    x = Input<T>::random(300, 300, 8, 5);
    x.mask = attn::CausalMask{};
    x.bias = {[=](Index i, Index j) { return i == 200 && j == 150 ? bad : 0.0; }};
    CHECK(fast_disagreement(x) <= 4);
    CHECK(attn::fast_attention(x.q, x.k, x.v, x.mask, x.bias).weights.row(200).array().isNaN().all());
  }
}

TEST_CASE("fast attention: rows that see nothing, and keys above the diagonal, are exactly zero") {
  Input<float> x = Input<float>::random(300, 300, 8, 4);
  x.mask = attn::CausalMask{-3};
  const auto [output, weights] = attn::fast_attention(x.q, x.k, x.v, x.mask, x.bias);
  CHECK((output.topRows(3).array() == 0).all());
  for (Index i = 0; i < 300; ++i) CHECK((weights.row(i).tail(std::min<Index>(300, 302 - i)).array() == 0).all());
}

TEST_CASE("fast attention: weights larger than the caches") {
  const Input<float> x = Input<float>::random(1100, 4001, 8, 4);  // 17 MB
  CHECK(fast_disagreement(x) <= 4);
}

TEST_CASE("fast attention: no queries, no keys, no columns") {
  for (const auto& [Nq, Nk, dk, dv] :
       {std::array<Index, 4>{0, 5, 3, 2}, {5, 0, 3, 2}, {5, 4, 0, 2}, {5, 4, 3, 0}, {300, 300, 3, 0}}) {
    CAPTURE(Nq, Nk, dk, dv);
    CHECK(fast_disagreement(Input<float>::random(Nq, Nk, dk, dv)) <= 4);
  }
}

TEST_CASE("fast attention: into blocks, and only the weights") {
  for (const Index N : {20, 200}) {
    const Input<float> x = Input<float>::random(N, N, 8, 5);
    const attn::Attention<float> expected = core_attention(x);
    Matrix<float> sheet = Matrix<float>::Constant(N + 2, N + 10, 5.0f);
    attn::fast_attention_into(x.q, x.k, x.v, x.mask, x.bias, x.scoring, sheet.block(1, 1, N, 5),
                              sheet.block(1, 7, N, N));
    CHECK(apart(sheet.block(1, 1, N, 5), expected.output) <= 4 * x.unit());
    CHECK(apart(sheet.block(1, 7, N, N), expected.weights) <= 4 * x.unit());
    for (const Index column : {Index{0}, Index{6}, N + 7}) CHECK(sheet.col(column).isConstant(5.0f));
    for (const Index row : {Index{0}, N + 1}) CHECK(sheet.row(row).isConstant(5.0f));
    sheet.setConstant(5.0f);
    attn::fast_attention_weights_into(x.q, x.k, x.mask, x.bias, x.scoring, sheet.block(1, 7, N, N));
    CHECK(apart(sheet.block(1, 7, N, N), expected.weights) <= 4 * x.unit());
    CHECK(sheet.leftCols(7).isConstant(5.0f));
    CHECK(sheet.rightCols(3).isConstant(5.0f));
  }
}

TEST_CASE("fast attention: heads, some of which share their keys and values") {
  for (const attn::Heads heads : {attn::Heads{1}, {4, 2}, {6, 1}}) {
    CAPTURE(heads.H, heads.Hkv);
    const Input<float> x = Input<float>::random(100, 130, heads.H * 8, heads.H * 5);
    const Matrix<float> k = x.k.leftCols(heads.Hkv * 8), v = x.v.leftCols(heads.Hkv * 5);
    const auto expected =
        attn::multi_head_attention(x.q, k, v, heads, AnyMask{attn::CausalMask{20}}, attn::Alibi{heads.H, 20});
    const auto actual =
        attn::fast_multi_head_attention(x.q, k, v, heads, AnyMask{attn::CausalMask{20}}, attn::Alibi{heads.H, 20});
    CHECK(apart(actual.output, expected.output) <= 4 * x.unit());
    REQUIRE(actual.weights.size() == expected.weights.size());
    for (std::size_t h = 0; h < expected.weights.size(); ++h)
      CHECK(apart(actual.weights[h], expected.weights[h]) <= 4 * x.unit());
  }
}

TEST_CASE("fast attention: memory and input that doesn't fit") {
  for (const Index N : {4, 200}) {
    const Input<float> x = Input<float>::random(N, N, 8, 8);
    const std::string n = std::to_string(N), square = "[" + n + " x " + n + "]", tall = "[" + n + " x 8]";
    Matrix<float> output(N, 8), weights(N, N + 1);
    const auto run = [&](const Matrix<float>& k, const Matrix<float>& v) {
      return message<attn::ShapeError>(
          [&] { attn::fast_attention_into(x.q, k, v, x.mask, x.bias, x.scoring, output, weights); });
    };
    CHECK(run(x.k, x.v) ==
          "attention: the memory for weights is [" + n + " x " + std::to_string(N + 1) + "], expected " + square);
    CHECK(message<attn::ShapeError>([&] {
            attn::fast_attention_weights_into(x.q, x.k, x.mask, x.bias, x.scoring, weights);
          }) == "attention: the memory for weights is [" + n + " x " + std::to_string(N + 1) + "], expected " + square);
    weights.resize(N, N);
    output.resize(N, 7);
    CHECK(run(x.k, x.v) == "attention: the memory for output is [" + n + " x 7], expected " + tall);
    output.resize(N, 8);
    CHECK(run(x.k, x.v) == "");
    CHECK(run(x.k.leftCols(6), x.v) == "attention: k is [" + n + " x 6], expected as many columns as q " + tall);
    CHECK(run(x.k, x.v.topRows(3)) == "attention: v is [3 x 8], expected as many rows as k " + tall);
  }
  const Input<float> x = Input<float>::random(4, 4, 8, 8);
  Matrix<float> output(4, 8);
  std::vector<Matrix<float>> weights(1, Matrix<float>(4, 4));
  const auto heads = [&] {
    attn::fast_multi_head_attention_into(x.q, x.k, x.v, attn::Heads{2}, x.mask, x.bias, x.scoring, output,
                                         std::span(weights));
  };
  CHECK(message<attn::ShapeError>(heads) ==
        "attention: the memory for weights is [1], expected [2]; a matrix for each head");
  weights.resize(2, Matrix<float>(4, 3));
  CHECK(message<attn::ShapeError>(heads) == "attention: the memory for weights is [4 x 3], expected [4 x 4]");
}
