// The library's pictures, compiled once for all verbs, in the font and for the terminal that the user has.
#pragma once

#include <attn/render/heatmap_options.hpp>
#include <attn/render/panel_grid.hpp>

#include <string>

/// Draws the maps of `grid` as one sheet into a PNG file. `font` is a font file; empty: DejaVu Sans, which the
/// executable carries.
void write_picture(const std::string& path, const attn::render::PanelGrid& grid,
                   const attn::render::HeatmapOptions& figure, const std::string& font);

/// One map as lines of text, as wide as the terminal that standard output is, in the colours that it says it has.
std::string terminal_picture(const attn::render::Panel& map, const attn::render::HeatmapOptions& figure);
