// The line under a figure: what its colours mean and what was done to the numbers. It never leaves out a scale or a
// pooling.
#pragma once

#include <attn/render/heatmap_options.hpp>
#include <attn/render/number.hpp>
#include <attn/render/scales.hpp>

#include <cmath>
#include <string>

namespace attn::render {

/// What the caption reports besides the scales.
struct FigureFacts {
  Index rows_per_cell = 1, columns_per_cell = 1;  // at most, when pooled
  bool equal_blocks = true;                       // all cells cover that many
  bool pixels = true;                             // a cell is a pixel, or near to it
  bool over_picture = false;                      // which shows through, in grey
  bool values_left_out = false;                   // they were asked for and don't fit
  Index every_row = 1, every_column = 1;          // every k-th label is shown; 0: none

  /// What becomes of a matrix [N x M] drawn as `rows` x `columns` cells.
  static FigureFacts of_pooling(Index N, Index M, Index rows, Index columns) {
    FigureFacts facts;
    facts.rows_per_cell = (N + rows - 1) / rows;
    facts.columns_per_cell = (M + columns - 1) / columns;
    facts.equal_blocks = N % rows == 0 && M % columns == 0;
    return facts;
  }
};

/// The low end of a scale: "0.02", and "≈0" where that's exact enough: 3e-25 of a range that ends at 0.6 is noise.
inline std::string low_end_text(const Scale& scale) {
  const Limits& limits = scale.limits();
  const bool log = scale.normalize().curve == Normalize::Curve::log;
  const bool nearly_zero = limits.low != 0 && std::abs(limits.low) < 5e-4 * limits.high && !log;
  return nearly_zero ? "≈0" : short_number(limits.low);
}

/// The words for the scale: "min–max 0.02 … 0.81", "robust 2–98 %: 0.01 … 0.3, log, floor 0.0001",
/// "each row on its own scale".
inline std::string describe_scale(const Scales& scales, const HeatmapOptions& options) {
  const Normalize& normalize = scales.normalize();
  using Range = Normalize::Range;
  const bool log = normalize.curve == Normalize::Curve::log;
  std::string text;
  if (!scales.shared()) {
    text = normalize.range == Range::row ? "each row on its own scale" : "each map on its own scale";
    if (options.vmin) text += " from " + short_number(*options.vmin);
    if (options.vmax) text += " up to " + short_number(*options.vmax);
  } else if (scales.seen().empty()) {
    text = "no finite value";
  } else if (scales.shared()->constant()) {
    text = scales.seen().low == scales.seen().high ? "all values equal: " + short_number(scales.seen().low)
                                                   : "all values below the floor";
  } else {
    const Limits &limits = scales.shared()->limits(), &seen = scales.seen();
    const bool found = !scales.ends_chosen() && normalize.range != Range::fixed;
    text = !found ? "scale" : normalize.range == Range::robust ? "robust 2–98 %:" : "min–max";
    text += " " + low_end_text(*scales.shared()) + " … " + short_number(limits.high);
    if (scales.symmetric()) text += ", symmetric about 0";
    if ((seen.low < limits.low && !log) || seen.high > limits.high) text += ", values beyond in the ends’ colours";
  }
  if (normalize.curve == Normalize::Curve::gamma) text += ", gamma " + short_number(normalize.gamma);
  if (log) text += ", log, floor " + short_number(normalize.floor);
  return text;
}

/// The whole caption.
inline std::string caption(const Scales& scales, const FigureFacts& facts, const HeatmapOptions& options) {
  std::string text = options.note;
  const auto add = [&](const std::string& sentence) { text += (text.empty() ? "" : " · ") + sentence; };
  add(describe_scale(scales, options));
  if (facts.rows_per_cell * facts.columns_per_cell > 1) {
    const std::string block = std::to_string(facts.rows_per_cell) + " × " + std::to_string(facts.columns_per_cell);
    add(std::string(facts.pixels ? "each pixel " : "each cell ") + pool_name(options.pool) + " of " +
        (facts.equal_blocks ? "" : "up to ") + block + (facts.pixels ? " cells" : " values"));
  }
  if (facts.over_picture) add("over the picture in grey");
  if (scales.bad() > 0) add("grey: not a finite number (" + std::to_string(scales.bad()) + ")");
  if (facts.values_left_out) add("cells are too small for their values");
  if (facts.every_row > 1 && facts.every_row == facts.every_column) {
    add("one label in " + std::to_string(facts.every_row) + " shown");
  } else {
    if (facts.every_row > 1) add("one row label in " + std::to_string(facts.every_row) + " shown");
    if (facts.every_column == 0) add("columns are counted, not labelled");
    if (facts.every_column > 1) add("one column label in " + std::to_string(facts.every_column) + " shown");
  }
  return text;
}

}  // namespace attn::render
