#include <attn/kernel/window.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

using attn::Window;

namespace {

/// Compares windows with slices of all the weights, with and without a log-sum-exp that is known already.
template <class T>
void check_agreement(const Input<T>& x) {
  const Matrix<T> all = core_attention(x).weights;
  const Index Nq = all.rows(), Nk = all.cols();
  const double tolerance = 4 * x.unit();
  const attn::ColumnVector<T> log_sum_exp = attn::streaming_weights(x.q, x.k, x.mask, x.bias, x.scoring);
  for (const Window& w : {Window{0, Nq, 0, Nk},
                          {3, 20, 5, 30},
                          {Nq - 1, 1, Nk - 1, 1},
                          {10, 50, 0, Nk},
                          {0, Nq, 70, 1},
                          {5, 0, 5, 4},
                          {5, 4, Nk, 0},
                          {0, Nq, Nk - 40, 40}}) {
    CAPTURE(w.first_row, w.rows, w.first_col, w.cols);
    const auto expected = all.block(w.first_row, w.first_col, w.rows, w.cols);
    for (const auto* known : {&log_sum_exp, static_cast<const attn::ColumnVector<T>*>(nullptr)})
      CHECK(apart(attn::attention_window(x.q, x.k, w, x.mask, x.bias, x.scoring, known), expected) <= tolerance);
  }
  const std::vector<Index> rows = {Nq - 1, 0, 33, 33, 4};
  const Matrix<T> chosen = attn::attention_rows(x.q, x.k, rows, x.mask, x.bias, x.scoring);
  REQUIRE(chosen.rows() == 5);
  for (std::size_t n = 0; n < rows.size(); ++n)
    CHECK(apart(chosen.row(static_cast<Index>(n)), all.row(rows[n])) <= tolerance);
}

}  // namespace

TEST_CASE("window: by eye") {
  // Weights [1 0 0 0], [½ ½ 0 0], [⅓ ⅓ ⅓ 0] and four times ¼.
  const Matrix<double> x = Matrix<double>::Ones(4, 1);
  const Matrix<double> window = attn::attention_window(x, x, {1, 2, 1, 2}, AnyMask{attn::CausalMask{}}, AnyBias{});
  CHECK(apart(window, Matrix<double>{{0.5, 0}, {1 / 3.0, 1 / 3.0}}) <= 1e-15);
  CHECK(window(0, 1) == 0);
  const Matrix<double> rows = attn::attention_rows(x, x, {3, 0}, AnyMask{attn::CausalMask{}}, AnyBias{});
  CHECK(apart(rows, Matrix<double>{{0.25, 0.25, 0.25, 0.25}, {1, 0, 0, 0}}) <= 1e-15);
}

TEMPLATE_TEST_CASE("window: agrees with a slice of the weights for every mask and bias", "", float, double) {
  using T = TestType;
  for (const auto& [Nq, Nk] : {std::pair<Index, Index>{65, 130}, {140, 1200}})
    for (const auto& [mask_name, mask] : all_masks(Nq, Nk))
      for (const auto& [bias_name, bias] : all_biases<T>()) {
        CAPTURE(Nq, Nk, mask_name, bias_name);
        // The log-sum-exp of a row that sees nothing but the lowest number doesn't tell how many keys there are.
        if (bias_name == "the lowest number for some" && mask_name != "none") continue;
        Input<T> x = Input<T>::random(Nq, Nk, 8, 1);
        x.mask = mask;
        x.bias = bias;
        check_agreement(x);
      }
  Input<T> x = Input<T>::random(100, 1500, 8, 1);
  x.scoring = {-1.5, 4.0};
  check_agreement(x);
}

TEST_CASE("window: scores of ±1e4") { check_agreement(Input<float>::random(100, 200, 8, 1, 3000)); }

TEST_CASE("window: into a block") {
  const Input<float> x = Input<float>::random(40, 60, 8, 1);
  Matrix<float> sheet = Matrix<float>::Constant(12, 9, 5.0f);
  attn::attention_window_into(x.q, x.k, {7, 10, 50, 7}, x.mask, x.bias, x.scoring, nullptr, sheet.block(1, 1, 10, 7));
  CHECK(apart(sheet.block(1, 1, 10, 7), core_attention(x).weights.block(7, 50, 10, 7)) <= 4 * x.unit());
  CHECK(sheet.col(0).isConstant(5.0f));
  CHECK(sheet.col(8).isConstant(5.0f));
  CHECK(sheet.row(11).isConstant(5.0f));
}

TEST_CASE("window: none of a row that sees nothing, and no rows") {
  Input<float> x = Input<float>::random(40, 60, 8, 1);
  x.mask = attn::CausalMask{-1};
  CHECK(attn::attention_window(x.q, x.k, {0, 1, 0, 60}, x.mask, x.bias).isZero(0));
  CHECK(attn::attention_window(x.q, x.k, {0, 1, 3, 5}, x.mask, x.bias).isZero(0));
  CHECK(attn::attention_rows(x.q, x.k, {}, x.mask, x.bias).size() == 0);
}

TEST_CASE("window: outside of the weights") {
  const Input<float> x = Input<float>::random(4, 6, 8, 1);
  const auto of = [&](const Window& w) {
    return message<attn::ShapeError>([&] { attn::attention_window(x.q, x.k, w, x.mask, x.bias); });
  };
  CHECK(of({0, 4, 0, 6}) == "");
  CHECK(of({3, 2, 0, 6}) == "window: rows 3:5, columns 0:6, expected within [4 x 6]");
  CHECK(of({0, 4, 6, 1}) == "window: rows 0:4, columns 6:7, expected within [4 x 6]");
  CHECK(of({-1, 2, 0, 1}) == "window: rows -1:1, columns 0:1, expected within [4 x 6]");
  CHECK(of({0, 1, 3, -1}) == "window: rows 0:1, columns 3:2, expected within [4 x 6]");
  CHECK(message<attn::ShapeError>([&] {
          attn::attention_rows(x.q, x.k, {0, 4}, x.mask, x.bias);
        }) == "window: rows 4:5, columns 0:6, expected within [4 x 6]");
  const attn::ColumnVector<float> few(3);
  CHECK(message<attn::ShapeError>([&] {
          attn::attention_window(x.q, x.k, {0, 1, 0, 1}, x.mask, x.bias, {}, &few);
        }) == "window: the log-sum-exp is [3], expected [4]; one number for each query");
  Matrix<float> memory(2, 2);
  CHECK(message<attn::ShapeError>([&] {
          attn::attention_window_into(x.q, x.k, {0, 2, 0, 3}, x.mask, x.bias, {}, nullptr, memory);
        }) == "attention: the memory for weights is [2 x 2], expected [2 x 3]");
}
