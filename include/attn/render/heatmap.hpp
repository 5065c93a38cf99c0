// Heatmaps: a matrix, or a grid of them, as a figure with labels, a colour bar and a caption.
//
// Row 0 is on top; for attention, rows are queries and columns are keys. Matrices larger than the picture are pooled,
// and the caption says so. All panels of a grid share one scale unless Normalize asks for one each.
#pragma once

#include <attn/base/shape.hpp>
#include <attn/render/figure.hpp>

#include <string>
#include <utility>
#include <vector>

namespace attn::render {

/// The heatmap of a matrix [N x M]. Throws ShapeError for an empty matrix or labels that aren't one a row or column,
/// FormatError for labels that aren't UTF-8, UsageError for options that contradict each other or a picture too large.
inline Image heatmap(const MatrixView& matrix, const HeatmapOptions& options, const Font& font) {
  PanelGrid grid;
  grid.panels.emplace_back(matrix.data(), matrix.rows(), matrix.cols(), Eigen::OuterStride<>(matrix.outerStride()));
  return Figure(grid, options, font).draw();
}

/// The same for any other expression, of any scalar.
template <class M>
Image heatmap(const Eigen::MatrixBase<M>& matrix, const HeatmapOptions& options, const Font& font) {
  const Matrix<float> numbers = matrix.template cast<float>();
  return heatmap(MatrixView(numbers), options, font);
}

/// The heatmaps of matrices of one shape on one sheet. Throws as heatmap() does, and ShapeError for panels of different
/// shapes or names that don't match the grid.
inline Image heatmap_grid(const PanelGrid& grid, const HeatmapOptions& options, const Font& font) {
  return Figure(grid, options, font).draw();
}

}  // namespace attn::render
