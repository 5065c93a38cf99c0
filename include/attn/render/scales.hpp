// The scales of a figure: one for all its maps or, where the reader asks for it, one for each map or row.
#pragma once

#include <attn/base/error.hpp>
#include <attn/render/heatmap_options.hpp>
#include <attn/render/number.hpp>
#include <attn/render/scale.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace attn::render {

class Scales {
 public:
  /// Finds the ranges of what is drawn: the panels after pooling. Throws UsageError for a chosen end beyond all
  /// numbers.
  Scales(const std::vector<Panel>& panels, const HeatmapOptions& options)
      : options_(options), normalize_(options.normalize) {
    if (options.vmin) normalize_.floor = *options.vmin;
    for (const Panel& panel : panels) {
      const Limits limits = limits_of(panel);
      if (!limits.empty()) seen_.include(limits.low), seen_.include(limits.high);
      seen_.bad += limits.bad;
    }
    const Normalize& normalize = normalize_;
    symmetric_ = options.colormap.diverging && normalize.range != Normalize::Range::fixed && seen_.low < 0 &&
                 normalize.curve != Normalize::Curve::log && !ends_chosen();
    const bool own_but_only = normalize.range == Normalize::Range::head && panels.size() == 1;
    if (normalize.one_scale() || own_but_only)
      shared_ = within(normalize.range == Normalize::Range::robust ? robust_limits(panels) : seen_);
    check_ends();
  }

  /// The one scale of all maps; nothing when each map or row has its own.
  const std::optional<Scale>& shared() const { return shared_; }

  /// The scale of a map; nothing when each row has its own.
  std::optional<Scale> of_panel(const Panel& panel) const {
    if (shared_ || options_.normalize.range == Normalize::Range::row) return shared_;
    return within(limits_of(panel));
  }

  /// The scale of one row.
  Scale of_row(const Panel& panel, Index i) const {
    const float* row = panel.data() + i * panel.outerStride();
    return within(limits_of(Panel(row, 1, panel.cols(), Eigen::OuterStride<>(panel.cols()))));
  }

  const Normalize& normalize() const { return normalize_; }            // with a chosen low end as the floor
  const Limits& seen() const { return seen_; }                         // smallest and largest finite number
  Index bad() const { return seen_.bad; }                              // how many aren't finite
  bool symmetric() const { return symmetric_; }                        // about 0, for a diverging colour map
  bool ends_chosen() const { return options_.vmin || options_.vmax; }  // by the reader

 private:
  /// One end chosen beyond all numbers would leave nothing to tell apart. Both may lie anywhere.
  void check_ends() const {
    if (normalize_.curve == Normalize::Curve::log && options_.vmax && *options_.vmax <= normalize_.floor)
      throw UsageError("heatmap: vmax is " + short_number(*options_.vmax) +
                       ", expected more than the floor of the log scale, " + short_number(normalize_.floor));
    if (!shared_ || !shared_->constant() || seen_.empty() || seen_.low == seen_.high) return;
    if (options_.vmin && !options_.vmax && *options_.vmin >= seen_.high)
      throw UsageError("heatmap: vmin is " + short_number(*options_.vmin) + ", expected less than the largest value, " +
                       short_number(seen_.high) + "; say vmax as well");
    if (options_.vmax && !options_.vmin && *options_.vmax <= seen_.low)
      throw UsageError("heatmap: vmax is " + short_number(*options_.vmax) +
                       ", expected more than the smallest value, " + short_number(seen_.low) + "; say vmin as well");
  }

  /// The scale for numbers within `limits`, with the ends that the reader chose.
  Scale within(Limits limits) const {
    if (options_.normalize.range == Normalize::Range::fixed) limits.low = 0, limits.high = 1;
    if (symmetric_ && !limits.empty())
      limits.high = std::max(std::abs(limits.low), std::abs(limits.high)), limits.low = -limits.high;
    if (options_.vmin) limits.low = *options_.vmin, limits.high = std::max(limits.high, limits.low);
    if (options_.vmax) limits.high = *options_.vmax, limits.low = std::min(limits.low, limits.high);
    return Scale(normalize_, limits);
  }

  const HeatmapOptions& options_;
  Normalize normalize_;
  Limits seen_;
  bool symmetric_ = false;
  std::optional<Scale> shared_;
};

}  // namespace attn::render
