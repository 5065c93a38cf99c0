// All the weights of attention, as a reduction: written once, when they are true.
//
// Oracle: step 3 of core/attention.hpp.
#pragma once

#include <attn/kernel/reduction.hpp>
#include <attn/kernel/tile_functions.hpp>

#include <algorithm>
#include <optional>
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
    void begin(const Strip&) { tile_.reset(); }
    void add(const WeightsTile<T>& tile) { tile_.emplace(tile); }
    void end(const RowSums<T>& sums) {
      const Strip& strip = sums.strip;
      const StridedMap<T>& weights = whole_.weights_[static_cast<std::size_t>(strip.head)];
      const Index Nk = weights.cols();
      const Index first = tile_ ? tile_->first_key : 0, last = tile_ ? first + tile_->keys() : 0;
      for (Index r = 0; r < strip.rows; ++r) {
        T* row = const_cast<T*>(weights.data()) + (strip.first_row + r) * weights.outerStride();
        const T factor = sums.factor(r);
        const T hidden = T(0) * factor;  // NaN beside NaN, so that the mistake stays visible
        std::fill(row, row + first, hidden);
        if (tile_)
          functions_.scale(tile_->weights.data() + r * tile_->weights.outerStride(), tile_->keys(), factor,
                           whole_.out_of_cache_, row + first);
        std::fill(row + last, row + Nk, hidden);
      }
    }

   private:
    const TileFunctions<T>& functions_ = tile_functions<T>();
    const WholeWeights& whole_;
    std::optional<WeightsTile<T>> tile_;  // in the cache until the next strip begins
  };
  Worker worker(Index) const { return Worker(*this); }

 private:
  static constexpr std::size_t kCache = std::size_t{16} << 20;  // bytes: about what a core may have of the last cache
  std::span<const StridedMap<T>> weights_;
  bool out_of_cache_;
};

}  // namespace attn
