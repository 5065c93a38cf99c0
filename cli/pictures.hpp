// The library's pictures, compiled once for all verbs, in the font and for the terminal that the user has.
#pragma once

#include <attn/base/shape.hpp>
#include <attn/render/heatmap_options.hpp>
#include <attn/render/panel_grid.hpp>

#include <string>

/// Draws the maps of `grid` as one sheet into a PNG file. `font` is a font file; empty: DejaVu Sans, which the
/// executable carries.
void write_picture(const std::string& path, const attn::render::PanelGrid& grid,
                   const attn::render::HeatmapOptions& figure, const std::string& font);

/// How many cells terminal_picture() shows of a map [N x M]: rows and columns.
attn::Shape terminal_cells(attn::Index N, attn::Index M, const attn::render::HeatmapOptions& figure);

/// How many cells write_picture() shows of each of `down` x `across` maps [N x M]: rows and columns. Throws UsageError
/// where the maps alone are too large for a picture.
attn::Shape picture_cells(attn::Index N, attn::Index M, attn::Index down, attn::Index across,
                          const attn::render::HeatmapOptions& figure);

/// One map as lines of text, as wide as the terminal that standard output is, in the colours that it says it has.
std::string terminal_picture(const attn::render::Panel& map, const attn::render::HeatmapOptions& figure);
