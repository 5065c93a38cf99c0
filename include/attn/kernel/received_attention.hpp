// What each key receives from all queries.
//
//     received_j = Σ_i A_ij
//
// Weights of different rows are added, so they must be true from the first tile on: this takes a second pass.
//
// Oracle: the columns' sums of the weights of core/attention.hpp.
#pragma once

#include <attn/kernel/reduction.hpp>
#include <attn/kernel/tile_functions.hpp>

#include <memory>
#include <mutex>
#include <vector>

namespace attn {

template <class T>
class ReceivedAttention {
 public:
  static constexpr bool kSecondPass = true;

  explicit ReceivedAttention(Index Nk, Index H = 1)
      : heads_(static_cast<std::size_t>(H), ColumnVector<double>::Zero(Nk)) {}

  /// [Nk] of a head. In a causal model early keys are seen by more queries: divide by how many.
  ColumnVector<T> received(Index h = 0) const { return heads_.at(static_cast<std::size_t>(h)).template cast<T>(); }

  void check(Index, Index Nk, Index H) const {
    detail::check_made_for("received attention",
                           {heads_.empty() ? 0 : heads_[0].size(), static_cast<Index>(heads_.size())}, {Nk, H},
                           "keys and heads");
  }

  class Worker {
   public:
    explicit Worker(ReceivedAttention& all) : all_(all), strip_(all.heads_.front().size()) {}
    void begin(const Strip&) { strip_.setZero(); }
    void add(const WeightsTile<T>& tile) {
      strip_.segment(tile.first_key, tile.keys()) += tile.weights.colwise().sum().transpose();
    }
    void end(const RowSums<T>& sums) {
      const std::lock_guard lock(*all_.mutex_);
      all_.heads_[static_cast<std::size_t>(sums.strip.head)] += strip_.template cast<double>();
    }

   private:
    ReceivedAttention& all_;
    ColumnVector<T> strip_;  // [Nk] of the strip's rows
  };
  Worker worker(Index) { return Worker(*this); }

 private:
  std::vector<ColumnVector<double>> heads_;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
};

}  // namespace attn
