// Reductions of a user's own: what they are told, and when.
#include <attn/kernel/reduction.hpp>

#include <attn/kernel/log_sum_exp.hpp>
#include <attn/kernel/pooled_map.hpp>
#include <attn/kernel/received_attention.hpp>
#include <attn/kernel/row_statistics.hpp>
#include <attn/kernel/top_keys.hpp>
#include <attn/kernel/weight_histogram.hpp>
#include <attn/kernel/whole_weights.hpp>

#include <mutex>

#include "catch.hpp"
#include "kernel/support.hpp"

using attn::RowSums;
using attn::Strip;
using attn::WeightsTile;

namespace {

/// A small one: the key that each query looks at on average, Σ_j A_ij j.
struct AverageKey {
  attn::ColumnVector<double> key;  // [Nq]

  struct Worker {
    AverageKey& all;
    std::vector<double> sums;
    void begin(const Strip&) { std::fill(sums.begin(), sums.end(), 0.0); }
    void add(const WeightsTile<double>& tile) {
      for (Index r = 0; r < tile.strip.rows; ++r) {
        double& sum = sums[static_cast<std::size_t>(r)];
        sum *= tile.rescale[r];
        for (Index j = 0; j < tile.keys(); ++j) sum += tile.weights(r, j) * double(tile.first_key + j);
      }
    }
    void end(const RowSums<double>& told) {
      for (Index r = 0; r < told.strip.rows; ++r)
        all.key(told.strip.first_row + r) = sums[static_cast<std::size_t>(r)] * told.factor(r);
    }
  };
  Worker worker(Index rows) { return {*this, std::vector<double>(static_cast<std::size_t>(rows))}; }
};

/// Checks that the calls come in their order, and collects the weights that they tell of.
template <bool whole_rows, bool second_pass>
struct Recorder {
  static constexpr bool kWholeRows = whole_rows, kSecondPass = second_pass;
  Matrix<double> weights;        // [Nq x Nk] of one head
  std::vector<int> times_ended;  // [Nq]
  int tiles = 0, faults = 0;
  std::mutex mutex = {};

  struct Worker {
    Recorder& all;
    Index most_rows;
    Strip strip{};
    Index next_key = 0;
    bool begun = false;
    Index rows_seen = 0;
    Matrix<double> kept = {}, seen = {};

    void expect(bool good) const {
      if (good) return;
      const std::lock_guard lock(all.mutex);
      ++all.faults;
    }
    bool same(const Strip& s) const {
      return s.head == strip.head && s.first_row == strip.first_row && s.rows == strip.rows;
    }
    void begin(const Strip& s) {
      expect(!begun && 1 <= s.rows && s.rows <= most_rows && s.head == 0);
      strip = s;
      begun = true;
      next_key = 0;
      rows_seen = 0;
      kept = Matrix<double>::Zero(s.rows, all.weights.cols());
      seen = kept;
    }
    void row(Index r, const WeightsTile<double>& tile, const RowSums<double>& sums) {
      expect(begun && same(tile.strip) && same(sums.strip) && r == rows_seen++ % strip.rows);
      for (Index j = 0; j < tile.keys(); ++j) seen(r, tile.first_key + j) = tile.row(r)[j] * sums.factor(r);
    }
    void add(const WeightsTile<double>& tile) {
      expect(begun && same(tile.strip) && tile.first_key >= next_key && tile.weights.rows() == strip.rows &&
             tile.keys() >= 1 && tile.first_key + tile.keys() <= all.weights.cols());
      for (Index r = 0; r < strip.rows; ++r) kept.row(r) *= tile.rescale[r];
      kept.middleCols(tile.first_key, tile.keys()) = tile.weights;
      next_key = tile.first_key + tile.keys();
      const std::lock_guard lock(all.mutex);
      ++all.tiles;
    }
    void end(const RowSums<double>& sums) {
      expect(begun && same(sums.strip));
      begun = false;
      for (Index r = 0; r < strip.rows; ++r) kept.row(r) *= sums.factor(r);
      expect(rows_seen % strip.rows == 0 && (!whole_rows || apart(seen, kept) == 0));
      const std::lock_guard lock(all.mutex);
      for (Index r = 0; r < strip.rows; ++r) {
        all.weights.row(strip.first_row + r) = kept.row(r);
        ++all.times_ended[static_cast<std::size_t>(strip.first_row + r)];
      }
    }
  };
  Worker worker(Index rows) { return {*this, rows}; }
};

static_assert(attn::Reduction<AverageKey, double> && attn::Reduction<Recorder<true, false>, double>);
static_assert(!attn::Reduction<int, double> && !attn::Reduction<AverageKey, float>);
static_assert(!attn::kNeedsWholeRows<AverageKey> && attn::kNeedsWholeRows<Recorder<true, false>>);
static_assert(!attn::kNeedsSecondPass<AverageKey> && attn::kNeedsSecondPass<Recorder<false, true>>);

/// Tests the calls of a kind of Recorder; returns the number of tiles.
template <bool whole_rows, bool second_pass>
int check_calls(const Input<double>& x) {
  Recorder<whole_rows, second_pass> recorder{Matrix<double>::Constant(x.q.rows(), x.k.rows(), 99),
                                             std::vector<int>(static_cast<std::size_t>(x.q.rows()))};
  attn::streaming_weights(x.q, x.k, x.mask, x.bias, x.scoring, recorder);
  CHECK(recorder.faults == 0);
  CHECK(recorder.times_ended == std::vector<int>(static_cast<std::size_t>(x.q.rows()), 1));
  CHECK(apart(recorder.weights, core_attention(x).weights) <= 4 * x.unit());
  return recorder.tiles;
}

/// The least and the largest of the rows' sums.
struct RowsOfTheSecondPass {
  static constexpr bool kSecondPass = true;
  double least = 2, most = 0;
  std::mutex mutex = {};
  struct Worker {
    RowsOfTheSecondPass& all;
    attn::ColumnVector<double> rows;
    bool rescaled = false;
    void begin(const Strip&) { rows.setZero(); }
    void add(const WeightsTile<double>& tile) {
      rows.head(tile.strip.rows) += tile.weights.rowwise().sum();
      for (Index r = 0; r < tile.strip.rows; ++r) rescaled = rescaled || tile.rescale[r] != 1;
    }
    void end(const RowSums<double>& sums) {
      const std::lock_guard lock(all.mutex);
      all.least = std::min(all.least, rescaled ? -1 : rows.head(sums.strip.rows).minCoeff());
      all.most = std::max(all.most, rows.head(sums.strip.rows).maxCoeff());
    }
  };
  Worker worker(Index rows) { return {*this, attn::ColumnVector<double>(rows)}; }
};

}  // namespace

