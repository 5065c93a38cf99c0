// The labels along one side of a map: which are shown, where, and whether they must be turned.
//
// Column labels lie level when all of them fit side by side, and stand otherwise. Where even that is too tight, every
// k-th is shown, with the smallest k that keeps them apart. Without labels an axis counts, at round numbers.
#pragma once

#include <attn/base/matrix.hpp>
#include <attn/render/number.hpp>
#include <attn/render/text.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace attn::render {

struct Axis {
  struct Mark {
    double at;  // pixels from the map's first edge to the middle of the labelled cell
    std::u32string text;
  };
  std::vector<Mark> marks;
  bool standing = false;  // column labels that run upwards
  bool ticks = false;     // not every cell has a label: short lines show which have
  Index every = 1;        // 1 shows all
  int depth = 0;          // pixels from the map outwards
};

enum class Side { rows, columns };

/// Labels longer than this many letters are cut.
inline constexpr int kLongestLabel = 24;
inline constexpr int kTick = 4, kTickGap = 3, kLabelGap = 5, kLevelGap = 8;  // pixels

/// Pixels between the middles of two labels beside each other, at least.
inline double label_pitch(const Text& text) { return text.cap_height() + 4.0; }

inline double widest_of(const Text& text, const std::vector<std::u32string>& labels) {
  double widest = 0;
  for (const std::u32string& label : labels) widest = std::max(widest, text.width(label));
  return widest;
}

/// Lays out `labels`, one for each of n cells that share `extent` pixels; without labels, numbers from `first` on.
inline Axis layout_axis(const Text& text, Side side, const std::vector<std::u32string>& labels, Index n, double extent,
                        Index first = 0) {
  Axis axis;
  const double pitch = extent / static_cast<double>(n);
  const auto number = [](Index i) {
    const std::string digits = std::to_string(i);
    return std::u32string(digits.begin(), digits.end());
  };
  const auto add = [&](Index i, std::u32string label) {
    axis.marks.push_back({(static_cast<double>(i) + 0.5) * pitch, std::move(label)});
  };

  if (labels.empty()) {
    const double apart = std::max(text.width(number(first + n - 1)) + 14, extent / 16);
    for (Index power = 1; axis.marks.empty(); power *= 10)
      for (const Index factor : {1, 2, 5}) {
        axis.every = factor * power;
        if (static_cast<double>(axis.every) * pitch < apart && axis.every < n) continue;
        for (Index i = (axis.every - first % axis.every) % axis.every; i < n; i += axis.every)
          add(i, number(first + i));
        if (axis.marks.empty()) add(0, number(first));
        break;
      }
  } else {
    std::vector<std::u32string> shown;
    const double most = kLongestLabel * text.width(U"n");
    for (const std::u32string& label : labels) shown.push_back(text.cut(label, most));
    const double widest = widest_of(text, shown);
    axis.standing = side == Side::columns && widest + kLevelGap > pitch;
    const double apart = side == Side::columns && !axis.standing ? pitch : label_pitch(text);
    axis.every = std::min(n, std::max<Index>(1, static_cast<Index>(std::ceil(apart / pitch - 1e-9))));
    for (Index i = 0; i < n; i += axis.every) add(i, shown[static_cast<std::size_t>(i)]);
  }
  axis.ticks = axis.every > 1 || (labels.empty() && n > 1);
  double reach = text.cap_height() + 4;
  if (side == Side::rows || axis.standing) {
    reach = 0;
    for (const Axis::Mark& mark : axis.marks) reach = std::max(reach, text.width(mark.text));
  }
  axis.depth = (axis.ticks ? kTick + kTickGap : kLabelGap) + static_cast<int>(std::ceil(reach));
  return axis;
}

/// Draws row labels that end left of the map's edge x; the map begins at y.
inline void draw_row_axis(Image& image, Text& text, const Axis& axis, int x, int y, Color ink, Color line) {
  for (const Axis::Mark& mark : axis.marks) {
    const int middle = y + static_cast<int>(std::floor(mark.at));
    if (axis.ticks) image.fill_rect(x - kTick, middle, kTick, 1, line);
    const double right = x - (axis.ticks ? kTick + kTickGap : kLabelGap);
    text.draw(image, std::floor(right - text.width(mark.text)), middle + (text.cap_height() + 1) / 2, mark.text, ink);
  }
}

/// Draws column labels that begin below the map's edge y; the map begins at x.
inline void draw_column_axis(Image& image, Text& text, const Axis& axis, int x, int y, Color ink, Color line) {
  for (const Axis::Mark& mark : axis.marks) {
    const int middle = x + static_cast<int>(std::floor(mark.at)), top = y + (axis.ticks ? kTick + kTickGap : kLabelGap);
    if (axis.ticks) image.fill_rect(middle, y, 1, kTick, line);
    if (axis.standing)
      text.draw_up(image, middle + (text.cap_height() + 1) / 2, std::ceil(top + text.width(mark.text)), mark.text, ink);
    else
      text.draw(image, std::round(x + mark.at - text.width(mark.text) / 2), top + text.cap_height(), mark.text, ink);
  }
}

}  // namespace attn::render
