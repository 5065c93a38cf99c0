// The layers in reverse: from the gradient of what they return to that of what they were given. Parameters get none.
#pragma once

#include <attn/core/grad/activation.hpp>
#include <attn/core/grad/norm.hpp>
#include <attn/model/layers.hpp>

namespace attn::model {

/// d_y itself where there is no layer.
template <class T>
Matrix<T> backward(const Linear<T>& layer, const Matrix<T>& d_y) {
  return layer.empty() ? d_y : layer.backward(d_y);
}

template <class T>
Matrix<T> backward(const Norm<T>& norm, const Matrix<T>& x, const Matrix<T>& d_y) {
  switch (norm.kind) {
    case NormKind::layer:
      return norm_layer_backward(x, norm.gain, d_y, norm.eps).d_x;
    case NormKind::rms:
      return norm_rms_backward(x, norm.gain, d_y, norm.eps, norm.unit).d_x;
    case NormKind::none:
      break;
  }
  return d_y;
}

template <class T>
Matrix<T> backward(const FeedForwardLayer<T>& layer, const Matrix<T>& x, const Matrix<T>& d_y) {
  const Matrix<T> wide = layer.in(x);
  const Matrix<T> d_hidden = backward(layer.out, d_y);
  // hidden = activate(wide)
  if (layer.gate.empty()) return backward(layer.in, activation_backward(wide, layer.activation, d_hidden));
  // hidden = activate(bent) ∘ wide
  const Matrix<T> bent = layer.gate(x);
  const Matrix<T> d_wide = d_hidden.cwiseProduct(activate(bent, layer.activation));
  const Matrix<T> d_gate = d_hidden.cwiseProduct(wide);
  return backward(layer.in, d_wide) + backward(layer.gate, activation_backward(bent, layer.activation, d_gate));
}

}  // namespace attn::model
