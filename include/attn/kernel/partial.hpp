// Attention over some of the keys, not yet normalised: what tiles, threads and machines hand to each other.
//
//     max    [Nq]        m_i = max_j s_ij               over the keys of this part
//     sum    [Nq]        ℓ_i = Σ_j exp(s_ij − m_i)
//     output [Nq x dv]   o_i = Σ_j exp(s_ij − m_i) v_j
//
// Two parts make one, in any order [Rabe 2021]:   m = max(m, m′),   o = e^(m_then − m) o + e^(m′ − m) o′,   ℓ likewise.
//
// Oracle: core/attention.hpp over all keys at once.
#pragma once

#include <attn/base/shape.hpp>
#include <attn/kernel/reduction.hpp>

#include <cmath>
#include <limits>

namespace attn {

/// Output and log-sum-exp of attention whose weights weren't kept.
template <class T>
struct StreamedAttention {
  Matrix<T> output;             // [Nq x dv]
  ColumnVector<T> log_sum_exp;  // [Nq] ln Σ_j exp(s_ij) in nats; −inf where a query sees nothing
};

template <class T>
struct Partial {
  Matrix<T> output;          // [Nq x dv]
  ColumnVector<T> max;       // [Nq], −inf where a query sees nothing
  ColumnVector<double> sum;  // [Nq]
};

namespace detail {
/// Keeps the rows' maxima and sums, as a reduction.
template <class T>
struct KeepSums {
  Partial<T>& part;
  struct Worker {
    Partial<T>& part;
    void begin(const Strip&) {}
    void add(const WeightsTile<T>&) {}
    void end(const RowSums<T>& sums) {
      for (Index r = 0; r < sums.strip.rows; ++r) {
        part.max(sums.strip.first_row + r) = sums.max[r];
        part.sum(sums.strip.first_row + r) = sums.sum[r];
      }
    }
  };
  Worker worker(Index) { return {part}; }
};
}  // namespace detail

/// Adds another part, of other keys, to `part`. Throws ShapeError where they aren't of the same queries and values.
template <class T>
void merge(Partial<T>& part, const Partial<T>& other) {
  check_shape(other.output.rows() == part.output.rows() && other.output.cols() == part.output.cols(), "merge",
              "the other part's output", shape_of(other.output), to_string(shape_of(part.output)));
  for (Index i = 0; i < part.output.rows(); ++i) {
    const T max = std::max(part.max(i), other.max(i));
    // Of a part that saw nothing: e^(−inf) = 0 of it. Of two such parts −inf − −inf would be NaN.
    const auto factor = [max](T m) { return m == max ? T(1) : std::exp(m - max); };
    const T mine = factor(part.max(i)), others = factor(other.max(i));
    part.output.row(i) = mine * part.output.row(i) + others * other.output.row(i);
    part.sum(i) = double(mine) * part.sum(i) + double(others) * other.sum(i);
    part.max(i) = max;
  }
}

/// The attention over all keys that went into `part`. Rows that see nothing become zero.
template <class T>
StreamedAttention<T> normalised(Partial<T> part) {
  StreamedAttention<T> result{std::move(part.output), std::move(part.max)};
  for (Index i = 0; i < result.output.rows(); ++i) {
    const double sum = part.sum(i);
    result.output.row(i) *= sum == 0 ? T(0) : static_cast<T>(1 / sum);
    result.log_sum_exp(i) =
        sum == 0 ? -std::numeric_limits<T>::infinity() : static_cast<T>(double(result.log_sum_exp(i)) + std::log(sum));
  }
  return result;
}

}  // namespace attn
