// The log-sum-exp of each row, as a reduction: the one number that makes any window of the weights exact.
//
//     LSE_i = ln Σ_j exp(s_ij),     A_ij = exp(s_ij − LSE_i)          in nats
//
// Oracle: core/softmax.hpp.
#pragma once

#include <attn/kernel/reduction.hpp>

#include <utility>
#include <vector>

namespace attn {

template <class T>
class LogSumExp {
 public:
  explicit LogSumExp(Index Nq, Index H = 1) : rows_(static_cast<std::size_t>(H), ColumnVector<T>(Nq)) {}

  /// [Nq] of each head; −inf where a query sees nothing.
  const std::vector<ColumnVector<T>>& rows() const& { return rows_; }
  std::vector<ColumnVector<T>> rows() && { return std::move(rows_); }

  void check(Index Nq, Index, Index H) const {
    detail::check_made_for("log-sum-exp", {rows_.empty() ? 0 : rows_[0].size(), static_cast<Index>(rows_.size())},
                           {Nq, H}, "queries and heads");
  }

  struct Worker {
    LogSumExp& all;
    void begin(const Strip&) {}
    void add(const WeightsTile<T>&) {}
    void end(const RowSums<T>& sums) {
      ColumnVector<T>& rows = all.rows_[static_cast<std::size_t>(sums.strip.head)];
      for (Index r = 0; r < sums.strip.rows; ++r) rows(sums.strip.first_row + r) = sums.log_sum_exp(r);
    }
  };
  Worker worker(Index) { return {*this}; }

 private:
  std::vector<ColumnVector<T>> rows_;
};

}  // namespace attn
