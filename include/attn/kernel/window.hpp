// A part of the weights, exact, at the cost of that part: zooming into a long map.
//
//     A_ij = exp(s_ij − LSE_i)    for rows a … b − 1 and columns c … d − 1
//
// LSE [Nq], the rows' log-sum-exp, comes from streaming_attention() or streaming_weights(); without it, that of the
// window's own rows is computed first, from all keys.
//
// Oracle: a block of the weights of core/attention.hpp.
#pragma once

#include <attn/kernel/streaming.hpp>
#include <attn/kernel/whole_weights.hpp>

#include <string>
#include <vector>

namespace attn {

/// Rows first_row … first_row + rows − 1 and columns first_col … first_col + cols − 1 of the weights.
struct Window {
  Index first_row, rows;
  Index first_col, cols;
};

namespace detail {

/// Writes true weights where they belong; what no tile brings stays as it is.
template <class T>
struct CopyWeights {
  StridedMap<T> target;
  struct Worker {
    StridedMap<T> target;
    void begin(const Strip&) {}
    void add(const WeightsTile<T>& tile) {
      target.block(tile.strip.first_row, tile.first_key, tile.strip.rows, tile.keys()) = tile.weights;
    }
    void end(const RowSums<T>&) {}
  };
  Worker worker(Index) { return {target}; }
};

/// A rule of all queries, asked about some of them.
template <class Rule>
struct RuleOfRows {
  const Rule& rule;
  const std::vector<Index>& rows;
  auto operator()(Index i, Index j) const { return rule(rows[static_cast<std::size_t>(i)], j); }
};

inline void check_window(const Window& w, Index Nq, Index Nk) {
  if (w.first_row < 0 || w.rows < 0 || w.first_row > Nq - w.rows || w.first_col < 0 || w.cols < 0 ||
      w.first_col > Nk - w.cols)
    throw ShapeError("window: rows " + std::to_string(w.first_row) + ":" + std::to_string(w.first_row + w.rows) +
                     ", columns " + std::to_string(w.first_col) + ":" + std::to_string(w.first_col + w.cols) +
                     ", expected within " + to_string(Shape{Nq, Nk}));
}

}  // namespace detail

/// Writes the weights of a window into `weights` [window.rows x window.cols]. `log_sum_exp` [Nq] is that of all rows,
/// as computed with the same mask, bias and scoring, or nullptr. Throws ShapeError where something doesn't fit.
template <class Q, class K, Mask M, Bias B>
void attention_window_into(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const Window& window,
                           const M& mask, const B& bias, const Scoring& scoring,
                           const ColumnVector<ComputeScalar<Q, K>>* log_sum_exp,
                           Eigen::Ref<Matrix<ComputeScalar<Q, K>>> weights) {
  using T = ComputeScalar<Q, K>;
  using S = detail::CommonScalar<Q, K>;
  check_scores(q, k, mask, bias);
  detail::check_window(window, q.rows(), k.rows());
  check_result("weights", weights, window.rows, window.cols);
  const ConstView<S> queries = q, keys = k;
  const ConstView<S> some_queries = queries.middleRows(window.first_row, window.rows);
  const StridedView<S> rows = detail::view_of<S>(some_queries), all_keys = detail::view_of<S>(keys);
  const std::array<StridedMap<T>, 1> target{detail::map_of<T>(weights)};
  const std::array whole{QueriesAndKeys<S>{rows, all_keys}};
  if (!log_sum_exp && window.cols == k.rows()) {  // one pass does
    WholeWeights<T> copy(target);
    detail::run_tiles<T, S>(whole, mask, bias, scoring, Place{window.first_row, 0}, std::span<const ColumnVector<T>>(),
                            copy);
    return;
  }
  std::vector<ColumnVector<T>> shifts;
  if (log_sum_exp) {
    check_shape(log_sum_exp->size() == q.rows(), "window", "the log-sum-exp", {log_sum_exp->size()},
                to_string(Shape{q.rows()}), "one number for each query");
    shifts.push_back(log_sum_exp->segment(window.first_row, window.rows));
  } else {
    shifts = detail::run_passes<T, S>(whole, mask, bias, scoring, Place{window.first_row, 0});
  }
  weights.setZero();  // what the mask hides
  const StridedView<S> some_keys(all_keys.data() + window.first_col * all_keys.outerStride(), window.cols,
                                 all_keys.cols(), Eigen::OuterStride<>(all_keys.outerStride()));
  const std::array part{QueriesAndKeys<S>{rows, some_keys}};
  detail::CopyWeights<T> copy{target[0]};
  detail::run_tiles<T, S>(part, mask, bias, scoring, Place{window.first_row, window.first_col},
                          std::span<const ColumnVector<T>>(shifts), copy);
}

/// The weights [window.rows x window.cols] of a window.
template <class Q, class K, Mask M = NoMask, Bias B = NoBias>
auto attention_window(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const Window& window,
                      const M& mask = {}, const B& bias = {}, const Scoring& scoring = {},
                      const ColumnVector<ComputeScalar<Q, K>>* log_sum_exp = nullptr) {
  detail::check_window(window, q.rows(), k.rows());
  Matrix<ComputeScalar<Q, K>> weights(window.rows, window.cols);
  attention_window_into(q, k, window, mask, bias, scoring, log_sum_exp, weights);
  return weights;
}

/// The weights [rows.size() x Nk] of chosen rows, in their order. Throws ShapeError for a row that isn't there.
template <class Q, class K, Mask M = NoMask, Bias B = NoBias>
auto attention_rows(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const std::vector<Index>& rows,
                    const M& mask = {}, const B& bias = {}, const Scoring& scoring = {}) {
  using S = detail::CommonScalar<Q, K>;
  check_scores(q, k, mask, bias);
  Matrix<S> chosen(static_cast<Index>(rows.size()), q.cols());
  for (std::size_t n = 0; n < rows.size(); ++n) {
    detail::check_window({rows[n], 1, 0, k.rows()}, q.rows(), k.rows());
    chosen.row(static_cast<Index>(n)) = q.row(rows[n]);
  }
  return attention_window(chosen, k, {0, chosen.rows(), 0, k.rows()}, detail::RuleOfRows<M>{mask, rows},
                          detail::RuleOfRows<B>{bias, rows}, scoring);
}

}  // namespace attn
