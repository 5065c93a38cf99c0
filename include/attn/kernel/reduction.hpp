// Reductions: what is made of the weights of a sequence too long for all of them to be kept.
//
// The kernel goes through the weights in strips of rows, and through a strip in tiles of keys from left to right. Where
// a row's largest score and its sum aren't known yet, a tile's weights are exp(score − largest so far): true up to a
// factor that grows known on the way [Milakov 2018]. A reduction keeps what it needs for the rows of a strip, by three
// calls:
//
//     begin(strip)   rows that are to come: nothing of them was seen yet
//     add(tile)      multiply what was kept for row r by tile.rescale[r], then add the tile's weights to it
//     end(sums)      no more tiles: multiply what was kept for row r by sums.factor(r), then it is true
//
// Each thread has a worker that receives these calls, and strips of its own. Tiles that a mask hides as a whole are
// left out: their weights are 0. top_keys.hpp, pooled_map.hpp and row_statistics.hpp are examples.
#pragma once

#include <attn/base/shape.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>

namespace attn {

/// Rows of one head.
struct Strip {
  Index head;
  Index first_row, rows;
};

/// Weights of a strip for some keys.
template <class T>
struct WeightsTile {
  Strip strip;
  Index first_key;
  Eigen::Map<const Matrix<T>, 0, Eigen::OuterStride<>> weights;  // [rows x keys], each row up to its factor
  const T* rescale;                                              // [rows]; 1 where the largest score stayed the same

  Index keys() const { return weights.cols(); }
  const T* row(Index r) const { return weights.data() + r * weights.outerStride(); }
};

/// What is known of the rows of a strip when all their tiles have been seen.
template <class T>
struct RowSums {
  Strip strip;
  const T* max;             // [rows] the largest score, −inf where a row sees nothing
  const double* sum;        // [rows] Σ_j exp(score − max)
  const double* score_sum;  // [rows] Σ_j exp(score − max)·(score − max)

  /// What makes the weights of row r sum to 1: 0 where it sees nothing, NaN where a score is NaN or +inf.
  T factor(Index r) const { return sum[r] == 0 ? T(0) : static_cast<T>(1 / sum[r]); }

  /// ln Σ_j exp(score_j), in nats; −inf where row r sees nothing.
  T log_sum_exp(Index r) const {
    return sum[r] == 0 ? -std::numeric_limits<T>::infinity() : static_cast<T>(double(max[r]) + std::log(sum[r]));
  }
};

/// `reduction.worker(rows)` makes a worker for strips of at most `rows` rows; all its memory is allocated then. Workers
/// run side by side: what they share needs a lock, unless each writes its own rows of it.
template <class R, class T>
concept Reduction = requires(R& reduction, Index rows, Strip strip, const WeightsTile<T>& tile,
                             const RowSums<T>& sums) {
  reduction.worker(rows).begin(strip);
  reduction.worker(rows).add(tile);
  reduction.worker(rows).end(sums);
};

/// A reduction that must have all the keys that a row sees in one tile says  static constexpr bool kWholeRows = true.
/// Its worker may have  row(r, tile, sums)  besides: it is called before add(tile), for each row as soon as its weights
/// and sums are known and while they are in the nearest cache.
template <class R>
constexpr bool kNeedsWholeRows = [] {
  if constexpr (requires { R::kWholeRows; })
    return R::kWholeRows;
  else
    return false;
}();

/// A reduction that adds up weights of different rows, and so needs true weights from the first tile on, says
/// static constexpr bool kSecondPass = true.  The keys are then gone through twice; rescale and factor are 1.
template <class R>
constexpr bool kNeedsSecondPass = [] {
  if constexpr (requires { R::kSecondPass; })
    return R::kSecondPass;
  else
    return false;
}();

/// A reduction that has memory for so many queries, keys or heads says so with  check(Nq, Nk, H),  which is called
/// before anything is computed.
template <class R>
void check_reduction(const R& reduction, Index Nq, Index Nk, Index H) {
  if constexpr (requires { reduction.check(Nq, Nk, H); }) reduction.check(Nq, Nk, H);
}

namespace detail {
/// Throws ShapeError unless a reduction was made for what it is given.
inline void check_made_for(const char* reduction, const Shape& made_for, const Shape& given, const char* sizes) {
  check_shape(made_for == given, reduction, "its size", made_for, to_string(given), sizes);
}
}  // namespace detail

/// Hands rows first_row, first_row + 1 … of one head's true weights to a reduction that needs nothing but weights: a
/// tile of all keys whose factors are 1.
template <class T, class R>
void reduce_rows(const ConstView<T>& weights, Index first_row, R& reduction) {
  constexpr Index kRows = 48;  // at a time
  const RowVector<T> ones = RowVector<T>::Ones(kRows), zeros = RowVector<T>::Zero(kRows);
  const RowVector<double> sums = RowVector<double>::Ones(kRows), none = RowVector<double>::Zero(kRows);
  auto worker = reduction.worker(kRows);
  for (Index first = 0; first < weights.rows(); first += kRows) {
    const Strip strip{0, first_row + first, std::min(kRows, weights.rows() - first)};
    worker.begin(strip);
    worker.add({strip,
                0,
                {weights.data() + first * weights.outerStride(), strip.rows, weights.cols(),
                 Eigen::OuterStride<>(weights.outerStride())},
                ones.data()});
    worker.end({strip, zeros.data(), sums.data(), none.data()});
  }
}

}  // namespace attn