TEST_CASE("reduction: the average key, a reduction of one's own, by eye") {
  const Matrix<double> q = Matrix<double>::Ones(1, 1);
  const Matrix<double> k = (Matrix<double>(3, 1) << 0, 0, std::log(2.0)).finished();  // weights ¼ ¼ ½
  AverageKey average{attn::ColumnVector<double>(1)};
  attn::streaming_weights(q, k, AnyMask{}, AnyBias{}, {}, average);
  CHECK(average.key(0) == Approx(0.25 * 1 + 0.5 * 2));
}

TEST_CASE("reduction: is told of every row once, and of its tiles from left to right") {
  for (const auto& [Nq, Nk] : {std::pair<Index, Index>{70, 2500}, {300, 300}})
    for (const auto& [name, mask] : all_masks(Nq, Nk)) {
      CAPTURE(Nq, Nk, name);
      Input<double> x = Input<double>::random(Nq, Nk, 8, 1);
      x.mask = mask;
      with_one_and_two_threads([&] {
        check_calls<false, false>(x);
        check_calls<true, false>(x);
        check_calls<false, true>(x);
      });
    }
}

TEST_CASE("reduction: whole rows come in one tile, and what no row of a strip sees in none") {
  Input<double> x = Input<double>::random(6, 2500, 8, 1);  // one strip
  CHECK(check_calls<false, false>(x) > 1);
  CHECK(check_calls<true, false>(x) == 1);
  x.mask = attn::CausalMask{-6};
  CHECK(check_calls<false, false>(x) == 0);
  CHECK(check_calls<true, false>(x) == 0);
  CHECK(check_calls<false, true>(x) == 0);
}

TEST_CASE("reduction: in the second pass the weights are true from the first tile on") {
  RowsOfTheSecondPass sums;
  const Input<double> x = Input<double>::random(200, 2500, 8, 1);
  attn::streaming_weights(x.q, x.k, x.mask, x.bias, x.scoring, sums);
  CHECK(std::abs(sums.least - 1) <= 4 * x.unit());
  CHECK(std::abs(sums.most - 1) <= 4 * x.unit());
}

