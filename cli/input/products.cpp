#include "input/products.hpp"

#include "memory.hpp"

#include <algorithm>
#include <cmath>

using attn::Index;
using attn::Matrix;
using attn::render::Pool;

namespace {

/// A reduction's worker, called at run time. `shift` is added to the rows of its strips.
template <class T, class Worker>
class WorkerOf : public TileWorker<T> {
 public:
  explicit WorkerOf(Worker worker, Index shift = 0) : worker_(std::move(worker)), shift_(shift) {}
  void begin(const attn::Strip& strip) override { worker_.begin(shifted(strip)); }
  void add(const attn::WeightsTile<T>& tile) override {
    worker_.add({shifted(tile.strip), tile.first_key, tile.weights, tile.rescale});
  }
  void end(const attn::RowSums<T>& sums) override {
    worker_.end({shifted(sums.strip), sums.max, sums.sum, sums.score_sum});
  }

 private:
  attn::Strip shifted(attn::Strip strip) const {
    strip.first_row += shift_;
    return strip;
  }
  Worker worker_;
  Index shift_;
};

}  // namespace

template <class T>
Pooled<T>::Pooled(Index Nq, Index Nk, const PoolShape& shape)
    : rows_{Nq, shape.rows}, cols_{Nk, shape.columns}, how_(shape.how) {}

template <class T>
void Pooled<T>::check(const PoolShape& shape, double beside, const std::string& hint) {
  check_memory("a pooled map of " + attn::to_string(attn::Shape{shape.rows, shape.columns}) + " cells",
               beside + memory(shape), hint);
}

template <class T>
void Pooled<T>::begin_tiles() {
  streamed_.emplace(rows_.n, cols_.n, rows_.cells, cols_.cells);
}

template <class T>
std::unique_ptr<TileWorker<T>> Pooled<T>::worker(Index rows) {
  using Worker = typename attn::PooledMap<T>::Worker;
  return std::make_unique<WorkerOf<T, Worker>>(streamed_->worker(rows));
}

template <class T>
void Pooled<T>::add_rows(Index first_row, const attn::ConstView<T>& rows) {
  if (sums_.size() == 0) {
    sums_.setZero(rows_.cells, cols_.cells);
    maxima_.setConstant(rows_.cells, cols_.cells, -HUGE_VAL);
  }
  for (Index i = 0; i < rows.rows(); ++i) {
    const Index cell = rows_.of(first_row + i);
    const T* row = rows.data() + i * rows.outerStride();
    for (Index c = 0; c < cols_.cells; ++c) {
      const Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>> block(row + cols_.edge(c), cols_.size(c));
      sums_(cell, c) += static_cast<double>(block.sum());
      double& max = maxima_(cell, c);
      for (const T x : block) max = static_cast<double>(x) > max || x != x ? static_cast<double>(x) : max;
    }
  }
}

template <class T>
Matrix<T> Pooled<T>::cells(Pool how) const {
  if (streamed_) return how == Pool::max ? streamed_->max() : how == Pool::sum ? streamed_->sum() : streamed_->mean();
  Matrix<T> cells = (how == Pool::max ? maxima_ : sums_).template cast<T>();
  if (how == Pool::mean)
    for (Index p = 0; p < cells.rows(); ++p)
      for (Index c = 0; c < cells.cols(); ++c)
        cells(p, c) = static_cast<T>(sums_(p, c) / static_cast<double>(rows_.size(p) * cols_.size(c)));
  return cells;
}

template <class T>
std::unique_ptr<TileWorker<T>> LargestKeys<T>::worker(Index rows) {
  using Worker = typename attn::TopKeys<T>::Worker;
  return std::make_unique<WorkerOf<T, Worker>>(top_.worker(rows));
}

template <class T>
void LargestKeys<T>::add_rows(Index first_row, const attn::ConstView<T>& rows) {
  attn::reduce_rows<T>(rows, first_row, top_);
}

template <class T>
typename Statistics<T>::Row Statistics<T>::row(Index i) const {
  if (from_rows_) return rows_[static_cast<std::size_t>(i)];
  const attn::RowNumbers<T>& all = statistics_.rows();
  const Index query = first_query_ + i;
  return {all.entropy(query), all.effective_keys(query), all.mean_distance(query), all.largest(query),
          all.largest_key(query)};
}

template <class T>
std::unique_ptr<TileWorker<T>> Statistics<T>::worker(Index rows) {
  using Worker = typename attn::RowStatistics<T>::Worker;
  return std::make_unique<WorkerOf<T, Worker>>(statistics_.worker(rows), first_query_);
}

template <class T>
void Statistics<T>::add_rows(Index first_row, const attn::ConstView<T>& rows) {
  from_rows_ = true;
  for (Index i = 0; i < rows.rows(); ++i) {
    double entropy = 0, distance = 0;
    T largest = 0;
    Index largest_key = -1;
    const Index query = first_query_ + first_row + i;
    for (Index j = 0; j < rows.cols(); ++j) {
      const T weight = rows(i, j);
      if (weight == T(0)) continue;
      entropy -= static_cast<double>(weight) * std::log(static_cast<double>(weight));
      distance += static_cast<double>(weight) * static_cast<double>(std::abs(query - j));
      if (weight > largest) largest = weight, largest_key = j;
    }
    if (entropy < 0 && entropy > -1e-6) entropy = 0;  // the last bits of ln 1
    const double effective = largest_key < 0 && entropy == 0 ? 0 : std::exp(entropy);
    rows_.push_back(
        {static_cast<T>(entropy), static_cast<T>(effective), static_cast<T>(distance), largest, largest_key});
  }
}

template class Pooled<float>;
template class Pooled<double>;
template class LargestKeys<float>;
template class LargestKeys<double>;
template class Statistics<float>;
template class Statistics<double>;
