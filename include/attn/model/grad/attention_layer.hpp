// An attention layer in reverse. Its weights are computed again: only what entered the block was kept.
//
// Oracle: core/grad/multi_head.hpp, whose steps these are, with hooks between them.
#pragma once

#include <attn/core/grad/scoring.hpp>
#include <attn/core/grad/softmax.hpp>
#include <attn/model/attention_layer.hpp>
#include <attn/model/grad/layers.hpp>

#include <utility>
#include <vector>

namespace attn::model {

template <class T>
struct AttendGradient {
  Matrix<T> d_x;        // [Nq x D]
  Matrix<T> d_context;  // [Nk x D]
};

namespace detail {

template <class T>
Matrix<T> norm_of_heads_backward(const Norm<T>& norm, const Matrix<T>& x, Index heads, const Matrix<T>& d_y) {
  if (norm.kind == NormKind::none) return d_y;
  const auto by_head = [&](const Matrix<T>& all) {
    return Matrix<T>(Eigen::Map<const Matrix<T>>(all.data(), all.rows() * heads, all.cols() / heads));
  };
  const Matrix<T> d_x = backward(norm, by_head(x), by_head(d_y));
  return Eigen::Map<const Matrix<T>>(d_x.data(), x.rows(), x.cols());
}

}  // namespace detail

/// From d_out [Nq x D], the gradient of what attend() returned. The gradients at the layer's sites go through
/// `gradients`, which may change them.
template <class T>
AttendGradient<T> attend_backward(const AttentionLayer<T>& layer, const PositionBias<T>& bias, const Matrix<T>& x,
                                  const Matrix<T>& context, const std::vector<bool>& keys, const HookPoint& at,
                                  const Hooks<T>& hooks, Matrix<T> d_out, const Hooks<T>& gradients) {
  const auto [H, Hkv] = layer.heads;
  const auto [q, k, v] = project(layer, x, context, at, hooks);
  const Index dk = q.cols() / H, dv = v.cols() / Hkv;
  const T scale = T(layer.scoring.scale_for(dk));
  std::vector<SharedMatrix<T>> weights(static_cast<std::size_t>(H));
  std::vector<HeadWeights<T>> places;
  for (SharedMatrix<T>& head : weights) places.push_back({&head});
  Matrix<T> z(q.rows(), H * dv);
  const LayerMask mask{layer.causal, layer.window, keys};
  std::visit(
      [&, &q = q, &k = k, &v = v](const auto& its_bias) {
        detail::attend_with_hooks<T>(layer, q, k, v, mask, its_bias, at, hooks, z, places);
      },
      bias);

  // out = z W_oᵀ
  gradients(Site::attn_out, at, d_out);
  Matrix<T> d_z = backward(layer.out, d_out);
  gradients(Site::z, at, d_z);
  Matrix<T> d_q(q.rows(), q.cols()), d_k = Matrix<T>::Zero(k.rows(), k.cols()),
                                     d_v = Matrix<T>::Zero(v.rows(), v.cols());
  for (Index h = 0; h < H; ++h) {
    const Index g = layer.heads.group(h);
    HookPoint here = at;
    here.head = h;
    const SharedMatrix<T>& its_weights = weights[static_cast<std::size_t>(h)];
    const auto q_h = q.middleCols(h * dk, dk), k_g = k.middleCols(g * dk, dk), v_g = v.middleCols(g * dv, dv);
    const auto d_z_h = d_z.middleCols(h * dv, dv);
    // 4. z = weights v
    Matrix<T> d_weights = d_z_h * v_g.transpose();
    d_v.middleCols(g * dv, dv) += its_weights.transpose() * d_z_h;
    gradients(Site::weights, here, d_weights);
    // 3. weights = softmax(scores)
    Matrix<T> d_scores = softmax_backward(its_weights, d_weights);
    gradients(Site::scores, here, d_scores);
    // 2. soft_cap(scores + bias)
    if (layer.scoring.soft_cap) {
      Matrix<T> capped = scale * q_h * k_g.transpose();
      std::visit([&](const auto& its_bias) { add_bias(capped, bias_of_head(its_bias, h)); }, bias);
      soft_cap(capped, layer.scoring.soft_cap);
      soft_cap_backward(d_scores, capped, layer.scoring.soft_cap);
    }
    // 1. scores = scale · q kᵀ
    d_q.middleCols(h * dk, dk) = scale * d_scores * k_g;
    d_k.middleCols(g * dk, dk) += scale * d_scores.transpose() * q_h;
  }
  gradients(Site::q, at, d_q);
  gradients(Site::k, at, d_k);
  gradients(Site::v, at, d_v);
  // q = turned(norm(x W_qᵀ)): turning back is turning by the negative angle
  const Matrix<T> d_raw_q =
      detail::norm_of_heads_backward(layer.q_norm, layer.q(x), H, detail::turned(layer.rope, d_q, H, true));
  const Matrix<T> d_raw_k =
      detail::norm_of_heads_backward(layer.k_norm, layer.k(context), Hkv, detail::turned(layer.rope, d_k, Hkv, true));
  return {backward(layer.q, d_raw_q), backward(layer.k, d_raw_k) + backward(layer.v, d_v)};
}

}  // namespace attn::model