TEST_CASE("reduction: made for other sizes") {
  const Matrix<double> q = random(4, 2, 1), k = random(5, 2, 2);
  const auto with = [&](auto reduction) {
    return message<attn::ShapeError>([&] { attn::streaming_weights(q, k, AnyMask{}, AnyBias{}, {}, reduction); });
  };
  CHECK(with(attn::RowStatistics<double>(4)) == "");
  CHECK(with(attn::RowStatistics<double>(5)) ==
        "row statistics: its size is [5 x 1], expected [4 x 1]; queries and heads");
  CHECK(with(attn::RowStatistics<double>(4, 2)) ==
        "row statistics: its size is [4 x 2], expected [4 x 1]; queries and heads");
  CHECK(with(attn::ReceivedAttention<double>(4)) ==
        "received attention: its size is [4 x 1], expected [5 x 1]; keys and heads");
  const auto check = [](const auto& reduction) {
    return message<attn::ShapeError>([&] { attn::check_reduction(reduction, 4, 5, 1); });
  };
  CHECK(check(attn::PooledMap<double>(4, 5, 1, 1)) == "");
  CHECK(check(attn::PooledMap<double>(4, 6, 1, 1)) ==
        "pooled map: its size is [4 x 6 x 1], expected [4 x 5 x 1]; queries, keys and heads");
  CHECK(check(attn::TopKeys<double>(3, 5, 2)) == "top keys: its size is [3 x 1], expected [4 x 1]; queries and heads");
  CHECK(check(attn::LogSumExp<double>(3)) == "log-sum-exp: its size is [3 x 1], expected [4 x 1]; queries and heads");
  CHECK(check(attn::WeightHistogram<double>({0, 1}, 2)) == "histogram: its size is [2], expected [1]; heads");
  Matrix<double> memory(4, 4);
  const std::vector<attn::StridedMap<double>> target = {{memory.data(), 4, 4, Eigen::OuterStride<>(4)}};
  CHECK(check(attn::WholeWeights<double>(target)) == "whole weights: the memory is [4 x 4], expected [4 x 5]");
}

TEST_CASE("reduction: of all kinds at once, beside the output") {
  Input<double> x = Input<double>::random(150, 2100, 8, 5);
  x.mask = attn::CausalMask{1900};
  const attn::Attention<double> expected = core_attention(x);
  const Index Nq = 150, Nk = 2100;
  AverageKey average{attn::ColumnVector<double>(Nq)};
  attn::ReceivedAttention<double> received(Nk);
  attn::RowStatistics<double> statistics(Nq);
  Matrix<double> weights(Nq, Nk);
  const std::vector<attn::StridedMap<double>> target = {{weights.data(), Nq, Nk, Eigen::OuterStride<>(Nk)}};
  attn::WholeWeights<double> whole(target);
  with_one_and_two_threads([&] {
    received = attn::ReceivedAttention<double>(Nk);
    const auto actual =
        attn::streaming_attention(x.q, x.k, x.v, x.mask, x.bias, x.scoring, received, average, whole, statistics);
    CHECK(apart(actual.output, expected.output) <= 4 * x.unit());
    CHECK(apart(weights, expected.weights) <= 4 * x.unit());
    CHECK(apart(received.received(), expected.weights.colwise().sum().transpose()) <= 4 * Nq * x.unit());
    CHECK(apart(statistics.rows().largest, expected.weights.rowwise().maxCoeff()) <= 4 * x.unit());
    const attn::ColumnVector<double> keys = attn::ColumnVector<double>::LinSpaced(Nk, 0, Nk - 1);
    CHECK(apart(average.key, expected.weights * keys) <= 4 * Nk * x.unit());
  });
}

TEST_CASE("reduction: rows that are there already, more of them than go at a time") {
  const Index N = 130, M = 70;
  Matrix<double> weights(N, M);
  for (Index i = 0; i < N; ++i)
    for (Index j = 0; j < M; ++j) weights(i, j) = static_cast<double>((i * 37 + j * 11) % 101);
  attn::PooledMap<double> map(N, M, 13, 7);
  attn::TopKeys<double> top(N, M, 2);
  attn::reduce_rows<double>(weights.topRows(60), 0, map);
  attn::reduce_rows<double>(weights.bottomRows(70), 60, map);
  attn::reduce_rows<double>(weights, 0, top);
  for (Index p = 0; p < 13; ++p)
    for (Index c = 0; c < 7; ++c) CHECK(map.sum()(p, c) == Approx(weights.block(p * 10, c * 10, 10, 10).sum()));
  for (Index i = 0; i < N; ++i) {
    Index largest = 0;
    CHECK(top.weights()(i, 0) == weights.row(i).maxCoeff(&largest));
    CHECK(top.keys()(i, 0) == largest);
  }
}
