// The colour bar: which colour stands for which number, at most six of them named.
#pragma once

#include <attn/base/utf8.hpp>
#include <attn/render/axis.hpp>
#include <attn/render/backdrop.hpp>
#include <attn/render/number.hpp>
#include <attn/render/scale.hpp>
#include <attn/render/text.hpp>
#include <attn/render/theme.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace attn::render {

struct ColorBar {
  static constexpr int kWidth = 14, kMostTicks = 6;

  struct Mark {
    double t;  // 0 at the bottom, 1 at the top
    std::u32string text;
  };
  std::vector<Mark> marks;
  std::u32string name;  // what is counted, where that isn't the value itself
  int depth = 0;        // pixels from the bar's left edge to the end of its text
};

/// The bar of one scale, `height` pixels high; the ends in `fixed`, that the reader chose, are always named. Without a
/// scale, the bar of maps that have one for each row or panel: 0 to 1, "of" that range.
inline ColorBar layout_color_bar(const Text& text, const std::optional<Scale>& scale, int height, Limits fixed,
                                 std::u32string name) {
  ColorBar bar;
  const auto wide = [](const std::string& narrow) { return decode_utf8(narrow); };
  const double apart = (text.cap_height() + 6.0) / std::max(1, height);
  const auto add = [&](double t, const std::string& label) {
    for (const ColorBar::Mark& mark : bar.marks)
      if (std::abs(mark.t - t) < apart) return;
    bar.marks.push_back({t, wide(label)});
  };
  if (!scale) {
    for (const Tick& tick : round_ticks(0, 1, height < 80 ? 3 : ColorBar::kMostTicks)) add(tick.value, tick.text);
  } else if (scale->constant()) {
    add(0.5, short_number(scale->limits().low));
  } else {
    const Limits& limits = scale->limits();
    const bool log = scale->normalize().curve == Normalize::Curve::log;
    const int room = std::clamp(height / (text.cap_height() * 2 + 8), 2, ColorBar::kMostTicks);
    const int ends = std::isfinite(fixed.low) + std::isfinite(fixed.high), most = std::max(2, room - ends);
    const std::vector<Tick> ticks =
        log ? log_ticks(limits.low, limits.high, most) : round_ticks(limits.low, limits.high, most);
    for (const double end : {fixed.low, fixed.high}) {
      if (!std::isfinite(end)) continue;
      const auto same = std::find_if(ticks.begin(), ticks.end(), [&](const Tick& tick) {
        return std::abs(tick.value - end) < 1e-6 * (limits.high - limits.low);
      });
      add((*scale)(end), same != ticks.end() ? same->text : short_number(end));
    }
    for (const Tick& tick : ticks)
      if (bar.marks.size() < ColorBar::kMostTicks) add((*scale)(tick.value), tick.text);
    if (bar.marks.size() < 2) {  // too short for round numbers: one alone says nothing
      bar.marks.clear();
      add(0, short_number(limits.low));
      add(1, short_number(limits.high));
    }
  }
  double widest = 0;
  for (const ColorBar::Mark& mark : bar.marks) widest = std::max(widest, text.width(mark.text));
  bar.depth = ColorBar::kWidth + kTick + kTickGap + static_cast<int>(std::ceil(widest));
  bar.name = std::move(name);
  if (!bar.name.empty()) bar.depth += 6 + text.line_height();
  return bar;
}

/// Draws the bar; of maps that lie over a picture, with what a colour is over black on its left to white on its right.
inline void draw_color_bar(Image& image, Text& text, const ColorBar& bar, int x, int y, int height,
                           const std::vector<Color>& colors, const Theme& theme, bool over_picture = false) {
  for (int line = 0; line < height; ++line) {
    const double t = 1 - (line + 0.5) / height;
    const Color color = colors[static_cast<std::size_t>(t * kLevels)];
    image.fill_rect(x, y + line, ColorBar::kWidth, 1, color);
    for (int u = 0; over_picture && u < ColorBar::kWidth; ++u)
      image.set(x + u, y + line, Backdrop::over(static_cast<std::uint8_t>(u * 255 / (ColorBar::kWidth - 1)), color));
  }
  image.frame(x - 1, y - 1, ColorBar::kWidth + 2, height + 2, theme.line);
  for (const ColorBar::Mark& mark : bar.marks) {
    const int middle = y + static_cast<int>(std::round((1 - mark.t) * (height - 1)));
    image.fill_rect(x + ColorBar::kWidth, middle, kTick, 1, theme.line);
    text.draw(image, x + ColorBar::kWidth + kTick + kTickGap, middle + (text.cap_height() + 1) / 2, mark.text,
              theme.ink);
  }
  if (!bar.name.empty()) {
    const int baseline = x + bar.depth - text.line_height() + text.ascent();
    text.draw_up(image, baseline, y + (height + text.width(bar.name)) / 2, bar.name, theme.muted);
  }
}

}  // namespace attn::render
