// Biases: what is added to a score because of where its query and key stand.
//
// A bias is any object with  bias(i, j) -> number,  added to the scaled score of query i and key j. Where each head has
// its own, an object with  biases.head(h) -> bias  has them all: alibi.hpp, relative_bias.hpp.
#pragma once

#include <attn/core/mask.hpp>

namespace attn {

/// Any scalar that knows its limits. Yes or no isn't a number: a mask in the place of a bias doesn't compile.
template <class T>
concept Number = std::numeric_limits<T>::is_specialized && !std::same_as<T, bool>;

template <class B>
concept Bias = requires(const B& bias, Index i, Index j) {
  requires Number<std::remove_cvref_t<decltype(bias(i, j))>>;
};

/// A bias for each head. An Eigen matrix is one bias for all, although it has a head() for its own purposes.
template <class B>
concept HeadBias = !Bias<B> && requires(const B& biases, Index h) {
  { biases.head(h) } -> Bias;
};

/// Adds nothing.
struct NoBias {
  constexpr double operator()(Index, Index) const { return 0.0; }
};

/// An explicit matrix of biases.
template <class V>
struct MatrixBias {
  V values;  // [Nq x Nk]
  auto operator()(Index i, Index j) const { return values(i, j); }
  void check(Index Nq, Index Nk) const { check_entries("the bias", values, Nq, Nk); }
};
template <class V>
MatrixBias(V) -> MatrixBias<V>;

/// Calls the biases' own check against the number of heads, where they have one.
template <class B>
void check_head_bias(const B& biases, Index H) {
  if constexpr (requires { biases.check(H); }) biases.check(H);
}

/// What head h adds: its own bias, or the one that all heads share.
template <class B>
decltype(auto) bias_of_head(const B& bias, Index h) {
  if constexpr (HeadBias<B>) {
    return bias.head(h);
  } else {
    return (bias);
  }
}

/// Adds bias(i, j) to the scores, in a block whose first row is query `first`. The bias is that of all rows:
/// check_rule() it once before the first block.
template <class S, Bias B>
void add_bias(S&& scores, const B& bias, Index first) {
  using T = typename std::decay_t<S>::Scalar;
  if constexpr (std::is_same_v<B, NoBias>) return;
  for (Index i = 0; i < scores.rows(); ++i)
    for (Index j = 0; j < scores.cols(); ++j) scores(i, j) += T(bias(first + i, j));
}

/// The same for all rows at once: any writable matrix or block. Throws ShapeError where the bias doesn't fit.
template <class S, Bias B>
void add_bias(S&& scores, const B& bias) {
  check_rule(bias, scores.rows(), scores.cols());
  add_bias(scores, bias, 0);
}

}  // namespace attn
