// Multi-head attention: H attentions side by side, each on its own columns; some share their keys and values.
//
//     head_h = Attention(Q_h, K_g, V_g),   g = ⌊h / (H / Hkv)⌋             [Vaswani 2017, §3.2.2; Ainslie 2023]
//     output = [head_0 … head_{H−1}]
//
//     q [Nq x H·dk]   k [Nk x Hkv·dk]   v [Nk x Hkv·dv]   output [Nq x H·dv]   weights H of [Nq x Nk]
//
// core/self_attention.hpp adds the projections before and after. Rotary positions are applied to q and k before.
#pragma once

#include <attn/core/attention.hpp>

#include <vector>

namespace attn {

/// How many heads the queries have, and how many the keys and values: fewer where heads share them.
struct Heads {
  Index H;
  Index Hkv = H;

  /// The key/value head that query head h reads.
  Index group(Index h) const { return h / (H / Hkv); }
};

template <class T>
struct MultiHeadAttention {
  Matrix<T> output;                // [Nq x H·dv]
  std::vector<Matrix<T>> weights;  // H of [Nq x Nk]
};

/// Throws ShapeError unless q [Nq x H·dk], k [Nk x Hkv·dk] and v [Nk x Hkv·dv] fit each other and the heads.
template <class Q, class K, class V>
void check_heads(const Eigen::EigenBase<Q>& q, const Eigen::EigenBase<K>& k, const Eigen::EigenBase<V>& v,
                 const Heads& heads) {
  const auto [H, Hkv] = heads;
  const std::string count = std::to_string(H) + " heads", kv_count = std::to_string(Hkv) + " key/value heads";
  if (H < 1 || Hkv < 1 || H % Hkv != 0)
    throw ShapeError("multi-head attention: " + count + " can't share " + kv_count + ": expected a multiple of them");
  check_shape(q.cols() % H == 0, "multi-head attention", "q", shape_of(q), "columns that " + count + " can share");
  check_shape(k.cols() == q.cols() / H * Hkv, "multi-head attention", "k", shape_of(k),
              std::to_string(q.cols() / H * Hkv) + " columns",
              "q " + to_string(shape_of(q)) + " of " + count + " meets " + kv_count);
  check_shape(v.cols() % Hkv == 0, "multi-head attention", "v", shape_of(v), "columns that " + kv_count + " can share");
}

/// Output and weights of all heads. `bias` is one for all heads or has a `head(h)` for each. Throws ShapeError where q,
/// k, v, the heads and the biases don't fit each other. Source: Vaswani 2017, §3.2.2; shared keys and values: Ainslie
/// 2023.
template <class Q, class K, class V, Mask M = NoMask, class B = NoBias>
auto multi_head_attention(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const Eigen::MatrixBase<V>& v,
                          const Heads& heads, const M& mask = {}, const B& bias = {}, const Scoring& scoring = {}) {
  using T = ComputeScalar<Q, K, V>;
  check_heads(q, k, v, heads);
  check_head_bias(bias, heads.H);
  const ConstView<T> queries = q.template cast<T>(), keys = k.template cast<T>(), values = v.template cast<T>();
  const Index dk = q.cols() / heads.H, dv = v.cols() / heads.Hkv;

  MultiHeadAttention<T> result{Matrix<T>(q.rows(), heads.H * dv), {}};
  for (Index h = 0; h < heads.H; ++h) {
    const Index g = heads.group(h);
    Attention<T> head = attention(queries.middleCols(h * dk, dk),  // [Nq x dk]
                                  keys.middleCols(g * dk, dk),     // [Nk x dk]
                                  values.middleCols(g * dv, dv),   // [Nk x dv]
                                  mask, bias_of_head(bias, h), scoring);
    result.output.middleCols(h * dv, dv) = head.output;
    result.weights.push_back(std::move(head.weights));
  }
  return result;
}

}  // namespace attn
