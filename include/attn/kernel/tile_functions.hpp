// What the kernel does to a tile of numbers that lies in the cache: a table of functions, one table for each
// instruction set.
//
// Everything costly is here; tile_functions.inc has the code once and is compiled for each instruction set. Lengths are
// arbitrary unless it is said otherwise, pointers need no alignment.
//
// Oracles: Eigen's product, core/softmax.hpp, core/activation.hpp.
#pragma once

#include <attn/base/matrix.hpp>
#include <attn/kernel/instruction_set.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#if ATTN_CHOOSES_INSTRUCTIONS
#include <immintrin.h>
#endif

namespace attn {

/// What exponentiate() adds up over a row.
template <class T>
struct ExpSums {
  T weights;  // Σ_j w_j
  T scores;   // Σ_j w_j·(s_j − shift)
};

template <class T>
struct TileFunctions {
  Index lanes;  // numbers in a vector register
  Index rows;   // of a tile of scores: its height is a multiple of them
  Index panel;  // columns of a full panel; of the last one: a multiple of `lanes`

  /// out [rows x columns] = a [rows x depth] · panel [depth x columns], or += where `add`. `rows` is a multiple of the
  /// table's, `columns` at most `panel` and a multiple of `lanes`; a and out have a stride, the panel is contiguous.
  void (*product)(const T* a, Index a_stride, const T* panel, Index depth, Index rows, Index columns, bool add, T* out,
                  Index out_stride);

  /// The largest of n numbers, −inf of none. NaN may be overlooked: exponentiate() doesn't.
  T (*max)(const T* x, Index n);

  /// Overwrites n scores s with the weights exp(s − shift), s ≤ shift, and adds them up. exp is accurate to 3 units in
  /// the last place; below 2^-126.5 (2^-1022.5 in double) and at −inf it is exactly 0. NaN stays NaN. n is a multiple
  /// of `lanes`.
  ExpSums<T> (*exponentiate)(T* s, Index n, T shift);

  /// out = factor · x. Where out_of_cache, past the caches: for results larger than they are, which other threads may
  /// read after fence().
  void (*scale)(const T* x, Index n, T factor, bool out_of_cache, T* out);
  void (*fence)();

  /// out [columns x rows] = factor · xᵀ of x [rows x columns].
  void (*transpose)(const T* x, Index x_stride, Index rows, Index columns, T factor, T* out, Index out_stride);

  T (*dot)(const T* x, const T* y, Index n);

  /// Overwrites n numbers x with x·Φ(x), Φ(x) = ½ (1 + erf(x / √2)), and with x·σ(linear·x + cubic·x³),
  /// σ(u) = 1 / (1 + exp(−u)). Φ and σ are accurate to 4 eps of 1, so they may be exactly 0 where they are smaller.
  void (*times_normal)(T* x, Index n);
  void (*times_logistic)(T* x, Index n, T linear, T cubic);

  /// Adds the sum of x[edges[c]] … x[edges[c + 1] − 1] to sums[c] and raises maxima[c] to their largest, for each of
  /// the cells c; none is empty.
  void (*pool)(const T* x, const Index* edges, Index cells, T* sums, T* maxima);
};

}  // namespace attn

// clang-format off
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push  // GCC 12's own headers begin many instructions with a register that isn't set, on purpose
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#if ATTN_CHOOSES_INSTRUCTIONS
#define ATTN_TILE_SET avx512
#define ATTN_TILE_BYTES 64
#define ATTN_TILE_TARGET __attribute__((target("avx512f,avx512dq,avx2,fma")))
#include <attn/kernel/tile_functions.inc>
#define ATTN_TILE_SET avx2
#define ATTN_TILE_BYTES 32
#define ATTN_TILE_TARGET __attribute__((target("avx2,fma")))
#include <attn/kernel/tile_functions.inc>
#endif
#define ATTN_TILE_SET baseline
#define ATTN_TILE_BYTES 16
#define ATTN_TILE_TARGET
#include <attn/kernel/tile_functions.inc>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
// clang-format on

namespace attn {

/// The functions for the instruction set that is in use. T is float or double.
template <class T>
const TileFunctions<T>& tile_functions() {
#if ATTN_CHOOSES_INSTRUCTIONS
  if (instruction_set() == InstructionSet::kAvx512) return detail::avx512::kTileFunctions<T>;
  if (instruction_set() == InstructionSet::kAvx2) return detail::avx2::kTileFunctions<T>;
#endif
  return detail::baseline::kTileFunctions<T>;
}

}  // namespace attn
