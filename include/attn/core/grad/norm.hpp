// Norms in reverse. With x̂ the normalised x and s what it was divided by, y = x̂ ∘ gain + shift:
//
//     layer:  dX = (dX̂ − mean(dX̂) − x̂ mean(dX̂ ∘ x̂)) / s,   dX̂ = dY ∘ gain
//     RMS:    dX = (dX̂ − x̂ mean(dX̂ ∘ x̂)) / s
//
// Means go over a row. The first moves of x that the norm undoes are taken out of the gradient.
#pragma once

#include <attn/core/norm.hpp>

namespace attn {

template <class T>
struct NormGradient {
  Matrix<T> d_x;         // [N x D]
  RowVector<T> d_gain;   // [D]
  RowVector<T> d_shift;  // [D]; of a layer norm only
};

namespace detail {

template <class X, class D>
void check_norm_backward(const std::string& where, const X& x, const D& d_y) {
  check_shape(shape_of(x) == shape_of(d_y), where, "d_y", shape_of(d_y), to_string(shape_of(x)), "the shape of x");
}

/// y = x / rms, with the mean of x² in rms: subtracts from each row of d its part along the normalised x, and divides.
template <class T>
void divide_by_rms_backward(Matrix<T>& d, const Matrix<T>& normalised, const Eigen::Matrix<T, Eigen::Dynamic, 1>& rms) {
  for (Index i = 0; i < d.rows() && d.cols() > 0; ++i) {
    const T along = d.row(i).cwiseProduct(normalised.row(i)).mean();
    d.row(i) = (d.row(i) - along * normalised.row(i)) / rms(i);
  }
}

}  // namespace detail

/// The gradients of x, gain and shift from that of norm_layer(x, gain, shift, eps). Throws ShapeError where they don't
/// fit.
template <class X, class G, class D>
auto norm_layer_backward(const Eigen::MatrixBase<X>& x, const Eigen::MatrixBase<G>& gain,
                         const Eigen::MatrixBase<D>& d_y, double eps = 1e-5) {
  using T = ComputeScalar<X, G, D>;
  detail::check_norm_backward("norm_layer_backward", x, d_y);
  check_per_column("norm_layer_backward", "gain", gain, x.cols());
  Matrix<T> normalised = x.template cast<T>();  // [N x D]
  detail::centre(normalised);
  const auto rms = detail::divide_by_rms(normalised, eps);  // [N]

  NormGradient<T> gradient{d_y.template cast<T>(), {}, {}};
  // y += shift
  gradient.d_shift = gradient.d_x.colwise().sum();
  // y *= gain
  gradient.d_gain = gradient.d_x.cwiseProduct(normalised).colwise().sum();
  if (gain.size() > 0) gradient.d_x.array().rowwise() *= as_row<T>(gain).array();
  // divide_by_rms(y, eps)
  detail::divide_by_rms_backward(gradient.d_x, normalised, rms);
  // centre(y)
  detail::centre(gradient.d_x);
  return gradient;
}

/// The gradients of x and gain from that of norm_rms(x, gain, eps, unit). Throws ShapeError where they don't fit.
template <class X, class G, class D>
auto norm_rms_backward(const Eigen::MatrixBase<X>& x, const Eigen::MatrixBase<G>& gain, const Eigen::MatrixBase<D>& d_y,
                       double eps = 1e-6, double unit = 0.0) {
  using T = ComputeScalar<X, G, D>;
  detail::check_norm_backward("norm_rms_backward", x, d_y);
  check_per_column("norm_rms_backward", "gain", gain, x.cols());
  Matrix<T> normalised = x.template cast<T>();              // [N x D]
  const auto rms = detail::divide_by_rms(normalised, eps);  // [N]

  NormGradient<T> gradient{d_y.template cast<T>(), {}, {}};
  // y *= gain + unit
  gradient.d_gain = gradient.d_x.cwiseProduct(normalised).colwise().sum();
  if (gain.size() > 0) gradient.d_x.array().rowwise() *= as_row<T>(gain).array() + T(unit);
  // divide_by_rms(y, eps)
  detail::divide_by_rms_backward(gradient.d_x, normalised, rms);
  return gradient;
}

}  // namespace attn
