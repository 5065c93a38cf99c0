// The output of attention as a reduction: each tile's weights mix the values of its keys.
//
//     o_i = Σ_j w_ij v_j        [rows x dv]
//
// Oracle: step 4 of core/attention.hpp.
#pragma once

#include <attn/kernel/packed_panels.hpp>
#include <attn/kernel/reduction.hpp>
#include <attn/kernel/tiles.hpp>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace attn::detail {

/// Into the output [Nq x dv] of each head; divided by the rows' sums where `normalise`.
template <class T, class S>
class MixValues {
 public:
  MixValues(std::span<const StridedView<S>> values, std::span<const StridedMap<T>> outputs, bool normalise)
      : values_(values), outputs_(outputs), normalise_(normalise) {}

  /// Packs the values of these heads; those of earlier ones aren't needed any more.
  void prepare(std::size_t begin, std::size_t end) {
    first_ = begin;
    packed_ = pack_all<T, S>(values_.subspan(begin, end - begin), false, T(1));
  }

  class Worker {
   public:
    Worker(const MixValues& mix, Index rows)
        : mix_(mix),
          stride_(mix.packed_[0]->panels() * functions_.panel),
          output_(std::max<Index>(1, round_up(rows, functions_.rows) * stride_)) {}

    void begin(const Strip& strip) {
      values_ = mix_.packed_[static_cast<std::size_t>(strip.head) - mix_.first_].get();
      rows_ = round_up(strip.rows, functions_.rows);
      std::fill(output_.data(), output_.data() + rows_ * stride_, T(0));
    }

    void add(const WeightsTile<T>& tile) {
      for (Index r = 0; r < tile.weights.rows(); ++r)
        if (tile.rescale[r] != T(1)) functions_.scale(row(r), stride_, tile.rescale[r], false, row(r));
      // Some keys at a time, so that their values stay in the nearest cache for all rows.
      constexpr Index kKeys = 128;
      for (Index panel = 0; panel < values_->panels(); ++panel)
        for (Index j = 0; j < tile.keys(); j += kKeys)
          functions_.product(tile.weights.data() + j, tile.weights.outerStride(),
                             values_->panel(panel, tile.first_key + j), std::min(kKeys, tile.keys() - j), rows_,
                             values_->width(panel), true, output_.data() + panel * functions_.panel, stride_);
    }

    void end(const RowSums<T>& sums) {
      StridedMap<T> output = mix_.outputs_[static_cast<std::size_t>(sums.strip.head)];
      for (Index r = 0; r < sums.strip.rows; ++r)
        functions_.scale(row(r), output.cols(), mix_.normalise_ ? sums.factor(r) : T(1), false,
                         output.data() + (sums.strip.first_row + r) * output.outerStride());
    }

   private:
    T* row(Index r) const { return output_.data() + r * stride_; }

    const TileFunctions<T>& functions_ = tile_functions<T>();
    const MixValues& mix_;
    const PackedPanels<T>* values_ = nullptr;
    Index rows_ = 0, stride_;
    AlignedMemory<T> output_;  // [rows x stride]
  };
  Worker worker(Index rows) const { return Worker(*this, rows); }

 private:
  std::span<const StridedView<S>> values_;
  std::span<const StridedMap<T>> outputs_;
  bool normalise_;
  std::size_t first_ = 0;
  std::vector<std::shared_ptr<const PackedPanels<T>>> packed_;  // [end - first]
};

}  // namespace attn::detail
