// The values written into the cells of a map, all with the same number of digits.
#pragma once

#include <attn/base/utf8.hpp>
#include <attn/render/number.hpp>
#include <attn/render/scale.hpp>
#include <attn/render/text.hpp>
#include <attn/render/theme.hpp>

#include <cmath>
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace attn::render {

/// How values are written: digits behind the point or, for very small and large ones, significant digits.
struct ValueFormat {
  int digits = 2;
  bool significant = false;

  /// Nothing for NaN: such cells are hatched.
  std::string operator()(float x) const {
    if (std::isnan(x)) return "";
    if (Scale::is_bad(x) || significant) return short_number(static_cast<double>(x), digits);
    return fixed_number(static_cast<double>(x), digits);
  }
};

/// The most digits, at most three, with which every value fits `width` x `height` pixels; nothing when none do.
inline std::optional<ValueFormat> fit_values(const Text& text, const std::vector<Panel>& panels, int width,
                                             int height) {
  if (height < text.cap_height() + 4 || width < text.width(U"0.0") + 4) return std::nullopt;
  double largest = 0;
  for (const Panel& panel : panels) {
    const Limits limits = limits_of(panel);
    if (!limits.empty()) largest = std::max({largest, std::abs(limits.low), std::abs(limits.high)});
  }
  const bool significant = largest > 0 && (largest < 0.01 || largest >= 1e4);
  const auto fits = [&](const ValueFormat& format) {
    for (const Panel& panel : panels)
      for (Index i = 0; i < panel.rows(); ++i)
        for (Index j = 0; j < panel.cols(); ++j)
          if (text.width(decode_utf8(format(panel(i, j)))) + 6 > width) return false;
    return true;
  };
  for (int digits = largest >= 100 ? 1 : 3; digits >= 1; --digits)
    if (const ValueFormat format{digits, significant}; fits(format)) return format;
  return std::nullopt;
}

/// Writes the value of a cell into its middle, dark on a light colour and light on a dark one.
inline void draw_value(Image& image, Text& text, const std::string& value, int x, int y, int width, int height,
                       Color ground) {
  const std::u32string letters = decode_utf8(value);
  const Color ink = brightness(ground) > 0.5 ? Color{25, 25, 25} : Color{245, 245, 245};
  text.draw(image, std::round(x + (width - text.width(letters)) / 2), y + (height + text.cap_height()) / 2, letters,
            ink);
}

}  // namespace attn::render
