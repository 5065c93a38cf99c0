// The right factor of a product, in the order in which the kernel reads it.
//
// The matrix [depth x columns] is cut into panels, as wide as the registers of tile_functions.hpp hold sums. A panel's
// rows lie one after the other; columns that fill up the last panel are zeros.
#pragma once

#include <attn/base/parallel.hpp>
#include <attn/kernel/aligned_memory.hpp>
#include <attn/kernel/tile_functions.hpp>

#include <algorithm>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace attn {

namespace detail {

/// out = factor · x, in the compute scalar.
template <class S, class T>
void copy_scaled(const S* x, Index n, T factor, T* out) {
  if constexpr (std::is_same_v<S, T>)
    tile_functions<T>().scale(x, n, factor, false, out);
  else
    for (Index i = 0; i < n; ++i) out[i] = factor * static_cast<T>(x[i]);
}

template <class T>
class PackedPanels {
 public:
  /// Of a matrix [depth x columns] whose panels are to be packed.
  PackedPanels(Index depth, Index columns)
      : depth_(depth), columns_(columns), memory_(std::max<Index>(1, depth * padded(columns))), data_(memory_.data()) {}

  /// Of a matrix that is in order as it is, and is read where it lies.
  explicit PackedPanels(const StridedView<T>& matrix)
      : depth_(matrix.rows()), columns_(matrix.cols()), data_(matrix.data()) {}

  /// Whether a matrix is one whole panel as it is.
  static bool is_in_order(const StridedView<T>& matrix) {
    return matrix.cols() == matrix.outerStride() && matrix.cols() == padded(matrix.cols()) &&
           matrix.cols() <= tile_functions<T>().panel;
  }

  Index depth() const { return depth_; }
  Index columns() const { return columns_; }
  Index panels() const { return (columns_ + panel_ - 1) / panel_; }

  /// The first column of a panel, and how many it has: with zeros, and without.
  Index first(Index panel) const { return panel * panel_; }
  Index width(Index panel) const { return padded(own(panel)); }
  Index own(Index panel) const { return std::min(panel_, columns_ - first(panel)); }

  /// A panel's row `row`, and all that follow it.
  const T* panel(Index panel, Index row = 0) const { return data_ + first(panel) * depth_ + row * width(panel); }

  /// Fills one panel from the matrix [depth x columns]. Several threads may fill panels at the same time.
  template <class S>
  void pack(Index panel, const StridedView<S>& matrix) {
    T* target = memory_.data() + first(panel) * depth_;
    for (Index k = 0; k < depth_; ++k) {
      T* row = target + k * width(panel);
      copy_scaled(matrix.data() + k * matrix.outerStride() + first(panel), own(panel), T(1), row);
      std::fill(row + own(panel), row + width(panel), T(0));
    }
  }

  /// The same from `factor` times the transpose of a matrix [columns x depth].
  template <class S>
  void pack_transposed(Index panel, const StridedView<S>& matrix, T factor) {
    T* target = memory_.data() + first(panel) * depth_;
    const Index stride = width(panel);
    if (own(panel) < stride) std::fill(target, target + depth_ * stride, T(0));
    if constexpr (std::is_same_v<S, T>)
      tile_functions<T>().transpose(matrix.data() + first(panel) * matrix.outerStride(), matrix.outerStride(),
                                    own(panel), depth_, factor, target, stride);
    else
      StridedMap<T>(target, depth_, own(panel), Eigen::OuterStride<>(stride)) =
          factor * matrix.middleRows(first(panel), own(panel)).transpose().template cast<T>();
  }

 private:
  static Index padded(Index columns) {
    const Index lanes = tile_functions<T>().lanes;
    return (columns + lanes - 1) / lanes * lanes;
  }

  Index depth_, columns_;
  Index panel_ = tile_functions<T>().panel;
  AlignedMemory<T> memory_;
  const T* data_;
};

/// Packs several matrices: values as they are, keys `transposed` and times `factor`. Neighbours that are the same
/// matrix, because heads share it, share the result. By several threads.
template <class T, class S>
std::vector<std::shared_ptr<const PackedPanels<T>>> pack_all(std::span<const StridedView<S>> matrices, bool transposed,
                                                             T factor) {
  std::vector<std::shared_ptr<PackedPanels<T>>> packed;
  std::vector<std::pair<std::size_t, Index>> tasks;  // matrix, panel
  for (std::size_t n = 0; n < matrices.size(); ++n) {
    const StridedView<S>& matrix = matrices[n];
    if (n > 0 && matrix.data() == matrices[n - 1].data()) {
      packed.push_back(packed.back());
      continue;
    }
    if constexpr (std::is_same_v<S, T>) {
      if (!transposed && PackedPanels<T>::is_in_order(matrix)) {
        packed.push_back(std::make_shared<PackedPanels<T>>(matrix));
        continue;
      }
    }
    packed.push_back(transposed ? std::make_shared<PackedPanels<T>>(matrix.cols(), matrix.rows())
                                : std::make_shared<PackedPanels<T>>(matrix.rows(), matrix.cols()));
    for (Index panel = 0; panel < packed.back()->panels(); ++panel) tasks.emplace_back(n, panel);
  }
  // In parts that are more work than handing them out, as many of them for each thread.
  constexpr Index kPart = Index{1} << 14;  // numbers
  const Index panels = static_cast<Index>(tasks.size()), threads = thread_count();
  const Index numbers = panels > 0 ? panels * packed[tasks[0].first]->depth() * tile_functions<T>().panel : 0;
  Index parts = std::max<Index>(1, numbers / kPart);
  if (parts > 1) parts = std::min(panels, (parts + threads - 1) / threads * threads);
  parallel_tasks(parts, [&] {
    return [&](Index part) {
      const auto end = static_cast<std::size_t>((part + 1) * panels / parts);
      for (auto task = static_cast<std::size_t>(part * panels / parts); task < end; ++task) {
        const auto [n, panel] = tasks[task];
        if (transposed)
          packed[n]->pack_transposed(panel, matrices[n], factor);
        else
          packed[n]->pack(panel, matrices[n]);
      }
    };
  });
  return {packed.begin(), packed.end()};
}

}  // namespace detail
}  // namespace attn
