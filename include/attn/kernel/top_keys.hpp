// The keys with the largest weights of each row: the edges of an attention graph that are worth drawing.
//
// Oracle: a sort of the rows of the weights of core/attention.hpp.
#pragma once

#include <attn/kernel/reduction.hpp>
#include <attn/kernel/tile_functions.hpp>

#include <algorithm>
#include <vector>

namespace attn {

template <class T>
class TopKeys {
 public:
  /// The `count` keys of largest weight for each of Nq rows of H heads; at most Nk, which is all of them.
  TopKeys(Index Nq, Index Nk, Index count, Index H = 1)
      : count_(std::clamp<Index>(count, 0, Nk)), heads_(static_cast<std::size_t>(H)) {
    for (Head& head : heads_) {
      head.keys.setConstant(Nq, count_, -1);
      head.weights.setZero(Nq, count_);
    }
  }

  /// [Nq x count] of a head, the largest weight first; of equal weights the one of the lower key. A row that has fewer
  /// weights above 0 ends with keys −1 of weight 0.
  const Matrix<Index>& keys(Index h = 0) const { return heads_.at(static_cast<std::size_t>(h)).keys; }
  const Matrix<T>& weights(Index h = 0) const { return heads_.at(static_cast<std::size_t>(h)).weights; }

  void check(Index Nq, Index, Index H) const {
    detail::check_made_for("top keys", {heads_.empty() ? 0 : heads_[0].keys.rows(), static_cast<Index>(heads_.size())},
                           {Nq, H}, "queries and heads");
  }

  class Worker {
   public:
    Worker(TopKeys& top, Index rows) : top_(top), keys_(rows, top.count_), weights_(rows, top.count_) {}

    void begin(const Strip&) {
      keys_.setConstant(-1);
      weights_.setZero();
    }

    void add(const WeightsTile<T>& tile) {
      if (top_.count_ == 0) return;
      for (Index r = 0; r < tile.strip.rows; ++r) {
        if (tile.rescale[r] != T(1)) weights_.row(r) *= tile.rescale[r];
        const T* weights = tile.row(r);
        constexpr Index kSome = 64;  // passed over at once where none is large enough
        for (Index j = 0; j < tile.keys(); j += kSome) {
          const Index some = std::min(kSome, tile.keys() - j);
          if (!(functions_.max(weights + j, some) > weights_(r, top_.count_ - 1))) continue;
          for (Index n = j; n < j + some; ++n)
            if (weights[n] > weights_(r, top_.count_ - 1)) insert(r, tile.first_key + n, weights[n]);
        }
      }
    }

    void end(const RowSums<T>& sums) {
      Head& head = top_.heads_[static_cast<std::size_t>(sums.strip.head)];
      for (Index r = 0; r < sums.strip.rows; ++r) {
        const Index i = sums.strip.first_row + r;
        head.weights.row(i) = weights_.row(r) * sums.factor(r);
        head.keys.row(i) = keys_.row(r);
        for (Index n = 0; n < top_.count_; ++n)
          if (head.weights(i, n) == T(0)) head.keys(i, n) = -1;
      }
    }

   private:
    void insert(Index r, Index key, T weight) {
      Index n = top_.count_ - 1;
      for (; n > 0 && weights_(r, n - 1) < weight; --n) {
        weights_(r, n) = weights_(r, n - 1);
        keys_(r, n) = keys_(r, n - 1);
      }
      weights_(r, n) = weight;
      keys_(r, n) = key;
    }

    const TileFunctions<T>& functions_ = tile_functions<T>();
    TopKeys& top_;
    Matrix<Index> keys_;  // [rows x count]
    Matrix<T> weights_;   // [rows x count], descending
  };
  Worker worker(Index rows) { return Worker(*this, rows); }

 private:
  struct Head {
    Matrix<Index> keys;
    Matrix<T> weights;
  };
  Index count_;
  std::vector<Head> heads_;
};

}  // namespace attn
