// The product of two matrices, as fast as the kernel's tiles: what a linear layer needs.
//
//     Y = X W (+ b)        X [N x depth]   W [depth x columns], or stored [columns x depth]   b [columns]
//
// A panel of columns at a time is put into the order in which the registers read it, which costs as much as one more
// row of X; no second copy of W is kept.
//
// Oracle: core/linear.hpp.
#pragma once

#include <attn/base/parallel.hpp>
#include <attn/base/shape.hpp>
#include <attn/kernel/packed_panels.hpp>

#include <algorithm>
#include <optional>
#include <type_traits>

namespace attn {

/// How the right factor of a product lies in memory.
enum class RightFactor {
  as_it_is,    // [depth x columns]
  transposed,  // [columns x depth], as PyTorch stores a Linear's weight
};

namespace detail {

/// Rows of X in multiples of what the registers hold: those that fill up the last ones are zeros.
template <class T>
class WholeRows {
 public:
  explicit WholeRows(const StridedView<T>& x) : x_(x), step_(tile_functions<T>().rows) {
    const Index rest = x.rows() % step_;
    if (rest == 0) return;
    rest_.setZero(step_, x.cols());
    rest_.topRows(rest) = x.bottomRows(rest);
  }

  /// Calls use(rows, stride, first, count) for rows [first, first + count), count a multiple of the step.
  template <class Use>
  void each(Index most, const Use& use) const {
    const Index whole = x_.rows() / step_ * step_;
    for (Index first = 0; first < whole; first += most)
      use(x_.data() + first * x_.outerStride(), x_.outerStride(), first, std::min(most, whole - first));
    if (rest_.rows() > 0) use(rest_.data(), rest_.cols(), whole, step_);
  }

 private:
  StridedView<T> x_;
  Index step_;
  Matrix<T> rest_;
};

}  // namespace detail

/// X W + b into y [N x columns]; `bias` [columns] or empty. Throws ShapeError where they don't fit.
template <class T>
void packed_product_into(const StridedView<T>& x, const StridedView<T>& w, RightFactor stored,
                         const RowVector<std::type_identity_t<T>>& bias,
                         Eigen::Ref<Matrix<std::type_identity_t<T>>> y) {
  const bool transposed = stored == RightFactor::transposed;
  const Index depth = transposed ? w.cols() : w.rows(), columns = transposed ? w.rows() : w.cols();
  check_shape(x.cols() == depth, "product", "w", shape_of(w),
              (transposed ? "as many columns as x " : "as many rows as x ") + to_string(shape_of(x)) + " has columns");
  check_shape(bias.size() == 0 || bias.size() == columns, "product", "the bias", {bias.size()},
              to_string(Shape{columns}), "one entry for each column, or none");
  check_shape(shape_of(y) == Shape{x.rows(), columns}, "product", "y", shape_of(y),
              to_string(Shape{x.rows(), columns}));
  const auto& functions = tile_functions<T>();
  const Index width = functions.panel;
  // Of the panel some rows at a time, so that they stay in the nearest cache for all rows of X.
  constexpr Index kDepth = 128;
  const Index most = 64 * functions.rows;
  const detail::WholeRows<T> rows(x);
  parallel_tasks((columns + width - 1) / width, [&] {
    return [&, sums = detail::AlignedMemory<T>(most * width),
            whole = detail::PackedPanels<T>(depth, width)](Index panel) mutable {
      const Index first = panel * width, own = std::min(width, columns - first);
      std::optional<detail::PackedPanels<T>> last;
      if (own < width) last.emplace(depth, own);
      detail::PackedPanels<T>& packed = last ? *last : whole;
      if (transposed)
        packed.pack_transposed(
            0, StridedView<T>(w.data() + first * w.outerStride(), own, depth, Eigen::OuterStride<>(w.outerStride())),
            T(1));
      else
        packed.pack(0, StridedView<T>(w.data() + first, depth, own, Eigen::OuterStride<>(w.outerStride())));
      rows.each(most, [&](const T* some, Index stride, Index first_row, Index count) {
        for (Index k = 0; k < depth; k += kDepth)
          functions.product(some + k, stride, packed.panel(0, k), std::min(kDepth, depth - k), count, packed.width(0),
                            k > 0, sums.data(), width);
        const StridedView<T> done(sums.data(), std::min(count, x.rows() - first_row), own, Eigen::OuterStride<>(width));
        if (bias.size() > 0)
          y.block(first_row, first, done.rows(), own) = done.rowwise() + bias.segment(first, own);
        else
          y.block(first_row, first, done.rows(), own) = done;
      });
    };
  });
  if (depth == 0) y.rowwise() = bias.size() > 0 ? bias : RowVector<T>::Zero(columns);
}

}  // namespace attn
