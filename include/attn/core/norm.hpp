// Norms: every token's vector is brought to a common size.
//
//     layer:  y = (x − μ) / √(σ² + ε) ∘ gain + shift,   μ, σ² mean and variance of x over D     [Ba 2016]
//     RMS:    y = x / √(mean(x²) + ε) ∘ gain                                      [Zhang & Sennrich 2019]
//
//     x [N x D]   gain, shift [D], empty for none   y [N x D]
#pragma once

#include <attn/core/per_column.hpp>

#include <cmath>

namespace attn {

namespace detail {

/// Divides each row of x [N x D] by √(its mean square + ε); returns these roots [N].
template <class T>
Eigen::Matrix<T, Eigen::Dynamic, 1> divide_by_rms(Matrix<T>& x, double eps) {
  using std::sqrt;
  Eigen::Matrix<T, Eigen::Dynamic, 1> rms(x.rows());  // [N]
  for (Index i = 0; i < x.rows(); ++i) {
    rms(i) = sqrt(T(x.row(i).squaredNorm() / T(static_cast<double>(x.cols())) + T(eps)));
    x.row(i) /= rms(i);
  }
  return rms;
}

/// Subtracts from each row of x [N x D] its mean.
template <class T>
void centre(Matrix<T>& x) {
  for (Index i = 0; i < x.rows() && x.cols() > 0; ++i) x.row(i).array() -= T(x.row(i).mean());
}

}  // namespace detail

/// Layer norm of each row: [N x D]. Throws ShapeError where gain or shift doesn't fit x. Source: Ba 2016.
template <class X, class G, class S>
auto norm_layer(const Eigen::MatrixBase<X>& x, const Eigen::MatrixBase<G>& gain, const Eigen::MatrixBase<S>& shift,
                double eps = 1e-5) {
  using T = ComputeScalar<X, G, S>;
  check_per_column("norm_layer", "gain", gain, x.cols());
  check_per_column("norm_layer", "shift", shift, x.cols());
  Matrix<T> y = x.template cast<T>();  // [N x D]
  detail::centre(y);
  detail::divide_by_rms(y, eps);
  if (gain.size() > 0) y.array().rowwise() *= as_row<T>(gain).array();
  if (shift.size() > 0) y.rowwise() += as_row<T>(shift);
  return y;
}

/// RMS norm of each row: [N x D]; `unit` is added to the gain, for models that store gain − 1. Throws
/// ShapeError where gain doesn't fit x. Source: Zhang & Sennrich 2019.
template <class X, class G>
auto norm_rms(const Eigen::MatrixBase<X>& x, const Eigen::MatrixBase<G>& gain, double eps = 1e-6, double unit = 0.0) {
  using T = ComputeScalar<X, G>;
  check_per_column("norm_rms", "gain", gain, x.cols());
  Matrix<T> y = x.template cast<T>();  // [N x D]
  detail::divide_by_rms(y, eps);
  if (gain.size() > 0) y.array().rowwise() *= as_row<T>(gain).array() + T(unit);
  return y;
}

}  // namespace attn
