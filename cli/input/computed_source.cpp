#include "input/computed_source.hpp"

#include "input/watched_products.hpp"

#include <attn/base/error.hpp>
#include <attn/kernel/fast_attention.hpp>
#include <attn/kernel/window.hpp>

#include <cmath>

using attn::Index;

template <class T>
void ComputedSource<T>::window(MapIndex index, Range rows, Range columns, Eigen::Ref<attn::Matrix<T>> weights,
                               MatrixMap* output) {
  const auto queries = q(index).middleRows(rows.begin, rows.size());
  const bool all_keys = columns.size() == this->Nk;
  with_mask(rows.begin, [&](const auto& mask) {
    if (!all_keys)
      attn::attention_window_into(queries, k(index), {0, rows.size(), columns.begin, columns.size()}, mask,
                                  attn::NoBias{}, scoring_, nullptr, weights);
    else if (output == nullptr)
      attn::fast_attention_weights_into(queries, k(index), mask, attn::NoBias{}, scoring_, weights);
    else
      attn::fast_attention_into(queries, k(index), v(index), mask, attn::NoBias{}, scoring_, *output, weights);
  });
  computed_ = true;
  for (Index i = 0; i < weights.rows(); ++i) {
    // Q and K are finite, so a row with NaN, which has nothing else then but what is hidden, had a score too large.
    if (all_keys ? std::isnan(weights(i, 0)) : weights.row(i).hasNaN()) fail_at(index, rows.begin + i);
    if (!seen_) seen_ = (weights.row(i).array() > T(0)).any();
  }
}

template <class T>
void ComputedSource<T>::stream(MapIndex index, Range rows, std::span<Product<T>* const> products, MatrixMap* output,
                               Progress& progress) {
  const auto done = [&](const attn::RowSums<T>& sums) {
    const Index first = rows.begin + sums.strip.first_row;
    for (Index r = 0; r < sums.strip.rows; ++r) {
      if (std::isnan(sums.factor(r))) fail_at(index, first + r);
      if (sums.sum[r] > 0 && !seen_) seen_ = true;
    }
    progress.step(work({first, first + sums.strip.rows}));
  };
  WatchedProducts<T, decltype(done)> watched(products, done);
  const auto queries = q(index).middleRows(rows.begin, rows.size());
  with_mask(rows.begin, [&](const auto& mask) {
    if (output == nullptr)
      attn::streaming_weights(queries, k(index), mask, attn::NoBias{}, scoring_, watched);
    else
      *output = attn::streaming_attention(queries, k(index), v(index), mask, attn::NoBias{}, scoring_, watched).output;
  });
  computed_ = true;
}

template <class T>
Index ComputedSource<T>::work(Range rows) const {
  if (!mask_.causal && !mask_.window) return rows.size() * this->Nk;
  const Index most = std::min(this->Nk, mask_.window.value_or(this->Nk));
  Index seen = 0;
  for (Index i = rows.begin; i < rows.end; ++i) seen += std::min(i + 1, most);
  return seen;
}

template <class T>
std::string ComputedSource<T>::warning() const {
  if (!computed_ || seen_ || !mask_.any()) return {};
  return "--mask: hides every key from every query that was asked for, so all weights are 0";
}

template <class T>
void ComputedSource<T>::fail_at(MapIndex index, Index row) const {
  const std::string name = this->name_of(index);
  throw attn::NumericError(
      "attention: " + name + (name.empty() ? "row " : ", row ") + std::to_string(row) + ": a score exceeds what " +
      (sizeof(T) == 4 ? "float" : "double") + " can hold, " + "expected finite scores; " +
      (sizeof(T) == 4 ? "save Q and K as float64, or choose a smaller --scale" : "choose a smaller --scale"));
}

template class ComputedSource<float>;
template class ComputedSource<double>;
