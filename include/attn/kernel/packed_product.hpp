// The product of two matrices, as fast as the kernel's tiles: what a linear layer needs.
//
//     Y = X W (+ b)        X [N x depth]   W [depth x columns], or stored [columns x depth]   b [columns]
//
// A panel of columns at a time is put into the order in which the registers read it; no second copy of W is kept. For
// few rows of X that would take longer than the product: where W is stored transposed, X is put into order instead.
//
// Oracle: core/linear.hpp.
#pragma once

#include <attn/base/parallel.hpp>
#include <attn/base/shape.hpp>
#include <attn/kernel/packed_panels.hpp>

#include <algorithm>
#include <array>
#include <memory>
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
    for (Index first = 0; first < x_.rows(); first += most) some(first, most, use);
  }

  /// The same for the next `most` rows from `begin` on, both multiples of the step.
  template <class Use>
  void some(Index begin, Index most, const Use& use) const {
    const Index whole = x_.rows() / step_ * step_, count = std::min(most, whole - begin);
    if (count > 0) use(x_.data() + begin * x_.outerStride(), x_.outerStride(), begin, count);
    if (rest_.rows() > 0 && begin + most > whole) use(rest_.data(), rest_.cols(), whole, step_);
  }

 private:
  StridedView<T> x_;
  Index step_;
  Matrix<T> rest_;
};

/// So many rows of a panel that it stays in the second cache, of whose two halves the other is for what meets it there.
/// Every sum is loaded and stored once a part, so parts are as tall as they can be, and equal.
template <class T>
Index depth_at_once(Index depth, Index columns) {
  constexpr Index kCache = Index{512} << 10;  // bytes
  const Index most = std::max<Index>(1, kCache / (columns * static_cast<Index>(sizeof(T))));
  const Index parts = std::max<Index>(1, (depth + most - 1) / most);
  return (depth + parts - 1) / parts;
}

/// Panel by panel of W: each is read once, and meets all rows of X.
template <class T>
void product_by_panels_of_w(const StridedView<T>& x, const StridedView<T>& w, bool transposed, const RowVector<T>& bias,
                            Eigen::Ref<Matrix<T>>& y) {
  const Index depth = x.cols(), columns = y.cols();
  const auto& functions = tile_functions<T>();
  const Index width = functions.panel, step = functions.rows;
  const Index at_once = depth_at_once<T>(depth, width);
  const WholeRows<T> rows(x);
  parallel_tasks((columns + width - 1) / width, [&] {
    return [&, edge = AlignedMemory<T>(step * width), whole = PackedPanels<T>(depth, width)](Index panel) mutable {
      const Index first = panel * width, own = std::min(width, columns - first);
      std::optional<PackedPanels<T>> last;
      if (own < width) last.emplace(depth, own);
      PackedPanels<T>& packed = last ? *last : whole;
      if (transposed)
        packed.pack_transposed(
            0, StridedView<T>(w.data() + first * w.outerStride(), own, depth, Eigen::OuterStride<>(w.outerStride())),
            T(1));
      else
        packed.pack(0, StridedView<T>(w.data() + first, depth, own, Eigen::OuterStride<>(w.outerStride())));
      for (Index k = 0; k < depth; k += at_once)
        rows.each(step, [&](const T* some, Index stride, Index first_row, Index count) {
          auto sums = y.block(first_row, first, std::min(count, y.rows() - first_row), own);
          if (k == 0 && bias.size() == 0)
            sums.setZero();
          else if (k == 0)
            sums.rowwise() = bias.segment(first, own);
          const auto add_to = [&](T* out, Index out_stride) {
            functions.product(some + k, stride, packed.panel(0, k), std::min(at_once, depth - k), count,
                              packed.width(0), true, out, out_stride);
          };
          if (sums.rows() == count && own == packed.width(0)) return add_to(sums.data(), sums.outerStride());
          Eigen::Map<Matrix<T>> all(edge.data(), count, packed.width(0));  // with the zeros that fill up the registers
          all.topLeftCorner(sums.rows(), own) = sums;
          add_to(all.data(), all.cols());
          sums = all.topLeftCorner(sums.rows(), own);
        });
    };
  });
}

/// Whether it is less work to turn X and Y than W.
inline bool packs_x(Index N, Index depth, Index columns) { return 2 * N * (depth + columns) < depth * columns; }

/// Yᵀ = W Xᵀ of W stored [columns x depth], strip by strip of its rows, which are read where they lie.
template <class T>
void product_by_rows_of_w(const StridedView<T>& x, const StridedView<T>& w, const RowVector<T>& bias,
                          Eigen::Ref<Matrix<T>>& y) {
  const Index N = x.rows(), depth = x.cols();
  const auto& functions = tile_functions<T>();
  const std::shared_ptr<const PackedPanels<T>> packed = pack_all<T, T>(std::array{x}, true, T(1))[0];
  const Index stride = packed->first(packed->panels() - 1) + packed->width(packed->panels() - 1);
  const Index at_once = depth_at_once<T>(depth, stride);
  // Sums of a strip stay in the second cache while it goes through W once.
  constexpr Index kSums = Index{1} << 16;
  const Index step = functions.rows, most = std::clamp<Index>(kSums / stride / step, 1, 16) * step;
  const WholeRows<T> rows(w);
  parallel_tasks((w.rows() + most - 1) / most, [&] {
    return [&, sums = AlignedMemory<T>(most * stride)](Index strip) mutable {
      rows.some(strip * most, most, [&](const T* some, Index some_stride, Index first, Index count) {
        const Index own = std::min(count, w.rows() - first);
        for (Index r = 0; r < count; ++r)
          std::fill_n(sums.data() + r * stride, stride, bias.size() > 0 && r < own ? bias[first + r] : T(0));
        for (Index k = 0; k < depth; k += at_once)
          for (Index r = 0; r < count; r += step)  // few rows meet all of X, so they stay in the nearest cache
            for (Index panel = 0; panel < packed->panels(); ++panel)
              functions.product(some + r * some_stride + k, some_stride, packed->panel(panel, k),
                                std::min(at_once, depth - k), step, packed->width(panel), true,
                                sums.data() + r * stride + packed->first(panel), stride);
        functions.transpose(sums.data(), stride, own, N, T(1), y.data() + first, y.outerStride());
      });
    };
  });
}

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
  if (transposed && detail::packs_x(x.rows(), depth, columns))
    detail::product_by_rows_of_w(x, w, bias, y);
  else
    detail::product_by_panels_of_w(x, w, transposed, bias, y);
  if (depth == 0) y.rowwise() = bias.size() > 0 ? bias : RowVector<T>::Zero(columns);
}

}  // namespace attn
