// A map of the weights of any size, exact, in one pass: a picture of a matrix that is never there.
//
//     cell (p, q) of P x Q covers rows ⌊p·Nq/P⌋ … ⌊(p+1)·Nq/P⌋ − 1, and columns likewise: every weight is in one cell
//
// For each row of a strip the sums and maxima of its cells are kept; a row whose factor is known is added to its cells.
// So memory is P·Q, and P·Q a strip, whatever N is.
//
// Oracle: sums, means and maxima over blocks of the weights of core/attention.hpp.
#pragma once

#include <attn/base/shape.hpp>
#include <attn/kernel/reduction.hpp>
#include <attn/kernel/tile_functions.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <vector>

namespace attn {

/// How n rows or columns are divided into cells.
struct Cells {
  Index n, cells;

  Index edge(Index cell) const { return cell * n / cells; }      // where a cell begins
  Index of(Index i) const { return ((i + 1) * cells - 1) / n; }  // the cell that i is in
  Index size(Index cell) const { return edge(cell + 1) - edge(cell); }
};

template <class T>
class PooledMap {
 public:
  /// Of weights [Nq x Nk] of H heads. Throws ShapeError unless there is a row and a column for each cell.
  PooledMap(Index Nq, Index Nk, Index rows, Index cols, Index H = 1) : rows_{Nq, rows}, cols_{Nk, cols} {
    check_shape(1 <= rows && rows <= Nq && 1 <= cols && cols <= Nk, "pooled map", "the map", {rows, cols},
                "between 1 and " + std::to_string(Nq) + " rows, and 1 and " + std::to_string(Nk) + " columns",
                "a cell can't be smaller than a weight");
    for (Index h = 0; h < H; ++h) heads_.push_back({Matrix<double>::Zero(rows, cols), Matrix<T>::Zero(rows, cols)});
  }

  /// [rows x cols] of a head: the sum, mean or maximum of the weights in each cell.
  Matrix<T> sum(Index h = 0) const { return head(h).sum.template cast<T>(); }
  Matrix<T> mean(Index h = 0) const {
    Matrix<double> mean = head(h).sum;
    for (Index p = 0; p < mean.rows(); ++p)
      for (Index c = 0; c < mean.cols(); ++c) mean(p, c) /= static_cast<double>(rows_.size(p) * cols_.size(c));
    return mean.template cast<T>();
  }
  const Matrix<T>& max(Index h = 0) const { return head(h).max; }

  void check(Index Nq, Index Nk, Index H) const {
    detail::check_made_for("pooled map", {rows_.n, cols_.n, static_cast<Index>(heads_.size())}, {Nq, Nk, H},
                           "queries, keys and heads");
  }

  class Worker {
   public:
    Worker(PooledMap& map, Index rows)
        : map_(map),
          sums_(rows, map.cols_.cells),
          maxima_(rows, map.cols_.cells),
          edges_(static_cast<std::size_t>(map.cols_.cells) + 1),
          row_sum_(map.cols_.cells),
          row_max_(map.cols_.cells) {}

    void begin(const Strip& strip) {
      sums_.topRows(strip.rows).setZero();
      maxima_.topRows(strip.rows).setZero();
      end_ = 0;
    }

    void add(const WeightsTile<T>& tile) {
      const Cells& cols = map_.cols_;
      const Index first = cols.of(tile.first_key), last = cols.of(tile.first_key + tile.keys() - 1);
      for (Index c = first; c <= last + 1; ++c)
        edges_[static_cast<std::size_t>(c - first)] = std::clamp<Index>(cols.edge(c) - tile.first_key, 0, tile.keys());
      for (Index r = 0; r < tile.strip.rows; ++r) {
        if (tile.rescale[r] != T(1)) {
          sums_.row(r).head(end_) *= tile.rescale[r];
          maxima_.row(r).head(end_) *= tile.rescale[r];
        }
        functions_.pool(tile.row(r), edges_.data(), last + 1 - first, &sums_(r, first), &maxima_(r, first));
      }
      end_ = last + 1;
    }

    void end(const RowSums<T>& sums) {
      const Strip& strip = sums.strip;
      for (Index r = 0; r < strip.rows;) {
        const Index cell = map_.rows_.of(strip.first_row + r);
        row_sum_.setZero();
        row_max_.setZero();
        for (; r < strip.rows && map_.rows_.of(strip.first_row + r) == cell; ++r) {
          row_sum_.head(end_) += (sums_.row(r).head(end_) * sums.factor(r)).template cast<double>();
          raise(row_max_.head(end_), maxima_.row(r).head(end_) * sums.factor(r));
        }
        Head& head = map_.heads_[static_cast<std::size_t>(strip.head)];
        const std::lock_guard lock(*map_.mutex_);
        head.sum.row(cell) += row_sum_;
        raise(head.max.row(cell), row_max_);
      }
    }

   private:
    /// max = the larger of both; NaN where one of them is NaN.
    template <class A, class B>
    static void raise(A&& max, const B& other) {
      for (Index c = 0; c < max.size(); ++c)
        if (other(c) > max(c) || std::isnan(other(c))) max(c) = other(c);
    }

    const TileFunctions<T>& functions_ = tile_functions<T>();
    PooledMap& map_;
    Matrix<T> sums_, maxima_;   // [rows x cells]
    std::vector<Index> edges_;  // of the cells that a tile touches, in its columns
    RowVector<double> row_sum_;
    RowVector<T> row_max_;
    Index end_ = 0;  // cells from here on haven't been touched
  };
  Worker worker(Index rows) { return Worker(*this, rows); }

 private:
  struct Head {
    Matrix<double> sum;
    Matrix<T> max;
  };
  const Head& head(Index h) const { return heads_.at(static_cast<std::size_t>(h)); }

  Cells rows_, cols_;
  std::vector<Head> heads_;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();  // for what rows of several strips add to
};

}  // namespace attn
