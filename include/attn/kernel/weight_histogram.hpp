// How many weights there are of which size.
//
// A weight's size is known only with its row's sum: this takes a second pass.
//
// Oracle: counting in the weights of core/attention.hpp.
#pragma once

#include <attn/base/error.hpp>
#include <attn/kernel/reduction.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace attn {

template <class T>
class WeightHistogram {
 public:
  static constexpr bool kSecondPass = true;

  /// Bin b counts the weights from edges[b] to below edges[b + 1]. Throws UsageError unless the edges ascend.
  explicit WeightHistogram(std::vector<T> edges, Index H = 1)
      : edges_(std::move(edges)), heads_(static_cast<std::size_t>(H), std::vector<Index>(edges_.size())) {
    if (edges_.size() < 2 || std::adjacent_find(edges_.begin(), edges_.end(), std::greater_equal<>()) != edges_.end())
      throw UsageError("histogram: expected two edges or more, each larger than the one before");
  }

  /// The counts of a head, one fewer than edges. Weights of exactly 0, such as hidden ones, aren't counted.
  std::vector<Index> counts(Index h = 0) const {
    const std::vector<Index>& counts = heads_.at(static_cast<std::size_t>(h));
    return {counts.begin(), counts.end() - 1};
  }

  void check(Index, Index, Index H) const {
    detail::check_made_for("histogram", {static_cast<Index>(heads_.size())}, {H}, "heads");
  }

  class Worker {
   public:
    explicit Worker(WeightHistogram& all) : all_(all), counts_(all.edges_.size()) {}
    void begin(const Strip&) { std::fill(counts_.begin(), counts_.end(), 0); }
    void add(const WeightsTile<T>& tile) {
      const std::vector<T>& edges = all_.edges_;
      for (Index r = 0; r < tile.weights.rows(); ++r)
        for (Index j = 0; j < tile.keys(); ++j) {
          const T weight = tile.weights(r, j);
          if (!(weight >= edges.front() && weight < edges.back()) || weight == T(0)) continue;
          ++counts_[static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), weight) - edges.begin()) - 1];
        }
    }
    void end(const RowSums<T>& sums) {
      const std::lock_guard lock(*all_.mutex_);
      std::vector<Index>& counts = all_.heads_[static_cast<std::size_t>(sums.strip.head)];
      for (std::size_t b = 0; b < counts.size(); ++b) counts[b] += counts_[b];
    }

   private:
    WeightHistogram& all_;
    std::vector<Index> counts_;
  };
  Worker worker(Index) { return Worker(*this); }

 private:
  std::vector<T> edges_;
  std::vector<std::vector<Index>> heads_;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
};

}  // namespace attn
