// All the weights of attention, as a reduction: written once, when they are true.
//
// Oracle: step 3 of core/attention.hpp.
#pragma once

#include <attn/kernel/reduction.hpp>
#include <attn/kernel/tile_functions.hpp>

#include <algorithm>
#include <span>

namespace attn {

/// Writes the weights [Nq x Nk] of each head into memory of the caller's.
template <class T>
class WholeWeights {
 public:
  static constexpr bool kWholeRows = true;

  explicit WholeWeights(std::span<const StridedMap<T>> weights) : weights_(weights) {
    std::size_t bytes = 0;
    for (const auto& w : weights) bytes += static_cast<std::size_t>(w.size()) * sizeof(T);
    out_of_cache_ = bytes > kCache;
  }

  void check(Index Nq, Index Nk, Index H) const {
    detail::check_made_for("whole weights", {static_cast<Index>(weights_.size())}, {H}, "heads");
    for (const auto& w : weights_)
      check_shape(w.rows() == Nq && w.cols() == Nk, "whole weights", "the memory", shape_of(w),
                  to_string(Shape{Nq, Nk}));
  }

  class Worker {
   public:
    explicit Worker(const WholeWeights& whole) : whole_(whole) {}
    void begin(const Strip&) { seen_ = false; }
    void row(Index r, const WeightsTile<T>& tile, const RowSums<T>& sums) {
      T* target = row_of(r, sums.strip);
      const T factor = sums.factor(r);
      const Index last = tile.first_key + tile.keys();
      hide(target, 0, tile.first_key, factor);
      functions_.scale(tile.row(r), tile.keys(), factor, whole_.out_of_cache_, target + tile.first_key);
      hide(target, last, keys(sums.strip), factor);
    }
    void add(const WeightsTile<T>&) { seen_ = true; }
    void end(const RowSums<T>& sums) {
      if (whole_.out_of_cache_) functions_.fence();
      if (seen_) return;
      for (Index r = 0; r < sums.strip.rows; ++r) hide(row_of(r, sums.strip), 0, keys(sums.strip), sums.factor(r));
    }

   private:
    const StridedMap<T>& weights_of(const Strip& strip) const {
      return whole_.weights_[static_cast<std::size_t>(strip.head)];
    }
    Index keys(const Strip& strip) const { return weights_of(strip).cols(); }
    T* row_of(Index r, const Strip& strip) const {
      const StridedMap<T>& weights = weights_of(strip);
      return const_cast<T*>(weights.data()) + (strip.first_row + r) * weights.outerStride();
    }
    /// The weights of keys that no row of the strip sees: 0, but NaN beside NaN, so that the mistake stays visible.
    static void hide(T* row, Index first, Index end, T factor) { std::fill(row + first, row + end, T(0) * factor); }

    const TileFunctions<T>& functions_ = tile_functions<T>();
    const WholeWeights& whole_;
    bool seen_ = false;
  };
  Worker worker(Index) const { return Worker(*this); }

 private:
  static constexpr std::size_t kCache = std::size_t{8} << 20;  // bytes: about what a core may have of the last cache
  std::span<const StridedMap<T>> weights_;
  bool out_of_cache_;
};

}  // namespace attn
