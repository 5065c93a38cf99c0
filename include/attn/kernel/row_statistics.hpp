// Numbers about each row of the weights A.
//
//     entropy         H_i = −Σ_j A_ij ln A_ij, 0 ln 0 = 0, in nats               [Clark 2019, §3.2]
//     effective keys  e^(H_i): among how many keys an even row of this entropy would be divided
//     mean distance   Σ_j A_ij |i − j|, in tokens                                [Dosovitskiy 2021, §4.5]
//     largest         max_j A_ij, and its key                                    [Voita 2019, §5.2: confidence]
//
// With w_ij = exp(s_ij − m_i) and ℓ_i = Σ_j w_ij:   H_i = ln ℓ_i − Σ_j w_ij (s_ij − m_i) / ℓ_i,   max_j A_ij = 1 / ℓ_i.
//
// Oracle: the same sums over the weights of core/attention.hpp.
#pragma once

#include <attn/kernel/reduction.hpp>
#include <attn/kernel/tile_functions.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace attn {

/// One number for each of Nq rows; of a row that sees nothing all are 0, and the key is −1.
template <class T>
struct RowNumbers {
  ColumnVector<T> entropy;          // nats
  ColumnVector<T> effective_keys;   // 1 … Nk
  ColumnVector<T> mean_distance;    // tokens
  ColumnVector<T> largest;          // 0 … 1
  ColumnVector<Index> largest_key;  // the first of equal ones
};

template <class T>
class RowStatistics {
 public:
  explicit RowStatistics(Index Nq, Index H = 1) : heads_(static_cast<std::size_t>(H)) {
    for (RowNumbers<T>& head : heads_)
      head = {ColumnVector<T>(Nq), ColumnVector<T>(Nq), ColumnVector<T>(Nq), ColumnVector<T>(Nq),
              ColumnVector<Index>(Nq)};
  }

  const RowNumbers<T>& rows(Index h = 0) const { return heads_.at(static_cast<std::size_t>(h)); }

  void check(Index Nq, Index, Index H) const {
    detail::check_made_for("row statistics",
                           {heads_.empty() ? 0 : heads_[0].entropy.size(), static_cast<Index>(heads_.size())}, {Nq, H},
                           "queries and heads");
  }

  class Worker {
   public:
    Worker(RowStatistics& all, Index rows) : all_(all), distance_(rows), largest_key_(rows) { lengthen(1024); }

    void begin(const Strip&) {
      distance_.setZero();
      largest_key_.setConstant(-1);
    }

    void add(const WeightsTile<T>& tile) {
      lengthen(tile.keys());
      for (Index r = 0; r < tile.strip.rows; ++r) {
        const T* weights = tile.row(r);
        distance_(r) *= double(tile.rescale[r]);
        // Keys before and after the query's own place, both as Σ w·|place − n| with n counted within the tile.
        const Index place = tile.strip.first_row + r - tile.first_key;
        const Index split = std::clamp<Index>(place, 0, tile.keys());
        const auto moment = [&](Index from, Index to) {
          return double(place) * double(functions_.dot(weights + from, ones_.data(), to - from)) -
                 double(functions_.dot(weights + from, ramp_.data() + from, to - from));
        };
        distance_(r) += moment(0, split) - moment(split, tile.keys());
        if (tile.rescale[r] != T(1)) {  // the largest score grew: its weight is exp(0), unless it is NaN
          const T* largest = std::find(weights, weights + tile.keys(), T(1));
          largest_key_(r) = largest == weights + tile.keys() ? -1 : tile.first_key + (largest - weights);
        }
      }
    }

    void end(const RowSums<T>& sums) {
      RowNumbers<T>& rows = all_.heads_[static_cast<std::size_t>(sums.strip.head)];
      for (Index r = 0; r < sums.strip.rows; ++r) {
        const Index i = sums.strip.first_row + r;
        const double sum = sums.sum[r];
        const double entropy = sum == 0 ? 0 : std::log(sum) - sums.score_sum[r] / sum;
        rows.entropy(i) = static_cast<T>(entropy < 0 ? 0 : entropy);  // −0.0 and the last bit; NaN stays
        rows.effective_keys(i) = static_cast<T>(sum == 0 ? 0 : std::exp(double(rows.entropy(i))));
        rows.mean_distance(i) = static_cast<T>(sum == 0 ? 0 : distance_(r) / sum);
        rows.largest(i) = sums.factor(r);
        rows.largest_key(i) = largest_key_(r);
      }
    }

   private:
    /// Makes ramp and ones as long as a tile: usual tiles fit from the beginning.
    void lengthen(Index keys) {
      while (static_cast<Index>(ramp_.size()) < keys) {
        ramp_.push_back(static_cast<T>(ramp_.size()));
        ones_.push_back(T(1));
      }
    }

    const TileFunctions<T>& functions_ = tile_functions<T>();
    RowStatistics& all_;
    ColumnVector<double> distance_;
    ColumnVector<Index> largest_key_;
    std::vector<T> ramp_, ones_;  // 0, 1, 2 …; 1, 1, 1 …
  };
  Worker worker(Index rows) { return Worker(*this, rows); }

 private:
  std::vector<RowNumbers<T>> heads_;
};

}  // namespace attn
