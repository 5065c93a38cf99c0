// A linear layer in reverse.
//
//     Y = X W + b:   dX = dY Wᵀ,   dW = Xᵀ dY,   db = Σ_rows dY
#pragma once

#include <attn/core/linear.hpp>

namespace attn {

template <class T>
struct LinearGradient {
  Matrix<T> d_x;     // [N x in]
  Matrix<T> d_w;     // [in x out]
  RowVector<T> d_b;  // [out], of a bias that may have been there
};

/// The gradients of x, w and the bias from that of linear(x, w, b). Throws ShapeError where they don't fit.
template <class X, class W, class D>
auto linear_backward(const Eigen::MatrixBase<X>& x, const Eigen::MatrixBase<W>& w, const Eigen::MatrixBase<D>& d_y) {
  using T = ComputeScalar<X, W, D>;
  check_shape(w.rows() == x.cols(), "linear_backward", "w", shape_of(w),
              "as many rows as x " + to_string(shape_of(x)) + " has columns");
  check_shape(d_y.rows() == x.rows() && d_y.cols() == w.cols(), "linear_backward", "d_y", shape_of(d_y),
              to_string(Shape{x.rows(), w.cols()}));
  LinearGradient<T> gradient;
  // y = x w + b
  gradient.d_x = d_y.template cast<T>() * w.template cast<T>().transpose();
  gradient.d_w = x.template cast<T>().transpose() * d_y.template cast<T>();
  gradient.d_b = d_y.template cast<T>().colwise().sum();
  return gradient;
}

}  // namespace attn
