#include <attn/kernel/partial.hpp>

#include <algorithm>
#include <numeric>

#include "catch.hpp"
#include "kernel/support.hpp"

namespace {

/// A part of the keys of an input.
template <class T>
attn::Partial<T> part_of(const Input<T>& x, Index first, Index keys) {
  return attn::partial_attention(x.q, x.k.middleRows(first, keys), x.v.middleRows(first, keys), first, x.mask, x.bias,
                                 x.scoring);
}

/// The parts between these keys, merged in this order.
template <class T>
attn::StreamedAttention<T> merged(const Input<T>& x, const std::vector<Index>& edges, const std::vector<int>& order) {
  attn::Partial<T> all = part_of(x, edges[order[0]], edges[order[0] + 1] - edges[order[0]]);
  for (std::size_t n = 1; n < order.size(); ++n)
    attn::merge(all, part_of(x, edges[order[n]], edges[order[n] + 1] - edges[order[n]]));
  return attn::normalised(std::move(all));
}

template <class T>
double merged_disagreement(const Input<T>& x, const std::vector<Index>& edges) {
  const attn::Attention<T> expected = core_attention(x);
  const attn::ColumnVector<double> log_sum_exp = core_log_sum_exp(x);
  std::vector<int> order(edges.size() - 1);
  std::iota(order.begin(), order.end(), 0);
  double most = 0;
  do {
    const attn::StreamedAttention<T> actual = merged(x, edges, order);
    most = std::max({most, apart(actual.output, expected.output), apart(actual.log_sum_exp, log_sum_exp)});
  } while (std::next_permutation(order.begin(), order.end()));
  return most / x.unit();
}

}  // namespace

TEST_CASE("partial: two parts by eye") {
  // One query sees two keys of scores ln 1 and ln 3: weights 1/4 and 3/4.
  const Matrix<double> q = Matrix<double>::Ones(1, 1), v = (Matrix<double>(2, 1) << 0, 8).finished();
  const Matrix<double> k = (Matrix<double>(2, 1) << 0, std::log(3.0)).finished();
  attn::Partial<double> part = attn::partial_attention(q, k.topRows(1), v.topRows(1), 0);
  CHECK(part.max(0) == 0);
  CHECK(part.sum(0) == 1);
  CHECK(part.output(0, 0) == 0);
  attn::merge(part, attn::partial_attention(q, k.bottomRows(1), v.bottomRows(1), 1));
  CHECK(part.max(0) == Approx(std::log(3.0)));
  CHECK(part.sum(0) == Approx(4.0 / 3));
  const attn::StreamedAttention<double> whole = attn::normalised(part);
  CHECK(whole.output(0, 0) == Approx(6));
  CHECK(whole.log_sum_exp(0) == Approx(std::log(4.0)));
}

TEST_CASE("partial: merged in any order, with masks and biases by their place in the whole sequence") {
  const Index Nq = 90, Nk = 200;
  for (const auto& [mask_name, mask] : all_masks(Nq, Nk))
    for (const auto& [bias_name, bias] : all_biases<float>()) {
      CAPTURE(mask_name, bias_name);
      Input<float> x = Input<float>::random(Nq, Nk, 8, 5);
      x.mask = mask;
      x.bias = bias;
      CHECK(merged_disagreement(x, {0, 1, 75, 200}) <= 4);
    }
  Input<double> x = Input<double>::random(Nq, Nk, 8, 5, 3000);  // scores up to 1e4
  x.mask = attn::CausalMask{20};
  CHECK(merged_disagreement(x, {0, 50, 64, 130, 200}) <= 4);
}

TEST_CASE("partial: parts without keys, and parts that no query sees, change nothing") {
  Input<double> x = Input<double>::random(30, 60, 4, 3);
  x.mask = attn::CausalMask{-5};
  CHECK(merged_disagreement(x, {0, 0, 10, 40, 60, 60}) <= 4);
  const attn::Partial<double> unseen = part_of(x, 40, 20);
  CHECK((unseen.sum.array() == 0).all());
  CHECK((unseen.max.array() == -std::numeric_limits<double>::infinity()).all());
  CHECK((unseen.output.array() == 0).all());
  attn::Partial<double> part = part_of(x, 0, 40);
  const attn::Partial<double> before = part;
  attn::merge(part, unseen);
  CHECK(part.output == before.output);
  CHECK(part.sum == before.sum);
  CHECK(part.max == before.max);
}

TEST_CASE("partial: parts of other queries or values") {
  const Matrix<double> x = random(4, 3, 1);
  attn::Partial<double> part = attn::partial_attention(x, x, x, 0);
  const auto merge_with = [&](const attn::Partial<double>& other) {
    return message<attn::ShapeError>([&] { attn::merge(part, other); });
  };
  CHECK(merge_with(attn::partial_attention(x, x, x.leftCols(2), 4)) ==
        "merge: the other part's output is [4 x 2], expected [4 x 3]");
  CHECK(merge_with(attn::partial_attention(x.topRows(2), x, x, 4)) ==
        "merge: the other part's output is [2 x 3], expected [4 x 3]");
  CHECK(message<attn::ShapeError>([&] { attn::partial_attention(x, x.leftCols(2), x, 0); }) ==
        "attention: k is [4 x 2], expected as many columns as q [4 x 3]");
}
