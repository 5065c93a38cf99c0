#include <attn/kernel/weight_histogram.hpp>

#include <numeric>

#include "catch.hpp"
#include "kernel/support.hpp"

namespace {

template <class T>
std::vector<Index> counts_of(const Input<T>& x, const std::vector<T>& edges) {
  attn::WeightHistogram<T> histogram(edges);
  attn::streaming_weights(x.q, x.k, x.mask, x.bias, x.scoring, histogram);
  return histogram.counts();
}

}  // namespace

TEST_CASE("weight histogram: by eye") {
  // Weights [1 0 0 0], [½ ½ 0 0], [⅓ ⅓ ⅓ 0] and four times ¼; zeros aren't counted.
  const Input<double> x{Matrix<double>::Ones(4, 1), Matrix<double>::Ones(4, 1), Matrix<double>::Ones(4, 1),
                        attn::CausalMask{}};
  CHECK(counts_of<double>(x, {0, 0.3, 0.4, 0.9, 1.1}) == std::vector<Index>{4, 3, 2, 1});
  CHECK(counts_of<double>(x, {0.4, 0.9}) == std::vector<Index>{2});
  CHECK(counts_of<double>(x, {1, 2}) == std::vector<Index>{1});  // an edge belongs to the bin that it begins
}

TEMPLATE_TEST_CASE("weight histogram: agrees with counting in the weights", "", float, double) {
  using T = TestType;
  for (const auto& [Nq, Nk] : {std::pair<Index, Index>{65, 130}, {60, 2500}})
    for (const auto& [name, mask] : all_masks(Nq, Nk)) {
      CAPTURE(Nq, Nk, name);
      Input<T> x = Input<T>::random(Nq, Nk, 8, 1);
      x.mask = mask;
      const Matrix<double> weights = core_attention_in_double(x).weights;
      const std::vector<T> edges = {T(0), T(1e-5), T(1e-4), T(1e-3), T(1e-2), T(0.1), T(2)};
      // A weight within the tolerance of an edge may be on either side of it.
      const double unit = 4 * x.unit();
      std::vector<Index> expected(edges.size() - 1), unsure(edges.size() - 1);
      for (const double w : weights.reshaped()) {
        if (w == 0) continue;
        for (std::size_t b = 0; b + 1 < edges.size(); ++b) {
          expected[b] += w >= double(edges[b]) && w < double(edges[b + 1]);
          for (const double edge : {double(edges[b]), double(edges[b + 1])})
            unsure[b] += std::abs(w - edge) <= unit * edge;
        }
      }
      with_one_and_two_threads([&] {
        const std::vector<Index> actual = counts_of(x, edges);
        for (std::size_t b = 0; b < actual.size(); ++b) CHECK(std::abs(actual[b] - expected[b]) <= unsure[b]);
        CHECK(std::accumulate(actual.begin(), actual.end(), Index{0}) == (weights.array() > 0).count());
      });
    }
}

TEST_CASE("weight histogram: edges that don't ascend") {
  const std::string expected = "histogram: expected two edges or more, each larger than the one before";
  for (const std::vector<float>& edges : {std::vector<float>{}, {1.0f}, {1.0f, 1.0f}, {0.0f, 2.0f, 1.0f}})
    CHECK(message<attn::UsageError>([&] { attn::WeightHistogram<float>{edges}; }) == expected);
}
