// The colours of a figure besides its cells, on a light or a dark ground.
#pragma once

#include <attn/render/colormap.hpp>
#include <attn/render/image.hpp>

#include <vector>

namespace attn::render {

struct Theme {
  Color background, ink, muted, line, bad, bad_stripe;

  static Theme light() {
    return {{255, 255, 255}, {33, 33, 33}, {97, 97, 97}, {150, 150, 150}, {216, 216, 216}, {176, 176, 176}};
  }
  static Theme dark() {
    return {{22, 24, 28}, {232, 232, 232}, {160, 164, 170}, {104, 108, 116}, {72, 75, 82}, {104, 108, 116}};
  }
};

/// Cells take this many colours of the map: with a ground, lines, and two inks of 15 shades each, a figure's colours
/// fit a palette of 256.
inline constexpr int kLevels = 220;

/// The colours of levels 0 … kLevels − 1, and behind them that of cells without a number.
inline std::vector<Color> level_colors(const Colormap& map, const Theme& theme) {
  std::vector<Color> colors;
  for (int level = 0; level < kLevels; ++level) colors.push_back(map(level / (kLevels - 1.0)));
  colors.push_back(theme.bad);
  return colors;
}

/// Perceived brightness, 0 to 1 [ITU-R BT.601 weights].
inline double brightness(Color color) { return (0.299 * color.r + 0.587 * color.g + 0.114 * color.b) / 255.0; }

}  // namespace attn::render
