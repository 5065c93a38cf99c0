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

/// One head whose operands and output lie anywhere: in [B, H, N, d] order, for instance.
template <class T, class S = T>
struct HeadInPlace {
  StridedView<S> q;      // [Nq x dk]
  StridedView<S> k;      // [Nk x dk]; heads that share their keys and values have the same
  StridedView<S> v;      // [Nk x dv]
  StridedMap<T> output;  // [Nq x dv]
};

/// The attention of some heads of equal shapes, all at once, into their outputs; returns the log-sum-exp [Nq] of each.
/// `bias` is one for all heads or has a head(h) for each. T is the compute scalar of S. Throws ShapeError where
/// something doesn't fit.
template <class T, class S, Mask M, class B, class... Rs>
std::vector<ColumnVector<T>> streaming_attention_into(std::span<const HeadInPlace<T, S>> heads, const M& mask,
                                                      const B& bias, const Scoring& scoring, Rs&... reductions) {
  std::vector<QueriesAndKeys<S>> queries_and_keys;
  std::vector<StridedView<S>> values;
  std::vector<StridedMap<T>> outputs;
  for (std::size_t h = 0; h < heads.size(); ++h) {
    const HeadInPlace<T, S>& head = heads[h];
    check_attention(head.q, head.k, head.v, mask, bias_of_head(bias, static_cast<Index>(h)));
    check_result("output", head.output, head.q.rows(), head.v.cols());
    const auto same = [](const auto& a, const auto& b) { return a.rows() == b.rows() && a.cols() == b.cols(); };
    if (!same(head.q, heads[0].q) || !same(head.v, heads[0].v))
      throw ShapeError("attention: head " + std::to_string(h) + " has other shapes than head 0, expected the same; " +
                       "give heads of other shapes a call of their own");
    queries_and_keys.push_back({head.q, head.k});
    values.push_back(head.v);
    outputs.push_back(head.output);
  }
  detail::MixValues<T, S> mix(values, outputs, true);
  return detail::run_passes<T, S>(queries_and_keys, mask, bias, scoring, {}, mix, reductions...);
}

/// Output [Nq x dv] and log-sum-exp [Nq] of attention(q, k, v, mask, bias, scoring), for any Eigen expressions of one
/// scalar; half and bfloat16 compute in float. The reductions (kernel/reduction.hpp) receive the weights as they pass.
/// Throws ShapeError where q, k, v, mask and bias don't fit each other. Source: Milakov 2018; Rabe 2021; Dao 2022.
template <class Q, class K, class V, Mask M = NoMask, Bias B = NoBias, class... Rs>
auto streaming_attention(const Eigen::MatrixBase<Q>& q, const Eigen::MatrixBase<K>& k, const Eigen::MatrixBase<V>& v,
                         const M& mask = {}, const B& bias = {}, const Scoring& scoring = {}, Rs&... reductions) {
  using T = ComputeScalar<Q, K, V>;
  using S = detail::CommonScalar<Q, K, V>;
  check_attention(q, k, v, mask, bias);
  const ConstView<S> queries = q, keys = k, values = v;
  StreamedAttention<T> result{Matrix<T>(q.rows(), v.cols()), {}};
  const std::array<HeadInPlace<T, S>, 1> head{{{detail::view_of<S>(queries), detail::view_of<S>(keys),
                                                detail::view_of<S>(values), detail::map_of<T>(result.output)}}};
  result.log_sum_exp = std::move(
      streaming_attention_into(std::span<const HeadInPlace<T, S>>(head), mask, bias, scoring, reductions...).front());
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
  std::vector<HeadInPlace<T, S>> all;
  for (Index h = 0; h < heads.H; ++h) {
    const Index g = heads.group(h);
    all.push_back({columns_of(view_of<S>(queries), h * dk, dk), columns_of(view_of<S>(keys), g * dk, dk),
                   columns_of(view_of<S>(values), g * dv, dv), map_of<T>(output.middleCols(h * dv, dv))});
  }
  return streaming_attention_into(std::span<const HeadInPlace<T, S>>(all), mask, bias, scoring, reductions...);
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
