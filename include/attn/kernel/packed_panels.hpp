// The right factor of a product, in the order in which the kernel reads it.
//
// The matrix [depth x columns] is cut into panels, as wide as the registers of tile_functions.hpp hold sums. A panel's
// rows lie one after the other; columns that fill up the last panel are zeros.
#pragma once

#include <attn/kernel/aligned_memory.hpp>
#include <attn/kernel/tile_functions.hpp>

#include <algorithm>
#include <type_traits>

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
  PackedPanels(Index depth, Index columns)
      : depth_(depth), columns_(columns), memory_(std::max<Index>(1, depth * padded(columns))) {}

  Index depth() const { return depth_; }
  Index columns() const { return columns_; }
  Index panels() const { return (columns_ + panel_ - 1) / panel_; }

  /// The first column of a panel, and how many it has: with zeros, and without.
  Index first(Index panel) const { return panel * panel_; }
  Index width(Index panel) const { return padded(own(panel)); }
  Index own(Index panel) const { return std::min(panel_, columns_ - first(panel)); }

  /// A panel's row `row`, and all that follow it.
  const T* panel(Index panel, Index row = 0) const {
    return memory_.data() + first(panel) * depth_ + row * width(panel);
  }

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

  /// The same from its transpose [columns x depth].
  template <class S>
  void pack_transposed(Index panel, const StridedView<S>& matrix) {
    T* target = memory_.data() + first(panel) * depth_;
    const Index stride = width(panel);
    if (own(panel) < stride) std::fill(target, target + depth_ * stride, T(0));
    if constexpr (std::is_same_v<S, T>)
      tile_functions<T>().transpose(matrix.data() + first(panel) * matrix.outerStride(), matrix.outerStride(),
                                    own(panel), depth_, target, stride);
    else
      Eigen::Map<Matrix<T>, 0, Eigen::OuterStride<>>(target, depth_, own(panel), Eigen::OuterStride<>(stride)) =
          matrix.middleRows(first(panel), own(panel)).transpose().template cast<T>();
  }

 private:
  static Index padded(Index columns) {
    const Index lanes = tile_functions<T>().lanes;
    return (columns + lanes - 1) / lanes * lanes;
  }

  Index depth_, columns_;
  Index panel_ = tile_functions<T>().panel;
  AlignedMemory<T> memory_;
};

}  // namespace detail
}  // namespace attn
