// Colour maps: 256 colours from the lowest value to the highest, by name.
#pragma once

#include <attn/base/error.hpp>
#include <attn/render/colormap_tables.hpp>
#include <attn/render/image.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace attn::render {

struct Colormap {
  std::string name;
  std::array<Color, 256> colors;  // lowest value first
  bool diverging = false;         // two hues that meet in the middle, for signed values

  /// The colour at t in [0, 1], between entries a mixture; t outside is taken to the nearer end.
  Color operator()(double t) const {
    const int position = static_cast<int>(std::clamp(t, 0.0, 1.0) * 255 * 256 + 0.5);
    const std::size_t entry = static_cast<std::size_t>(position / 256);
    return mix(colors[entry], colors[std::min<std::size_t>(entry + 1, 255)], position % 256, 256);
  }
};

/// The names that colormap() knows, the default first.
inline const std::vector<std::string>& colormap_names() {
  static const std::vector<std::string> names = {"viridis", "magma", "inferno", "cividis",
                                                 "rocket",  "mako",  "greys",   "vlag"};
  return names;
}

/// The colour map of a name. Throws UsageError, listing the names, for one that it doesn't know.
inline Colormap colormap(std::string_view name) {
  const auto from_table = [&](const detail::ColorTable& table, bool diverging) {
    Colormap map{std::string(name), {}, diverging};
    std::transform(table.begin(), table.end(), map.colors.begin(), [](std::uint32_t rgb) {
      return Color{static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8),
                   static_cast<std::uint8_t>(rgb)};
    });
    return map;
  };
  if (name == "viridis") return from_table(detail::kViridis, false);
  if (name == "magma") return from_table(detail::kMagma, false);
  if (name == "inferno") return from_table(detail::kInferno, false);
  if (name == "cividis") return from_table(detail::kCividis, false);
  if (name == "rocket") return from_table(detail::kRocket, false);
  if (name == "mako") return from_table(detail::kMako, false);
  if (name == "vlag") return from_table(detail::kVlag, true);
  if (name == "greys") {  // white to black, ink on paper
    detail::ColorTable table{};
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<std::uint32_t>(255 - i) * 0x010101u;
    return from_table(table, false);
  }
  std::string message = "colormap: there is no \"" + std::string(name) + "\", expected one of";
  for (const std::string& known : colormap_names()) message += (known == "viridis" ? " " : ", ") + known;
  throw UsageError(message);
}

}  // namespace attn::render
