// Masks: which keys a query may see.
//
// A mask is any object with  mask(i, j) -> bool,  true where query i may see key j. A hidden score becomes −inf, so
// that softmax gives it exactly 0. Masks combine with &: CausalMask{} & PaddingMask{...}.
#pragma once

#include <attn/base/shape.hpp>

#include <algorithm>
#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

namespace attn {

template <class M>
concept Mask = requires(const M& mask, Index i, Index j) {
  { mask(i, j) } -> std::convertible_to<bool>;
};

/// Throws ShapeError unless a matrix of masks or biases has an entry for each query and key.
template <class V>
void check_entries(const char* what, const Eigen::EigenBase<V>& entries, Index Nq, Index Nk) {
  if (entries.rows() != Nq || entries.cols() != Nk)
    check_shape(false, "attention", what, shape_of(entries), to_string(Shape{Nq, Nk}),
                "one row for each query, one column for each key");
}

/// Calls a mask's or bias's own check against the number of queries and keys, where it has one. A matrix that is passed
/// as it is must have an entry for each.
template <class Rule>
void check_rule(const Rule& rule, Index Nq, Index Nk) {
  if constexpr (requires { rule.check(Nq, Nk); })
    rule.check(Nq, Nk);
  else if constexpr (std::is_base_of_v<Eigen::EigenBase<Rule>, Rule>)
    check_entries("the matrix of a mask or bias", rule, Nq, Nk);
}

/// Every query sees every key.
struct NoMask {
  constexpr bool operator()(Index, Index) const { return true; }
};

/// Query i sees keys 0 … i + offset. `offset` is the number of keys that precede the first query (a decoder's cache).
struct CausalMask {
  Index offset = 0;
  constexpr bool operator()(Index i, Index j) const { return j <= i + offset; }
};

/// Query i sees itself and the window − 1 keys before it [Jiang 2023, §2].
struct SlidingWindowMask {
  Index window;
  Index offset = 0;  // as in CausalMask
  constexpr bool operator()(Index i, Index j) const { return j <= i + offset && j > i + offset - window; }
};

/// Query i sees the keys at most `width` tokens before or after it: the sliding window of encoders [Beltagy 2020,
/// §3.1], whose w is 2·width.
struct BandMask {
  Index width;
  Index offset = 0;  // as in CausalMask
  constexpr bool operator()(Index i, Index j) const { return j <= i + offset + width && j >= i + offset - width; }
};

/// The first `prefix` keys are seen by every query, the others causally: a prefix language model [Raffel 2020, §3.2.1].
struct PrefixMask {
  Index prefix;
  Index offset = 0;  // as in CausalMask
  constexpr bool operator()(Index i, Index j) const { return j < prefix || j <= i + offset; }
};

/// Hides the keys that are padding.
struct PaddingMask {
  std::vector<bool> visible;  // [Nk], true where the key is a real token
  bool operator()(Index, Index j) const { return visible[static_cast<std::size_t>(j)]; }
  void check(Index, Index Nk) const {
    const Index size = static_cast<Index>(visible.size());
    check_shape(size == Nk, "attention", "the padding mask", {size}, to_string(Shape{Nk}), "one entry for each key");
  }
};

/// An explicit matrix: query i sees key j where visible(i, j) isn't 0.
template <class V>
struct MatrixMask {
  V visible;  // [Nq x Nk]
  bool operator()(Index i, Index j) const { return visible(i, j) != typename V::Scalar(0); }
  void check(Index Nq, Index Nk) const { check_entries("the mask", visible, Nq, Nk); }
};
template <class V>
MatrixMask(V) -> MatrixMask<V>;

/// A key is seen where both masks let it be seen.
template <Mask A, Mask B>
struct BothMasks {
  A a;
  B b;
  bool operator()(Index i, Index j) const { return a(i, j) && b(i, j); }
  void check(Index Nq, Index Nk) const {
    check_rule(a, Nq, Nk);
    check_rule(b, Nq, Nk);
  }
};
template <Mask A, Mask B>
BothMasks<A, B> operator&(A a, B b) {
  return {std::move(a), std::move(b)};
}

/// Sets the scores that `mask` hides to −inf, in a block whose first row is query `first`. The mask is that of all
/// rows: check_rule() it once before the first block.
template <class S, Mask M>
void hide(S&& scores, const M& mask, Index first) {
  using T = typename std::decay_t<S>::Scalar;
  if constexpr (std::is_same_v<M, NoMask>) return;
  for (Index i = 0; i < scores.rows(); ++i)
    for (Index j = 0; j < scores.cols(); ++j)
      if (!mask(first + i, j)) scores(i, j) = T(-std::numeric_limits<double>::infinity());
}

/// The same for all rows at once: any writable matrix or block. Throws ShapeError where the mask doesn't fit.
template <class S, Mask M>
void hide(S&& scores, const M& mask) {
  check_rule(mask, scores.rows(), scores.cols());
  hide(scores, mask, 0);
}

}  // namespace attn
