#include "pictures.hpp"

#include "progress.hpp"

#include <attn/render/heatmap.hpp>
#include <attn/render/png.hpp>
#include <attn/render/terminal.hpp>

#include <algorithm>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace render = attn::render;

extern const unsigned char kEmbeddedFont[];
extern const unsigned long kEmbeddedFontSize;

namespace {

/// Columns of the terminal; $COLUMNS or 80 where there is none.
int terminal_columns() {
  struct winsize size {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const int number = columns ? std::atoi(columns) : 0;
  return number > 0 ? number : 80;
}

/// The colours that the environment promises for standard output.
render::TerminalColor terminal_color() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  std::string locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (locale.empty()) locale = variable(name);
  return render::detect_color(variable("COLORTERM"), variable("TERM"), variable("NO_COLOR"),
                              ::isatty(STDOUT_FILENO) != 0, locale);
}

}  // namespace

void write_picture(const std::string& path, const render::PanelGrid& grid, const render::HeatmapOptions& figure,
                   const std::string& font) {
  const Progress progress = Progress::writing(path);
  const auto chosen =
      font.empty() ? render::Font::from_bytes({kEmbeddedFont, kEmbeddedFontSize}) : render::Font::from_file(font);
  render::write_png(path, render::heatmap_grid(grid, figure, chosen));
}

attn::Shape terminal_cells(attn::Index N, attn::Index M, const render::HeatmapOptions& figure) {
  return render::terminal_cells(N, M, figure, {terminal_columns(), terminal_color()});
}

attn::Shape picture_cells(attn::Index N, attn::Index M, attn::Index down, attn::Index across,
                          const render::HeatmapOptions& figure) {
  const render::CellSize cells = render::choose_cell_size(N, M, down, across, render::panel_gap(down, across), figure);
  // Sides of more than 2^20 pixels are refused in any case, so the products of these can't overflow.
  constexpr attn::Index most = attn::Index{1} << 21;
  render::Image::check_size(std::min(cells.columns, most) * cells.width * across,
                            std::min(cells.rows, most) * cells.height * down);
  return {cells.rows, cells.columns};
}

std::string terminal_picture(const render::Panel& map, const render::HeatmapOptions& figure) {
  return render::terminal_heatmap(map, figure, {terminal_columns(), terminal_color()});
}
