// A linear layer: every token's vector times the same matrix.
//
//     Y = X W + b
//
//     x [N x in]   w [in x out]   b [out], empty for none   y [N x out]
//
// PyTorch stores a Linear's weight as [out x in]: pass w.transpose().
#pragma once

#include <attn/core/per_column.hpp>

namespace attn {

/// X W: [N x out] from x [N x in] and w [in x out]. Throws ShapeError where they don't fit.
template <class X, class W>
auto linear(const Eigen::MatrixBase<X>& x, const Eigen::MatrixBase<W>& w) {
  using T = ComputeScalar<X, W>;
  check_shape(w.rows() == x.cols(), "linear", "w", shape_of(w),
              "as many rows as x " + to_string(shape_of(x)) + " has columns",
              w.cols() == x.cols() ? "is it stored [out x in]? pass w.transpose()" : "");
  Matrix<T> y = x.template cast<T>() * w.template cast<T>();  // [N x out]
  return y;
}

/// X W + b: [N x out]; b [out] is a row or a column, and may be empty. Throws ShapeError where they don't fit.
template <class X, class W, class B>
auto linear(const Eigen::MatrixBase<X>& x, const Eigen::MatrixBase<W>& w, const Eigen::MatrixBase<B>& b) {
  using T = ComputeScalar<X, W, B>;
  check_per_column("linear", "b", b, w.cols());
  Matrix<T> y = linear(x, w);  // [N x out]
  if (b.size() > 0) y.rowwise() += as_row<T>(b);
  return y;
}

}  // namespace attn
