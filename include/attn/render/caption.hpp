// The line under a figure: what its colours mean and what was done to the numbers. It never leaves out a scale or a
// pooling.
#pragma once

#include <attn/render/heatmap_options.hpp>
#include <attn/render/number.hpp>

#include <cmath>
#include <optional>
#include <string>

namespace attn::render {

/// What the caption reports.
struct FigureFacts {
  Limits seen;                 // the smallest and largest number in the picture, after pooling
  std::optional<Scale> scale;  // the one scale; nothing when each row or panel has its own
  Index panels = 1;
  Index rows_per_cell = 1, columns_per_cell = 1;  // at most, when pooled
  bool equal_blocks = true;                       // all cells cover that many
  bool ends_chosen = false;                       // by the reader, not found in the numbers
  bool symmetric = false;                         // about 0
  Index bad = 0;                                  // cells without a finite number
  bool values_left_out = false;                   // they were asked for and don't fit
  Index every_row = 1, every_column = 1;          // every k-th label is shown
};

/// The words for the scale: "min–max 0.02 … 0.81", "robust 2–98 %: 0.01 … 0.3, log, floor 1e-4",
/// "each row on its own scale".
inline std::string describe_scale(const FigureFacts& facts, const Normalize& normalize) {
  using Range = Normalize::Range;
  const bool log = normalize.curve == Normalize::Curve::log;
  std::string text;
  if (!facts.scale) {
    text = normalize.range == Range::row ? "each row on its own scale" : "each map on its own scale";
  } else if (facts.scale->constant()) {
    text = facts.seen.empty() ? "no finite value" : "all values equal: " + short_number(facts.seen.low);
    if (!facts.seen.empty() && facts.seen.low != facts.seen.high) text = "all values below the floor";
  } else {
    const Limits& limits = facts.scale->limits();
    const bool found = !facts.ends_chosen && normalize.range != Range::fixed;
    text = !found ? "scale" : normalize.range == Range::robust ? "robust 2–98 %:" : "min–max";
    // 3e-25 of a range that ends at 0.6 would only be noise.
    const bool nearly_zero = limits.low != 0 && std::abs(limits.low) < 5e-4 * limits.high && !log;
    text += (nearly_zero ? " ≈ 0" : " " + short_number(limits.low)) + " … " + short_number(limits.high);
    if (facts.symmetric) text += ", symmetric about 0";
    if ((facts.seen.low < limits.low && !log) || facts.seen.high > limits.high)
      text += ", values beyond in the ends’ colours";
  }
  if (normalize.curve == Normalize::Curve::gamma) text += ", gamma " + short_number(normalize.gamma);
  if (log) text += ", log, floor " + short_number(normalize.floor);
  return text;
}

/// The whole caption.
inline std::string caption(const FigureFacts& facts, const HeatmapOptions& options) {
  std::string text = options.note;
  const auto add = [&](const std::string& sentence) { text += (text.empty() ? "" : " · ") + sentence; };
  add(describe_scale(facts, options.normalize));
  if (facts.rows_per_cell * facts.columns_per_cell > 1) {
    const std::string block = std::to_string(facts.rows_per_cell) + " × " + std::to_string(facts.columns_per_cell);
    add(std::string("each pixel ") + pool_name(options.pool) + " of " + (facts.equal_blocks ? "" : "up to ") + block +
        " cells");
  }
  if (facts.bad > 0) add("grey: not a finite number (" + std::to_string(facts.bad) + ")");
  if (facts.values_left_out) add("cells are too small for their values");
  if (facts.every_row > 1 && facts.every_row == facts.every_column) {
    add("one label in " + std::to_string(facts.every_row) + " shown");
  } else {
    if (facts.every_row > 1) add("one row label in " + std::to_string(facts.every_row) + " shown");
    if (facts.every_column > 1) add("one column label in " + std::to_string(facts.every_column) + " shown");
  }
  return text;
}

}  // namespace attn::render
