// What the tests of the kernel share: masks and biases that are chosen while a test runs, which keeps them quick to
// compile; random input; the kernel and its oracle for both; how far they are apart.
#pragma once

#include <attn/core/attention.hpp>
#include <attn/kernel/streaming.hpp>

#include <cmath>
#include <functional>
#include <initializer_list>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#if defined(_OPENMP)
#include <omp.h>
#endif

#include "core/support.hpp"

namespace attn {
// support.cpp compiles the functions of all instruction sets once.
extern template const TileFunctions<float>& tile_functions<float>();
extern template const TileFunctions<double>& tile_functions<double>();
}  // namespace attn

/// Any mask, with what it tells about tiles.
struct AnyMask {
  std::function<bool(Index, Index)> sees = attn::NoMask{};
  std::function<attn::Visible(const attn::TileRange&)> tells;  // if anything

  AnyMask() = default;
  template <attn::Mask M>
  requires(!std::is_same_v<M, AnyMask>) AnyMask(M mask)
      : sees(mask), tells([mask](const attn::TileRange& tile) { return attn::visible(mask, tile); }) {}

  bool operator()(Index i, Index j) const { return sees(i, j); }
  attn::Visible visible(const attn::TileRange& tile) const { return tells ? tells(tile) : attn::Visible::kSome; }
};

/// Any bias.
struct AnyBias {
  std::function<double(Index, Index)> adds = attn::NoBias{};
  double operator()(Index i, Index j) const { return adds(i, j); }
};

/// A number in 0 … n − 1 for each pair, without a pattern; the same ones on every machine.
inline Index scattered(Index i, Index j, Index n) {
  const auto x = static_cast<unsigned long long>(i * 2654435761 + j * 40503 + 12345) * 6364136223846793005ull;
  return static_cast<Index>((x >> 33) % static_cast<unsigned long long>(n));
}

struct NamedMask {
  std::string name;
  AnyMask mask;
};
struct NamedBias {
  std::string name;
  AnyBias bias;
};

/// Every mask of core/mask.hpp, some conjunctions, and masks of a user's own. In some of them some rows see nothing.
std::vector<NamedMask> all_masks(Index Nq, Index Nk);

/// None, ALiBi, a matrix of biases, a bias of −inf for some keys, and of the lowest number for others.
template <class T>
std::vector<NamedBias> all_biases();

/// Queries, keys and values of attention, and its rules.
template <class T>
struct Input {
  Matrix<T> q, k, v;
  AnyMask mask = {};
  AnyBias bias = {};
  attn::Scoring scoring = {};

  /// q and k normally distributed, v within ±1.
  static Input random(Index Nq, Index Nk, Index dk, Index dv, double size = 1) {
    return {(size * ::random(Nq, dk, 1)).template cast<T>(), ::random(Nk, dk, 2).template cast<T>(),
            ::random(Nk, dv, 3).array().tanh().matrix().template cast<T>()};
  }

  /// eps·(1 + max|score|), what a tolerance is a multiple of. The scores are those that are seen, with their biases and
  /// before they are capped; those that no weight comes from, NaN, −inf and the lowest number, don't count.
  double unit() const;
};

/// Calls `check` for inputs of many sizes N, dk and dv, each with another mask and bias of those above.
template <class T>
void for_each_input(const std::function<void(const Input<T>&)>& check);

/// The oracle, in T and in double; compiled once for all tests.
template <class T>
attn::Attention<T> core_attention(const Input<T>& input);
template <class T>
attn::Attention<double> core_attention_in_double(const Input<T>& input);
template <class T>
attn::StreamedAttention<T> streamed(const Input<T>& input);

/// ln Σ_j exp(s_ij) of the oracle's scores; −inf where a row sees nothing.
template <class T>
attn::ColumnVector<double> core_log_sum_exp(const Input<T>& input);

/// The largest absolute difference, where equal infinities and two NaN are no difference.
template <class A, class B>
double apart(const Eigen::MatrixBase<A>& a, const Eigen::MatrixBase<B>& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return std::numeric_limits<double>::infinity();
  double most = 0;
  for (Index i = 0; i < a.rows(); ++i)
    for (Index j = 0; j < a.cols(); ++j) {
      const double x = double(a(i, j)), y = double(b(i, j));
      if (x == y || (std::isnan(x) && std::isnan(y))) continue;
      const double difference = std::abs(x - y);
      if (!(difference <= most)) most = std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
    }
  return most;
}

/// Runs `action` with one thread and with two, where the program has OpenMP.
template <class Action>
void with_one_and_two_threads(const Action& action) {
#if defined(_OPENMP)
  const int before = omp_get_max_threads();
  for (const int threads : {1, 2}) {
    omp_set_num_threads(threads);
    action();
  }
  omp_set_num_threads(before);
#else
  action();
#endif
}

/// How far the streamed output and log-sum-exp are from the oracle's, in units of eps·(1 + max|score|); the worst of
/// one and two threads.
template <class T>
double disagreement(const Input<T>& input);
