// One attention of a block: projections, positions, heads, and the projection back.
//
//     q = norm(X W_q), k = norm(C W_k), v = C W_v, turned by their positions;  Z = heads(q, k, v);  out = Z W_o
//
//     x [Nq x D]   context C [Nk x D], x itself in self-attention
//
// Oracle: core/self_attention.hpp, core/multi_head.hpp.
#pragma once

#include <attn/core/alibi.hpp>
#include <attn/core/multi_head.hpp>
#include <attn/core/relative_bias.hpp>
#include <attn/core/rope.hpp>
#include <attn/model/head_weights.hpp>
#include <attn/model/hook.hpp>
#include <attn/model/layers.hpp>

#include <functional>
#include <variant>
#include <vector>

namespace attn::model {

/// Which keys a query sees: none after it where causal, and then at most `window` with itself; no padding.
struct LayerMask {
  bool causal = false;
  Index window = 0;               // 0: all
  const std::vector<bool>& keys;  // [Nk] true where the key is a token

  bool operator()(Index i, Index j) const {
    return keys[static_cast<std::size_t>(j)] && (!causal || j <= i) && (window == 0 || j > i - window);
  }
  void check(Index Nq, Index Nk) const { PaddingMask{keys}.check(Nq, Nk); }
  Visible visible(const TileRange& tile) const {
    const Visible padding = attn::visible(PaddingMask{keys}, tile);
    if (!causal) return padding;
    return std::min(padding,
                    window > 0 ? attn::visible(SlidingWindowMask{window}, tile) : attn::visible(CausalMask{}, tile));
  }
};

/// Rotary positions: their frequencies for a text of N tokens, and which columns form pairs.
struct Rope {
  std::function<Eigen::VectorXd(Index N)> frequencies;
  double factor = 1;
  bool interleaved = false;
};

template <class T>
using PositionBias = std::variant<NoBias, Alibi, RelativeBuckets<T>>;

template <class T>
struct AttentionLayer {
  Linear<T> q, k, v, out;
  Heads heads{1};
  Scoring scoring = {};
  Norm<T> q_norm = {}, k_norm = {};  // of each head by itself
  std::optional<Rope> rope = {};
  bool causal = false;
  Index window = 0;
};

namespace detail {

/// The norm of each head's columns, which are a row of their own there.
template <class T>
Matrix<T> norm_of_heads(const Norm<T>& norm, Matrix<T> x, Index heads) {
  if (norm.kind == NormKind::none) return x;
  const Matrix<T> normed = norm(Eigen::Map<const Matrix<T>>(x.data(), x.rows() * heads, x.cols() / heads));
  return Eigen::Map<const Matrix<T>>(normed.data(), x.rows(), x.cols());
}

/// Turned by the positions of its rows, or `back`.
template <class T>
Matrix<T> turned(const std::optional<Rope>& rope, Matrix<T> x, Index heads, bool back = false) {
  if (!rope) return x;
  std::vector<Index> positions = positions_from(0, x.rows());
  if (back)
    for (Index& position : positions) position = -position;
  const Eigen::VectorXd frequencies = rope->frequencies(x.rows());
  return rope->interleaved ? rope_interleaved(x, positions, frequencies, heads, rope->factor)
                           : rope_halves(x, positions, frequencies, heads, rope->factor);
}

/// The four steps of core/attention.hpp for each head, with hooks between them.
template <class T, class B>
void attend_with_hooks(const AttentionLayer<T>& layer, const Matrix<T>& q, const Matrix<T>& k, const Matrix<T>& v,
                       const LayerMask& mask, const B& bias, const HookPoint& at, const Hooks<T>& hooks, Matrix<T>& z,
                       WeightsOfLayer<T> weights) {
  const Index H = layer.heads.H, dk = q.cols() / H, dv = v.cols() / layer.heads.Hkv;
  check_head_bias(bias, H);
  for (Index h = 0; h < H; ++h) {
    const Index g = layer.heads.group(h);
    HookPoint here = at;
    here.head = h;
    Matrix<T> scores =
        T(layer.scoring.scale_for(dk)) * q.middleCols(h * dk, dk) * k.middleCols(g * dk, dk).transpose();  // [Nq x Nk]
    add_bias(scores, bias_of_head(bias, h));
    soft_cap(scores, layer.scoring.soft_cap);
    hide(scores, mask);
    hooks(Site::scores, here, scores);
    softmax_in_place(scores);
    hooks(Site::weights, here, scores);
    z.middleCols(h * dv, dv) = scores * v.middleCols(g * dv, dv);
    if (!weights.empty()) keep_matrix(std::move(scores), weights[static_cast<std::size_t>(h)]);
  }
}

}  // namespace detail

/// Queries, keys and values as they meet each other, behind their hooks.
template <class T>
struct QueriesKeysValues {
  Matrix<T> q;  // [Nq x H·dk]
  Matrix<T> k;  // [Nk x Hkv·dk]
  Matrix<T> v;  // [Nk x Hkv·dv]
};

template <class T>
QueriesKeysValues<T> project(const AttentionLayer<T>& layer, const Matrix<T>& x, const Matrix<T>& context,
                             const HookPoint& at, const Hooks<T>& hooks) {
  const auto [H, Hkv] = layer.heads;
  QueriesKeysValues<T> qkv{detail::turned(layer.rope, detail::norm_of_heads(layer.q_norm, layer.q(x), H), H),
                           detail::turned(layer.rope, detail::norm_of_heads(layer.k_norm, layer.k(context), Hkv), Hkv),
                           layer.v(context)};
  hooks(Site::q, at, qkv.q);
  hooks(Site::k, at, qkv.k);
  hooks(Site::v, at, qkv.v);
  return qkv;
}

/// What the layer adds to x: [Nq x D]. `keys` [Nk] are true where the context has a token; `weights`, if not empty, are
/// H places for the weights [Nq x Nk] of the heads.
template <class T>
Matrix<T> attend(const AttentionLayer<T>& layer, const PositionBias<T>& bias, const Matrix<T>& x,
                 const Matrix<T>& context, const std::vector<bool>& keys, const HookPoint& at, const Hooks<T>& hooks,
                 WeightsOfLayer<T> weights) {
  const auto [q, k, v] = project(layer, x, context, at, hooks);
  const LayerMask mask{layer.causal, layer.window, keys};
  Matrix<T> z(q.rows(), v.cols() / layer.heads.Hkv * layer.heads.H);  // [Nq x H·dv]
  std::visit(
      [&, &q = q, &k = k, &v = v](const auto& its_bias) {
        if (hooks.any(Site::scores, at) || hooks.any(Site::weights, at)) {
          detail::attend_with_hooks(layer, q, k, v, mask, its_bias, at, hooks, z, weights);
        } else {
          attend_and_keep(q, k, v, layer.heads, mask, its_bias, layer.scoring, z, weights);
        }
      },
      bias);
  hooks(Site::z, at, z);
  Matrix<T> out = layer.out(z);  // [Nq x D]
  hooks(Site::attn_out, at, out);
  return out;
}

}  // namespace attn::model
