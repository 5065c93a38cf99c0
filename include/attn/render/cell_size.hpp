// How large a matrix is drawn: its cells, after pooling, and the pixels of each.
#pragma once

#include <attn/base/matrix.hpp>
#include <attn/render/axis.hpp>
#include <attn/render/heatmap_options.hpp>

#include <algorithm>
#include <cmath>

namespace attn::render {

struct CellSize {
  Index rows, columns;  // cells of the picture; fewer than the matrix has when it's pooled
  int width, height;    // pixels of a cell
};

/// Pixels between the panels of a grid, at least.
inline int panel_gap(Index down, Index across) { return down * across == 1 ? 0 : std::max(down, across) > 6 ? 8 : 18; }

/// The cells of each [N x M] panel in a grid of `down` x `across` panels that stand `gap` pixels apart. Column labels
/// of `label_width` pixels lie level if slightly larger cells make that possible. Panels that were pooled before are
/// drawn cell by cell, unless a width is asked for.
inline CellSize choose_cell_size(Index N, Index M, Index down, Index across, int gap, const HeatmapOptions& options,
                                 double label_width = 0) {
  if (options.cell > 0) return {N, M, options.cell, options.cell};

  const bool single = down * across == 1;
  const Index limit = options.width > 0 ? options.width : single ? 1600 : 2000;  // pixels for all panels together
  const auto room = [&](Index panels) { return std::max<Index>(8, (limit - (panels - 1) * gap) / panels); };
  const bool as_it_is = options.of_rows > 0 && options.width == 0;
  CellSize size{as_it_is ? N : pooled_size(N, room(down)), as_it_is ? M : pooled_size(M, room(across)), 1, 1};
  const Index longer = std::max(size.rows, size.columns);
  const Index fits = std::max<Index>(1, std::min(room(down) / size.rows, room(across) / size.columns));

  Index cell = fits;  // a width that was asked for is used up
  if (options.width == 0) {
    const Index most = single ? 96 : 72;
    const Index target = single ? 720 : std::clamp<Index>(1600 / std::max(down, across) - gap, 64, 440);
    cell = std::clamp<Index>((target + longer / 2) / longer, 1, most);
    const bool labels = !options.row_labels.empty() || !options.column_labels.empty();
    constexpr Index label_height = 14, value_width = 40, labelled_target = 1024;
    if (labels && fits >= label_height) cell = std::max(cell, label_height);
    if (labels && single) cell = std::max(cell, std::min(label_height, labelled_target / longer));
    if (options.annotate && fits >= value_width) cell = std::max(cell, value_width);
    const Index level = static_cast<Index>(std::ceil(label_width)) + kLevelGap;
    if (label_width > 0 && level > cell && level <= cell * 3 / 2 && level * longer <= 1000) cell = level;
    cell = std::min(cell, fits);
  }
  // A few rows of many columns stay readable: they become higher than wide.
  const Index least = single ? 120 : 40, stretch_limit = 40;
  const auto stretched = [&](Index cells) {
    return static_cast<int>(std::max(cell, std::min(stretch_limit, (least + cells - 1) / cells)));
  };
  size.width = stretched(size.columns);
  size.height = stretched(size.rows);
  return size;
}

}  // namespace attn::render
