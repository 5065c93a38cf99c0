#include <attn/kernel/pooled_map.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

namespace {

template <class T>
attn::PooledMap<T> pooled(const Input<T>& x, Index rows, Index cols) {
  attn::PooledMap<T> map(x.q.rows(), x.k.rows(), rows, cols);
  attn::streaming_weights(x.q, x.k, x.mask, x.bias, x.scoring, map);
  return map;
}

/// Compares with pooling the full matrix.
template <class T>
void check_agreement(const Input<T>& x, Index rows, Index cols) {
  const Matrix<double> weights = core_attention_in_double(x).weights;
  const attn::PooledMap<T> map = pooled(x, rows, cols);
  Matrix<double> sum(rows, cols), mean(rows, cols), max(rows, cols);
  const Index Nq = weights.rows(), Nk = weights.cols();
  for (Index p = 0; p < rows; ++p)
    for (Index q = 0; q < cols; ++q) {
      const Index r0 = p * Nq / rows, r1 = (p + 1) * Nq / rows, c0 = q * Nk / cols, c1 = (q + 1) * Nk / cols;
      const auto cell = weights.block(r0, c0, r1 - r0, c1 - c0);
      sum(p, q) = double(cell.template cast<long double>().sum());  // up to 325,000 of them
      mean(p, q) = sum(p, q) / double(cell.size());
      max(p, q) = cell.maxCoeff();
    }
  // Each weight is off by 4 units of its size, and so are their sums.
  const double unit = 4 * x.unit();
  CHECK(apart(map.sum(), sum) <= unit * std::max(1.0, sum.maxCoeff()));
  CHECK(apart(map.mean(), mean) <= unit * mean.maxCoeff());
  CHECK(apart(map.max(), max) <= unit * max.maxCoeff());
}

}  // namespace

TEST_CASE("pooled map: cells divide rows and columns among them, each into one") {
  const attn::Cells three{10, 3};  // 0 … 2, 3 … 5, 6 … 9
  CHECK(three.edge(1) == 3);
  CHECK(three.edge(2) == 6);
  CHECK(three.edge(3) == 10);
  CHECK(three.size(2) == 4);
  for (const Index n : {1, 2, 7, 100})
    for (Index cells = 1; cells <= n; ++cells)
      for (Index i = 0; i < n; ++i) {
        const Index cell = attn::Cells{n, cells}.of(i);
        if (!(attn::Cells{n, cells}.edge(cell) <= i && i < attn::Cells{n, cells}.edge(cell + 1)))
          FAIL_CHECK(i << " of " << n << " in " << cells << " cells");
      }
}

TEST_CASE("pooled map: by eye") {
  // Weights [1 0 0 0], [½ ½ 0 0], [⅓ ⅓ ⅓ 0] and four times ¼ in 2 x 2 cells.
  const Input<double> x{Matrix<double>::Ones(4, 1), Matrix<double>::Ones(4, 1), Matrix<double>::Ones(4, 1),
                        attn::CausalMask{}};
  const attn::PooledMap<double> map = pooled(x, 2, 2);
  CHECK(apart(map.sum(), Matrix<double>{{2, 0}, {2 / 3.0 + 0.5, 1 / 3.0 + 0.5}}) <= 1e-15);
  CHECK(apart(map.mean(), Matrix<double>{{0.5, 0}, {(2 / 3.0 + 0.5) / 4, (1 / 3.0 + 0.5) / 4}}) <= 1e-15);
  CHECK(apart(map.max(), Matrix<double>{{1, 0}, {1 / 3.0, 1 / 3.0}}) <= 1e-15);
}

TEMPLATE_TEST_CASE("pooled map: agrees with pooling the full matrix for every mask", "", float, double) {
  using T = TestType;
  for (const auto& [Nq, Nk] : {std::pair<Index, Index>{65, 130}, {130, 2500}})
    for (const auto& [name, mask] : all_masks(Nq, Nk))
      for (const auto& cells : {std::pair<Index, Index>{1, 1}, {7, 9}, {64, 130}, {65, 128}, {1, 127}}) {
        CAPTURE(Nq, Nk, name, cells.first, cells.second);
        Input<T> x = Input<T>::random(Nq, Nk, 8, 1);
        x.mask = mask;
        with_one_and_two_threads([&] { check_agreement(x, cells.first, cells.second); });
      }
}

TEMPLATE_TEST_CASE("pooled map: scores that grow and fall, and cells as small as weights", "", float, double) {
  using T = TestType;
  for (const double slope : {0.01, -0.01}) {
    Input<T> x = Input<T>::random(70, 3000, 8, 1, 30);
    x.bias = {[=](Index, Index j) { return slope * double(j); }};
    check_agreement(x, 70, 3000);
    check_agreement(x, 20, 1000);
  }
}

TEST_CASE("pooled map: heads have maps of their own") {
  const Input<float> x = Input<float>::random(100, 100, 16, 16);
  attn::PooledMap<float> map(100, 100, 10, 10, 2);
  const auto expected = attn::multi_head_attention(x.q, x.k, x.v, attn::Heads{2});
  attn::streaming_multi_head_attention(x.q, x.k, x.v, attn::Heads{2}, AnyMask{}, AnyBias{}, {}, map);
  for (Index h = 0; h < 2; ++h)
    for (Index p = 0; p < 10; ++p)
      CHECK(map.sum(h)(p, 3) == Approx(expected.weights[static_cast<std::size_t>(h)].block(10 * p, 30, 10, 10).sum()));
  CHECK_THROWS_AS(map.sum(2), std::out_of_range);
}

TEST_CASE("pooled map: NaN rows make their cells NaN") {
  Input<float> x = Input<float>::random(40, 2500, 8, 1);
  x.bias = {[](Index i, Index j) { return i == 13 && j == 2400 ? std::numeric_limits<double>::quiet_NaN() : 0.0; }};
  const attn::PooledMap<float> map = pooled(x, 4, 50);
  for (const Matrix<float>& numbers : {map.sum(), map.mean(), map.max()}) {
    CHECK(numbers.row(1).array().isNaN().all());
    CHECK(numbers.row(0).allFinite());
    CHECK(numbers.bottomRows(2).allFinite());
  }
}

TEST_CASE("pooled map: more cells than weights, and none") {
  const auto of = [](Index rows, Index cols) {
    return message<attn::ShapeError>([&] { attn::PooledMap<float>(4, 6, rows, cols); });
  };
  const std::string expected =
      ", expected between 1 and 4 rows, and 1 and 6 columns; a cell can't be smaller than a weight";
  CHECK(of(4, 6) == "");
  CHECK(of(5, 6) == "pooled map: the map is [5 x 6]" + expected);
  CHECK(of(4, 7) == "pooled map: the map is [4 x 7]" + expected);
  CHECK(of(0, 6) == "pooled map: the map is [0 x 6]" + expected);
}
