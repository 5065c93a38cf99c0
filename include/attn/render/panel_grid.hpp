// Maps side by side: heads across, layers down.
#pragma once

#include <attn/base/shape.hpp>
#include <attn/base/utf8.hpp>
#include <attn/render/heatmap_options.hpp>
#include <attn/render/image.hpp>
#include <attn/render/number.hpp>
#include <attn/render/scale.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace attn::render {

struct PanelGrid {
  std::vector<Panel> panels;  // row by row, all of one shape; the last row may be short
  Index columns = 1;
  std::vector<std::string> row_names;     // "layer 0", one for each row of panels, or none
  std::vector<std::string> column_names;  // "head 3", one for each column of panels, or none
  std::vector<std::string> panel_names;   // "head 3", one above each panel, or none
  std::shared_ptr<const Image> backdrop;  // a picture that shows through the cells of each map, or none
  /// A cell with a frame around it, the same of each map: row and column.
  std::optional<std::array<Index, 2>> framed;

  Index across() const { return std::min(columns, static_cast<Index>(panels.size())); }
  Index down() const { return (static_cast<Index>(panels.size()) + columns - 1) / columns; }

  /// Throws ShapeError for an empty grid, panels of different shapes, or names that aren't one each; FormatError for
  /// names that aren't UTF-8.
  void check() const {
    if (panels.empty() || columns < 1) throw ShapeError("heatmap: the figure has 0 maps, expected at least 1");
    const Panel& first = panels.front();
    for (std::size_t n = 0; n < panels.size(); ++n) {
      check_shape(panels[n].size() > 0, "heatmap", "the matrix", shape_of(panels[n]),
                  "at least one row and one column");
      check_shape(shape_of(panels[n]) == shape_of(first), "heatmap", "map " + std::to_string(n), shape_of(panels[n]),
                  to_string(shape_of(first)) + " as map 0", "the maps of one sheet share their axes");
    }
    if (framed)
      check_shape((*framed)[0] >= 0 && (*framed)[0] < first.rows() && (*framed)[1] >= 0 && (*framed)[1] < first.cols(),
                  "heatmap", "the framed cell", {(*framed)[0], (*framed)[1]},
                  "a cell of " + to_string(shape_of(first)));
    check_names(row_names, down(), "row");
    check_names(column_names, across(), "column");
    check_names(panel_names, static_cast<Index>(panels.size()), "map");
  }

 private:
  static void check_names(const std::vector<std::string>& names, Index expected, const std::string& of) {
    if (!names.empty() && static_cast<Index>(names.size()) != expected)
      throw ShapeError("heatmap: " + std::to_string(names.size()) + " names of " + of + "s, expected " +
                       std::to_string(expected) + ", one for each " + of + " of the sheet");
  }
};

/// Rows and columns of the matrix that a map shows: its own, or those from which it was pooled.
inline Index rows_of(const Panel& map, const HeatmapOptions& options) {
  return options.of_rows > 0 ? options.of_rows : map.rows();
}
inline Index columns_of(const Panel& map, const HeatmapOptions& options) {
  return options.of_columns > 0 ? options.of_columns : map.cols();
}

/// Throws what heatmap() says for a grid or options that can't be drawn.
inline void check_heatmap(const PanelGrid& grid, const HeatmapOptions& options) {
  grid.check();
  const auto check_labels = [](const std::vector<std::string>& labels, Index expected, const std::string& of) {
    if (!labels.empty() && static_cast<Index>(labels.size()) != expected)
      throw ShapeError("heatmap: " + std::to_string(labels.size()) + " " + of + " labels, expected " +
                       std::to_string(expected) + ", one for each " + of);
  };
  const Panel& map = grid.panels.front();
  if (options.of_rows > 0 || options.of_columns > 0)
    check_shape(map.rows() <= options.of_rows && map.cols() <= options.of_columns, "heatmap", "the pooled map",
                shape_of(map), "at most " + to_string(Shape{options.of_rows, options.of_columns}));
  check_labels(options.row_labels, rows_of(map, options), "row");
  check_labels(options.column_labels, columns_of(map, options), "column");
  if (options.cell < 0 || options.width < 0)
    throw UsageError("heatmap: cell and width are " + std::to_string(options.cell) + " and " +
                     std::to_string(options.width) + " pixels, expected 0 or more");
  const bool log = options.normalize.curve == Normalize::Curve::log;
  for (const auto& end : {options.vmin, options.vmax}) {
    if (end && !std::isfinite(*end)) throw UsageError("heatmap: vmin or vmax isn't finite, expected a number");
    if (end && log && !(*end > 0))
      throw UsageError("heatmap: an end of the log scale is " + short_number(*end) + ", expected more than 0");
  }
  if (options.vmin && options.vmax && !(*options.vmin < *options.vmax))
    throw UsageError("heatmap: vmin is " + short_number(*options.vmin) + ", expected less than vmax, which is " +
                     short_number(*options.vmax));
}

}  // namespace attn::render
