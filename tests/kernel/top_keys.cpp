#include <attn/kernel/top_keys.hpp>

#include <algorithm>
#include <numeric>

#include "catch.hpp"
#include "kernel/support.hpp"

namespace {

template <class T>
attn::TopKeys<T> top_of(const Input<T>& x, Index count) {
  attn::TopKeys<T> top(x.q.rows(), x.k.rows(), count);
  attn::streaming_weights(x.q, x.k, x.mask, x.bias, x.scoring, top);
  return top;
}

/// Compares with a sort of each row. The last bits of equal weights may change their order, so keys are compared by
/// their weights.
template <class T>
void check_agreement(const Input<T>& x, Index count) {
  const Matrix<double> weights = core_attention_in_double(x).weights;
  const attn::TopKeys<T> top = top_of(x, count);
  const double unit = 4 * x.unit();
  REQUIRE(top.keys().cols() == std::min(count, x.k.rows()));
  for (Index i = 0; i < weights.rows(); ++i) {
    std::vector<double> sorted(weights.row(i).begin(), weights.row(i).end());
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    std::vector<bool> taken(sorted.size(), false);
    for (Index n = 0; n < top.keys().cols(); ++n) {
      const Index key = top.keys()(i, n);
      const double weight = double(top.weights()(i, n)), expected = sorted[static_cast<std::size_t>(n)];
      bool good = std::abs(weight - expected) <= unit * expected + double(std::numeric_limits<T>::min());
      good = good && (n == 0 || weight <= double(top.weights()(i, n - 1)));
      if (key < 0)
        good = good && weight == 0 && key == -1;
      else {
        good = good && weight > 0 && key < x.k.rows() && !taken[static_cast<std::size_t>(key)] &&
               std::abs(weights(i, key) - weight) <= unit * weight + double(std::numeric_limits<T>::min());
        if (key < x.k.rows()) taken[static_cast<std::size_t>(key)] = true;
      }
      if (!good) FAIL_CHECK("query " << i << ", place " << n << ": key " << key << " of weight " << weight);
    }
  }
}

}  // namespace

TEST_CASE("top keys: by eye") {
  // Scores ln of 1 5 2 5 3: weights of sixteenths.
  const Input<double> x{
      Matrix<double>::Ones(1, 1),
      (Matrix<double>(5, 1) << 0, std::log(5.0), std::log(2.0), std::log(5.0), std::log(3.0)).finished(),
      Matrix<double>::Zero(5, 1)};
  const attn::TopKeys<double> top = top_of(x, 3);
  CHECK(top.keys() == Matrix<Index>{{1, 3, 4}});  // the lower key of equal ones first
  CHECK(apart(top.weights(), Matrix<double>{{5.0 / 16, 5.0 / 16, 3.0 / 16}}) <= 4 * x.unit());
}

TEMPLATE_TEST_CASE("top keys: agree with a sort for every mask", "", float, double) {
  using T = TestType;
  for (const auto& [Nq, Nk] : {std::pair<Index, Index>{65, 130}, {60, 2500}})
    for (const auto& [name, mask] : all_masks(Nq, Nk))
      for (const Index count : {0, 1, 8, 200}) {
        CAPTURE(Nq, Nk, name, count);
        Input<T> x = Input<T>::random(Nq, Nk, 8, 1);
        x.mask = mask;
        with_one_and_two_threads([&] { check_agreement(x, count); });
      }
}

TEST_CASE("top keys: scores that grow and fall from tile to tile, and fade to nothing") {
  for (const double slope : {0.003, -0.003, 1.0, -1.0}) {
    CAPTURE(slope);
    Input<double> x = Input<double>::random(20, 3000, 8, 1, 0.1);
    x.bias = {[=](Index, Index j) { return slope * double(j); }};
    const Matrix<double> weights = core_attention_in_double(x).weights;
    const attn::TopKeys<double> top = top_of(x, 5);
    for (Index i = 0; i < 20; ++i) {
      std::vector<Index> keys(3000);
      std::iota(keys.begin(), keys.end(), 0);
      std::stable_sort(keys.begin(), keys.end(), [&](Index a, Index b) { return weights(i, a) > weights(i, b); });
      for (Index n = 0; n < 5; ++n) CHECK(top.keys()(i, n) == keys[static_cast<std::size_t>(n)]);
    }
  }
}

TEST_CASE("top keys: of equal weights the lower keys, over several tiles") {
  Input<float> x = Input<float>::random(20, 2500, 8, 1);
  x.scoring.scale = 0.0;
  const attn::TopKeys<float> top = top_of(x, 1500);
  for (Index n = 0; n < 1500; ++n)
    if (!(top.keys().col(n).array() == n).all()) FAIL_CHECK("place " << n);
  CHECK((top.weights().array() - 1.0f / 2500).abs().maxCoeff() <= 4e-7f / 2500);
}

TEST_CASE("top keys: a row that sees few keys ends with none") {
  Input<float> x = Input<float>::random(20, 100, 8, 1);
  x.mask = attn::CausalMask{-1};
  const attn::TopKeys<float> top = top_of(x, 4);
  CHECK(top.keys().row(0).isConstant(-1));
  CHECK(top.weights().row(0).isZero(0));
  CHECK(top.keys()(2, 1) >= 0);
  CHECK(top.keys().row(2).tail(2).isConstant(-1));
  CHECK(attn::TopKeys<float>(3, 5, 9).keys().cols() == 5);
  CHECK(attn::TopKeys<float>(3, 5, -9).keys().cols() == 0);
}
