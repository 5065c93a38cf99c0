// Attention in memory that grows with N, not N²: the output, the log-sum-exp, and whatever reductions make of the
// weights on the way.
//
//     auto [output, log_sum_exp] = streaming_attention(q, k, v, CausalMask{});
//     PooledMap<float> map(N, N, {1024, 1024});
//     streaming_weights(q, k, CausalMask{}, NoBias{}, Scoring{}, map);         the weights' own passage needs no values
//
//     q [Nq x dk]   k [Nk x dk]   v [Nk x dv]   output [Nq x dv]   log_sum_exp [Nq]
//
// Threads: OpenMP's, base/parallel.hpp. Calls from several threads at once don't disturb each other.
//
// Oracle: core/attention.hpp, core/multi_head.hpp.
#pragma once

#include <attn/core/multi_head.hpp>
#include <attn/kernel/log_sum_exp.hpp>
#include <attn/kernel/mix_values.hpp>
#include <attn/kernel/partial.hpp>
#include <attn/kernel/tiles.hpp>

#include <array>
#include <span>
#include <utility>
#include <vector>

namespace attn {

namespace detail {

/// The scalar in which q, k and v are stored: one for all, so that none of them need be copied.
template <class First, class... Rest>
struct CommonScalarOf {
  using type = typename First::Scalar;
  static_assert((std::is_same_v<type, typename Rest::Scalar> && ...),
                "attn: the matrices of one call must have the same scalar; cast one of them, e.g. q.cast<float>()");
};
template <class... Matrices>
using CommonScalar = typename CommonScalarOf<Matrices...>::type;

/// A reduction that waits for the other pass.
template <class T>
struct Idle {
  struct Worker {
    void begin(const Strip&) {}
    void add(const WeightsTile<T>&) {}
    void end(const RowSums<T>&) {}
  };
  Worker worker(Index) { return {}; }
};

template <bool kSecond, class T, class R>
auto& in_pass(R& reduction, Idle<T>& idle) {
  if constexpr (kNeedsSecondPass<R> == kSecond)
    return reduction;
  else
    return idle;
}

/// Both passes, the second one only where a reduction needs it. Returns the log-sum-exp of each head.
template <class T, class S, class M, class B, class... Rs>
std::vector<ColumnVector<T>> run_passes(std::span<const QueriesAndKeys<S>> heads, const M& mask, const B& bias,
                                        const Scoring& scoring, const Place& place, Rs&... reductions) {
  if (!heads.empty())
    (check_reduction(reductions, heads[0].q.rows(), heads[0].k.rows(), static_cast<Index>(heads.size())), ...);
  Idle<T> idle;
  LogSumExp<T> log_sum_exp(heads.empty() ? 0 : heads[0].q.rows(), static_cast<Index>(heads.size()));
  run_tiles<T>(heads, mask, bias, scoring, place, std::span<const ColumnVector<T>>(), log_sum_exp,
               in_pass<false>(reductions, idle)...);
  if constexpr ((kNeedsSecondPass<Rs> || ...))
    run_tiles<T>(heads, mask, bias, scoring, place, std::span<const ColumnVector<T>>(log_sum_exp.rows()),
                 in_pass<true>(reductions, idle)...);
  return std::move(log_sum_exp).rows();
}

template <class S>
StridedView<S> view_of(const ConstView<S>& m) {
  return {m.data(), m.rows(), m.cols(), Eigen::OuterStride<>(m.outerStride())};
}

template <class T>
StridedMap<T> map_of(Eigen::Ref<Matrix<T>> m) {
  return {m.data(), m.rows(), m.cols(), Eigen::OuterStride<>(m.outerStride())};
}

template <class S>
StridedView<S> columns_of(const StridedView<S>& m, Index first, Index columns) {
  return {m.data() + first, m.rows(), columns, Eigen::OuterStride<>(m.outerStride())};
}

}  // namespace detail

/// Output [Nq x dv] and log-sum-exp [Nq] of attention(q, k, v, mask, bias, scoring), for any Eigen expressions of one
/// scalar; half and bfloat16 compute in float. The reductions (kernel/reduction.hpp) receive the weights as they pass.
/// Throws ShapeError where q, k, v, mask and bias don't fit each other. Source: Milakov 2018; Rabe 2021; Dao 2022.
template <class Q, class K, class V, Mask M = NoMask, Bias B = NoBias, class... Rs>
auto streaming_attention(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const Eigen::MatrixBase<V>& v,
                         const M& mask = {}, const B& bias = {}, const Scoring& scoring = {}, Rs&... reductions) {
  using T = ComputeScalar<Q, K, V>;
  check_attention(q, k, v, mask, bias);
  using S = detail::CommonScalar<Q, K, V>;
  const ConstView<S> queries = q, keys = k, values = v;
  StreamedAttention<T> result{Matrix<T>(q.rows(), v.cols()), {}};
  const std::array heads{QueriesAndKeys<S>{detail::view_of<S>(queries), detail::view_of<S>(keys)}};
  const std::array<StridedView<S>, 1> all_values{detail::view_of<S>(values)};
  const std::array<StridedMap<T>, 1> outputs{detail::map_of<T>(result.output)};
  detail::MixValues<T, S> mix(all_values, outputs, true);
  result.log_sum_exp = detail::run_passes<T, S>(heads, mask, bias, scoring, {}, mix, reductions...).front();
  return result;
}

/// The log-sum-exp [Nq] alone, and what the reductions make of the weights: without values this takes half the time.
template <class Q, class K, Mask M = NoMask, Bias B = NoBias, class... Rs>
auto streaming_weights(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const M& mask = {},
                       const B& bias = {}, const Scoring& scoring = {}, Rs&... reductions) {
  using T = ComputeScalar<Q, K>;
  check_scores(q, k, mask, bias);
  using S = detail::CommonScalar<Q, K>;
  const ConstView<S> queries = q, keys = k;
  const std::array heads{QueriesAndKeys<S>{detail::view_of<S>(queries), detail::view_of<S>(keys)}};
  return detail::run_passes<T, S>(heads, mask, bias, scoring, {}, reductions...).front();
}

namespace detail {
/// All heads of multi_head_attention(), their outputs into `output` [Nq x H·dv]; returns the log-sum-exp of each.
template <class T, class Q, class K, class V, class M, class B, class... Rs>
std::vector<ColumnVector<T>> multi_head_tiles(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k,
                                              const Eigen::MatrixBase<V>& v, const Heads& heads, const M& mask,
                                              const B& bias, const Scoring& scoring, Eigen::Ref<Matrix<T>> output,
                                              Rs&... reductions) {
  using S = CommonScalar<Q, K, V>;
  check_heads(q, k, v, heads);
  check_head_bias(bias, heads.H);
  const Index dk = q.cols() / heads.H, dv = v.cols() / heads.Hkv;
  const ConstView<S> queries = q, keys = k, values = v;
  std::vector<QueriesAndKeys<S>> all;
  std::vector<StridedView<S>> all_values;
  std::vector<StridedMap<T>> outputs;
  for (Index h = 0; h < heads.H; ++h) {
    const Index g = heads.group(h);
    all.push_back({columns_of(view_of<S>(queries), h * dk, dk), columns_of(view_of<S>(keys), g * dk, dk)});
    all_values.push_back(columns_of(view_of<S>(values), g * dv, dv));
    outputs.push_back(map_of<T>(output.middleCols(h * dv, dv)));
    check_attention(all.back().q, all.back().k, all_values.back(), mask, bias_of_head(bias, h));
  }
  MixValues<T, S> mix(all_values, outputs, true);
  return run_passes<T, S>(all, mask, bias, scoring, {}, mix, reductions...);
}
}  // namespace detail

template <class T>
struct StreamedMultiHeadAttention {
  Matrix<T> output;                          // [Nq x H·dv]
  std::vector<ColumnVector<T>> log_sum_exp;  // H of [Nq]
};

/// The same as multi_head_attention(q, k, v, heads, mask, bias, scoring), of q [Nq x H·dk], k [Nk x Hkv·dk] and
/// v [Nk x Hkv·dv]. Reductions are told the head of each strip. Throws ShapeError.
template <class Q, class K, class V, Mask M = NoMask, class B = NoBias, class... Rs>
auto streaming_multi_head_attention(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k,
                                    const Eigen::MatrixBase<V>& v, const Heads& heads, const M& mask = {},
                                    const B& bias = {}, const Scoring& scoring = {}, Rs&... reductions) {
  using T = ComputeScalar<Q, K, V>;
  check_heads(q, k, v, heads);
  StreamedMultiHeadAttention<T> result{Matrix<T>(q.rows(), heads.H * (v.cols() / heads.Hkv)), {}};
  result.log_sum_exp = detail::multi_head_tiles<T>(q, k, v, heads, mask, bias, scoring, result.output, reductions...);
  return result;
}

/// Attention over keys first_key … first_key + Nk − 1 of a longer sequence, to be merge()d with other parts. The mask
/// and the bias are those of the whole sequence. Throws ShapeError where q, k and v don't fit each other.
template <class Q, class K, class V, Mask M = NoMask, Bias B = NoBias>
auto partial_attention(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const Eigen::MatrixBase<V>& v,
                       Index first_key, const M& mask = {}, const B& bias = {}, const Scoring& scoring = {}) {
  using T = ComputeScalar<Q, K, V>;
  using S = detail::CommonScalar<Q, K, V>;
  check_attention(q, k, v, NoMask{}, NoBias{});
  const ConstView<S> queries = q, keys = k, values = v;
  Partial<T> part{Matrix<T>(q.rows(), v.cols()), ColumnVector<T>(q.rows()), ColumnVector<double>(q.rows())};
  const std::array heads{QueriesAndKeys<S>{detail::view_of<S>(queries), detail::view_of<S>(keys)}};
  const std::array<StridedView<S>, 1> all_values{detail::view_of<S>(values)};
  const std::array<StridedMap<T>, 1> outputs{detail::map_of<T>(part.output)};
  detail::MixValues<T, S> mix(all_values, outputs, false);
  detail::KeepSums<T> sums{part};
  detail::run_tiles<T, S>(heads, mask, bias, scoring, Place{0, first_key}, std::span<const ColumnVector<T>>(), mix,
                          sums);
  return part;
}

}  // namespace attn
