// What a reader may choose about a heatmap.
#pragma once

#include <attn/base/matrix.hpp>
#include <attn/render/colormap.hpp>
#include <attn/render/pool.hpp>
#include <attn/render/scale.hpp>

#include <optional>
#include <string>
#include <vector>

namespace attn::render {

struct HeatmapOptions {
  std::string title;
  std::vector<std::string> row_labels, column_labels;  // UTF-8, one for each row or column; without, axes count
  std::string row_axis = "query", column_axis = "key";
  Index first_row = 0, first_column = 0;  // what the first row and column are called by an axis that counts
  /// Rows and columns of the matrix that the maps were pooled from (render/pool.hpp) before they came here; 0: they are
  /// the matrix. Labels and counts are those of the matrix, and the caption tells what a cell is.
  Index of_rows = 0, of_columns = 0;
  Colormap colormap = render::colormap("viridis");
  Normalize normalize;
  std::optional<double> vmin, vmax;  // ends of the scale, instead of those that `normalize` finds
  Pool pool = Pool::mean;            // what a pixel shows of a matrix larger than the picture
  int cell = 0;                      // pixels a cell; 0: chosen. A number draws every cell, however many there are
  int width = 0;                     // pixels for the map, at most; 0: chosen
  bool annotate = false;             // write the value into each cell
  bool grid_lines = false;           // lines between the cells
  bool dark = false;
  std::string note;  // put before the caption: "mean of 12 heads"
};

}  // namespace attn::render
