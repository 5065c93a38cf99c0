#include "input/make_maps.hpp"

#include "progress.hpp"

#include <attn/base/error.hpp>
#include <attn/base/parallel.hpp>

#include <algorithm>

using attn::Index;
using attn::Matrix;
using attn::Tensor;

namespace {

/// Rows of weights that are in memory at a time. Keys are prepared anew for each block, which few rows aren't worth.
template <class T>
Index rows_of_block(Index rows, Index columns) {
  constexpr Index kBytes = Index{64} << 20;
  const Index fit = kBytes / std::max<Index>(1, columns * static_cast<Index>(sizeof(T)));
  return std::min(rows, std::max(fit, 16 * Index{attn::thread_count()}));
}

/// Adds one head's weights to the mean or maximum of `count` heads that `sum` will hold.
template <class T>
void accumulate(const std::string& reduce, Matrix<T>& sum, const Matrix<T>& weights, bool first, Index count) {
  if (reduce == "max")
    sum = first ? weights : Matrix<T>(sum.cwiseMax(weights));
  else if (first)
    sum = weights / T(count);
  else
    sum += weights / T(count);
}

template <class T>
class Maker {
 public:
  Maker(AttentionSource<T>& source, const MapSelection& selection, bool with_output)
      : source_(source), selection_(selection), heads_(size_of(source.heads)), batches_(size_of(source.batches)) {
    if (!with_output) return;
    if (!source.why_no_output().empty()) throw attn::UsageError("--output-file: " + source.why_no_output());
    z_ = Tensor<T>({batches_, heads_, source.Nq, source.dv});
    has_output_.resize(static_cast<std::size_t>(batches_ * heads_));
  }

  Tensor<T> run(const ProductsOf<T>& products_of) {
    std::vector<Index> layers;
    for (const ChosenMap& map : selection_.maps) layers.push_back(map.layer);
    source_.prepare(layers);
    // An output that the maps' own pass doesn't bring has one of its own.
    const Range all{0, source_.Nq};
    Index work = 0, maps = 0;
    for (const ChosenMap& map : selection_.maps) maps += static_cast<Index>(map.heads.size());
    work = maps * source_.work(selection_.rows);
    if (with_output()) work += (batches_ * heads_ - (output_beside_weights() ? maps : 0)) * source_.work(all);
    Progress progress("making maps", work);

    for (std::size_t n = 0; n < selection_.maps.size(); ++n) {
      std::vector<Product<T>*> products = products_of(n);
      make(selection_.maps[n], products, progress);
    }
    if (!with_output()) return {};
    for (Index batch = 0; batch < batches_; ++batch)
      for (Index head = 0; head < heads_; ++head)
        if (!has_output_[static_cast<std::size_t>(batch * heads_ + head)]) {
          auto output = z_.matrix(batch * heads_ + head);
          source_.stream({0, batch, head}, all, {}, &output, progress);
        }
    return source_.finish_output(z_);
  }

 private:
  using MatrixMap = typename Tensor<T>::MatrixMap;

  bool with_output() const { return !has_output_.empty(); }
  bool all_rows() const { return selection_.rows.size() == source_.Nq; }
  bool all_columns() const { return selection_.columns.size() == source_.Nk; }
  bool output_beside_weights() const { return all_rows() && all_columns(); }

  void make(const ChosenMap& map, std::vector<Product<T>*>& products, Progress& progress) {
    bool tiles = source_.streams() && map.heads.size() == 1 && all_columns();
    for (const Product<T>* product : products) tiles = tiles && product->takes_tiles();
    const bool outputs = with_output() && output_beside_weights();
    if (tiles) {
      for (Product<T>* product : products) product->begin_tiles();
      const MapIndex index{map.layer, map.batch, map.heads.front()};
      MatrixMap output = outputs ? z_.matrix(place(index)) : MatrixMap(nullptr, 0, 0);
      source_.stream(index, selection_.rows, products, outputs ? &output : nullptr, progress);
    } else {
      make_rows(map, products, outputs, progress);
    }
    if (outputs)
      for (const Index head : map.heads) has_output_[static_cast<std::size_t>(place({0, map.batch, head}))] = true;
  }

  /// Some rows of all heads of the map, then the next ones.
  void make_rows(const ChosenMap& map, const std::vector<Product<T>*>& products, bool outputs, Progress& progress) {
    const Index columns = selection_.columns.size(), count = static_cast<Index>(map.heads.size());
    const bool reduce = selection_.reduce != "none";
    const Index most = rows_of_block<T>(selection_.rows.size(), reduce ? 2 * columns : columns);
    Matrix<T> weights(most, columns), reduced;
    for (Index first = 0; first < selection_.rows.size(); first += most) {
      const Range rows{selection_.rows.begin + first,
                       std::min(selection_.rows.begin + first + most, selection_.rows.end)};
      weights.conservativeResize(rows.size(), columns);
      for (std::size_t n = 0; n < map.heads.size(); ++n) {
        const MapIndex index{map.layer, map.batch, map.heads[n]};
        MatrixMap output(nullptr, 0, 0);
        if (outputs)
          new (&output) MatrixMap(z_.matrix(place(index)).data() + rows.begin * source_.dv, rows.size(), source_.dv);
        source_.window(index, rows, selection_.columns, weights, outputs ? &output : nullptr);
        if (reduce) accumulate(selection_.reduce, reduced, weights, n == 0, count);
        progress.step(source_.work(rows));
      }
      for (Product<T>* product : products) product->add_rows(first, reduce ? reduced : weights);
    }
  }

  Index place(const MapIndex& index) const { return index.batch * heads_ + index.head; }

  AttentionSource<T>& source_;
  const MapSelection& selection_;
  Index heads_, batches_;
  Tensor<T> z_;                   // [batches x heads x Nq x dv], where an output is wanted
  std::vector<bool> has_output_;  // of each batch entry and head
};

}  // namespace

template <class T>
Tensor<T> make_maps(AttentionSource<T>& source, const MapSelection& selection, const ProductsOf<T>& products_of,
                    bool with_output) {
  return Maker<T>(source, selection, with_output).run(products_of);
}

template Tensor<float> make_maps(AttentionSource<float>&, const MapSelection&, const ProductsOf<float>&, bool);
template Tensor<double> make_maps(AttentionSource<double>&, const MapSelection&, const ProductsOf<double>&, bool);
