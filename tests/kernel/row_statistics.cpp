#include <attn/kernel/row_statistics.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

namespace {

template <class T>
attn::RowNumbers<T> statistics_of(const Input<T>& x) {
  attn::RowStatistics<T> statistics(x.q.rows());
  attn::streaming_weights(x.q, x.k, x.mask, x.bias, x.scoring, statistics);
  return statistics.rows();
}

/// The same from all the weights, in double.
template <class T>
attn::RowNumbers<double> expected_of(const Input<T>& x) {
  const Matrix<double> weights = core_attention_in_double(x).weights;
  const Index Nq = weights.rows();
  attn::RowNumbers<double> rows{attn::ColumnVector<double>::Zero(Nq), attn::ColumnVector<double>::Zero(Nq),
                                attn::ColumnVector<double>::Zero(Nq), attn::ColumnVector<double>::Zero(Nq),
                                attn::ColumnVector<Index>::Constant(Nq, -1)};
  for (Index i = 0; i < Nq; ++i) {
    for (Index j = 0; j < weights.cols(); ++j) {
      const double w = weights(i, j);
      if (w > 0) rows.entropy(i) -= w * std::log(w);
      rows.mean_distance(i) += w * double(std::abs(i - j));
      if (w > rows.largest(i)) rows.largest_key(i) = j;
      rows.largest(i) = std::max(rows.largest(i), w);
    }
    rows.effective_keys(i) = rows.largest(i) > 0 ? std::exp(rows.entropy(i)) : 0;
  }
  return rows;
}

template <class T>
void check_agreement(const Input<T>& x) {
  const attn::RowNumbers<T> actual = statistics_of(x);
  const attn::RowNumbers<double> expected = expected_of(x);
  // A weight is off by 4 units of its size, and so is Σ A|i − j|; ln A is off by as much, and so is Σ A ln A twice.
  const double unit = 4 * x.unit(), Nk = double(x.k.rows()), farthest = double(std::max(x.q.rows(), x.k.rows()));
  CHECK(apart(actual.entropy, expected.entropy) <= 2 * unit * (1 + std::log(Nk)));
  CHECK(apart(actual.effective_keys, expected.effective_keys) <= 2 * unit * (1 + std::log(Nk)) * Nk);
  CHECK(apart(actual.mean_distance, expected.mean_distance) <= unit * (1 + farthest));
  CHECK(apart(actual.largest, expected.largest) <= unit);
  CHECK(actual.largest_key == expected.largest_key);
}

}  // namespace

TEST_CASE("row statistics: by eye") {
  // Query 0 sees one key; query 1 two keys evenly; query 2 has the weights ¼ ¼ ½.
  const Input<double> x{Matrix<double>::Ones(3, 1), (Matrix<double>(3, 1) << 0, 0, std::log(2.0)).finished(),
                        Matrix<double>::Zero(3, 1), attn::CausalMask{}};
  const attn::RowNumbers<double> rows = statistics_of(x);
  CHECK(rows.entropy(0) == 0);
  CHECK(rows.entropy(1) == Approx(std::log(2.0)));
  CHECK(rows.entropy(2) == Approx(1.5 * std::log(2.0)));
  CHECK(rows.effective_keys(0) == 1);
  CHECK(rows.effective_keys(1) == Approx(2));
  CHECK(rows.mean_distance(0) == 0);
  CHECK(rows.mean_distance(1) == Approx(0.5));
  CHECK(rows.mean_distance(2) == Approx(0.25 * 2 + 0.25 * 1));
  CHECK(rows.largest(2) == Approx(0.5));
  CHECK(rows.largest_key == attn::ColumnVector<Index>{{0, 0, 2}});
}

TEMPLATE_TEST_CASE("row statistics: agree with the weights for every mask", "", float, double) {
  using T = TestType;
  for (const auto& [Nq, Nk] : {std::pair<Index, Index>{65, 130}, {60, 2500}, {1200, 40}})
    for (const auto& [name, mask] : all_masks(Nq, Nk)) {
      CAPTURE(Nq, Nk, name);
      Input<T> x = Input<T>::random(Nq, Nk, 8, 1);
      x.mask = mask;
      with_one_and_two_threads([&] { check_agreement(x); });
    }
}

TEMPLATE_TEST_CASE("row statistics: scores that grow from tile to tile, and the lowest numbers before them", "", float,
                   double) {
  using T = TestType;
  const double lowest = double(std::numeric_limits<T>::lowest());
  Input<T> x = Input<T>::random(20, 3000, 8, 1);
  for (const Index shown : {1000, 1500, 2999}) {
    x.bias = {[=](Index, Index j) { return j < shown ? lowest : 0.0; }};
    CAPTURE(shown);
    check_agreement(x);
  }
  x.bias = {[](Index, Index j) { return double(j / 1000) * 3; }};
  check_agreement(x);
}

TEST_CASE("row statistics: rows that see nothing, even rows, and NaN") {
  Input<float> x = Input<float>::random(20, 1500, 8, 1);
  x.mask = attn::CausalMask{-2};
  x.scoring.scale = 0.0;
  attn::RowNumbers<float> rows = statistics_of(x);
  for (const attn::ColumnVector<float>& numbers : {rows.entropy, rows.effective_keys, rows.mean_distance, rows.largest})
    CHECK(numbers.head(2).isZero(0));
  CHECK(rows.largest_key.head(2).isConstant(-1));
  for (Index i = 2; i < 20; ++i) {
    CHECK(rows.effective_keys(i) == Approx(double(i - 1)));
    CHECK(rows.largest_key(i) == 0);  // the first of equal ones
  }
  x.mask = {};
  x.bias = {[](Index i, Index j) { return i == 3 && j == 1200 ? std::numeric_limits<double>::quiet_NaN() : 0.0; }};
  rows = statistics_of(x);
  for (const attn::ColumnVector<float>& numbers :
       {rows.entropy, rows.effective_keys, rows.mean_distance, rows.largest}) {
    CHECK(std::isnan(numbers(3)));
    CHECK(std::isfinite(numbers(4)));
  }
  CHECK(rows.largest_key(3) < 1500);
}
