// The layout of a figure: where the maps, their labels, the colour bar and the caption stand.
//
//     title
//     row axis | row names | row labels | maps … | colour bar      column names stand above the maps,
//                            column labels                         column labels below the lowest
//                            column axis
//                            caption
#pragma once

#include <attn/render/axis.hpp>
#include <attn/render/backdrop.hpp>
#include <attn/render/caption.hpp>
#include <attn/render/cell_size.hpp>
#include <attn/render/cell_values.hpp>
#include <attn/render/color_bar.hpp>
#include <attn/render/heatmap_options.hpp>
#include <attn/render/label.hpp>
#include <attn/render/panel_grid.hpp>
#include <attn/render/scales.hpp>
#include <attn/render/text.hpp>
#include <attn/render/theme.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace attn::render {

class Figure {
 public:
  Figure(const PanelGrid& grid, const HeatmapOptions& options, const Font& font);

  Image draw();

 private:
  static constexpr int kMargin = 20, kBarGap = 22, kTextWidth = 300;

  double level_label_width(const Font& font) const;
  int name_width() const;
  bool is_large() const;
  std::size_t panels() const { return grid_.panels.size(); }
  void pool_panels(const PanelGrid& grid);
  void lay_out();

  int panel_x(Index column) const { return maps_x_ + static_cast<int>(column) * (panel_width_ + gap_x_); }
  int panel_y(Index row) const { return maps_y_ + static_cast<int>(row) * (panel_height_ + gap_y_); }
  void draw_panel(Image& image, const Panel& panel, int x, int y);
  void draw_cells(Image& image, const std::vector<std::uint8_t>& levels, int x, int y, Index row);
  void draw_names(Image& image);

  const PanelGrid& grid_;
  const HeatmapOptions& options_;
  Theme theme_;
  std::vector<Color> colors_;
  std::vector<std::u32string> row_labels_, column_labels_, row_names_, column_names_, panel_names_;
  Index N_, M_;  // of the matrix; a panel may have fewer cells
  Index down_, across_;
  int gap_x_, gap_y_ = 0;  // pixels between panels
  CellSize cell_;
  Text text_, small_, large_;
  std::vector<Matrix<float>> pooled_;  // kept alive for panels_
  std::vector<Panel> panels_;          // what is drawn
  std::optional<Scales> scales_;
  std::optional<ValueFormat> values_;
  std::optional<Backdrop> backdrop_;
  FigureFacts facts_;

  Axis row_axis_, column_axis_;
  bool show_rows_ = true, show_columns_ = true;
  ColorBar bar_;
  std::u32string row_title_, column_title_;
  std::vector<std::u32string> title_, caption_;
  int panel_width_ = 0, panel_height_ = 0, maps_x_ = 0, maps_y_ = 0, maps_width_ = 0, maps_height_ = 0,
      row_names_x_ = 0, column_title_y_ = 0, caption_y_ = 0, width_ = 0, height_ = 0;
};

inline Figure::Figure(const PanelGrid& grid, const HeatmapOptions& options, const Font& font)
    : grid_((check_heatmap(grid, options), grid)),
      options_(options),
      theme_(options.dark ? Theme::dark() : Theme::light()),
      colors_(level_colors(options.colormap, theme_)),
      row_labels_(label_texts(options.row_labels, "row label")),
      column_labels_(label_texts(options.column_labels, "column label")),
      row_names_(label_texts(grid.row_names, "row name")),
      column_names_(label_texts(grid.column_names, "column name")),
      panel_names_(label_texts(grid.panel_names, "map name")),
      N_(rows_of(grid.panels.front(), options)),
      M_(columns_of(grid.panels.front(), options)),
      down_(grid.down()),
      across_(grid.across()),
      gap_x_(panel_gap(down_, across_)),
      cell_(choose_cell_size(grid.panels.front().rows(), grid.panels.front().cols(), down_, across_, gap_x_, options,
                             level_label_width(font))),
      text_(font, is_large() ? 16 : 13),
      small_(font, is_large() ? 13 : 11),
      large_(font, is_large() ? 20 : 16) {
  if (grid.backdrop) cell_ = with_sides_of(*grid.backdrop, cell_);
  gap_y_ = gap_x_ + (panel_names_.empty() ? 0 : text_.line_height());
  pool_panels(grid);
  gap_x_ = std::max(gap_x_, name_width() + 8 - panel_width_);  // narrow maps stand apart, so that names stay whole
  scales_.emplace(panels_, options);
  lay_out();
}

/// The widest column label, where there are few enough for all to lie level.
inline double Figure::level_label_width(const Font& font) const {
  return column_labels_.size() > 20 ? 0 : widest_of(Text(font, 13), column_labels_);
}

/// The widest name above a map, up to the length at which labels are cut too.
inline int Figure::name_width() const {
  const double widest = std::max(widest_of(text_, column_names_), widest_of(text_, panel_names_));
  return static_cast<int>(std::ceil(std::min(widest, kLongestLabel * text_.width(U"n"))));
}

/// Figures that are printed smaller than they are have larger letters, unless labels would have to be left out.
inline bool Figure::is_large() const {
  const bool large = std::max(cell_.columns * across_ * cell_.width, cell_.rows * down_ * cell_.height) >= 1100;
  const bool labels = !row_labels_.empty() || !column_labels_.empty();
  const bool many = std::min(cell_.columns * cell_.width, cell_.rows * cell_.height) < 160;  // without labels anyway
  return large && (!labels || many || (panels() == 1 && std::min(cell_.width, cell_.height) >= 20));
}

inline void Figure::pool_panels(const PanelGrid& grid) {
  panel_width_ = static_cast<int>(cell_.columns) * cell_.width;
  panel_height_ = static_cast<int>(cell_.rows) * cell_.height;
  facts_ = FigureFacts::of_pooling(N_, M_, cell_.rows, cell_.columns);
  if (grid.backdrop) backdrop_.emplace(*grid.backdrop, panel_width_, panel_height_);
  facts_.over_picture = backdrop_.has_value();
  facts_.pixels = options_.of_rows == 0 || std::min(cell_.width, cell_.height) == 1;
  if (cell_.rows == grid.panels.front().rows() && cell_.columns == grid.panels.front().cols()) {
    panels_ = std::vector<Panel>(grid.panels);
    return;
  }
  pooled_.reserve(grid.panels.size());
  for (const Panel& panel : grid.panels) {
    const Matrix<float>& cells = pooled_.emplace_back(pool(panel, cell_.rows, cell_.columns, options_.pool));
    panels_.emplace_back(cells.data(), cells.rows(), cells.cols(), Eigen::OuterStride<>(cells.cols()));
  }
}

inline void Figure::lay_out() {
  const bool single = panels_.size() == 1;
  if (options_.annotate) {
    values_ = fit_values(text_, panels_, cell_.width, cell_.height);
    facts_.values_left_out = !values_;
  }
  row_axis_ = layout_axis(text_, Side::rows, row_labels_, N_, panel_height_, options_.first_row);
  column_axis_ = layout_axis(text_, Side::columns, column_labels_, M_, panel_width_, options_.first_column);
  if (!single) {  // a sheet of small maps has no room for labels that must be thinned
    show_rows_ = row_labels_.empty() ? panel_height_ >= 160 : row_axis_.every == 1;
    show_columns_ = column_labels_.empty() ? panel_width_ >= 160 : column_axis_.every == 1;
  }
  if (show_rows_ && !row_labels_.empty()) facts_.every_row = row_axis_.every;
  if (show_columns_ && !column_labels_.empty()) facts_.every_column = column_axis_.every;
  maps_width_ = panel_width_ + (panel_width_ + gap_x_) * static_cast<int>(across_ - 1);
  maps_height_ = panel_height_ + (panel_height_ + gap_y_) * static_cast<int>(down_ - 1);
  row_title_ = label_text(options_.row_axis, "row axis");
  column_title_ = label_text(options_.column_axis, "column axis");

  // From left to right.
  maps_x_ = kMargin + (row_title_.empty() ? 0 : text_.line_height() + 8);
  row_names_x_ = maps_x_;
  double widest = 0;
  for (const std::u32string& name : row_names_) widest = std::max(widest, text_.width(name));
  if (!row_names_.empty()) maps_x_ += static_cast<int>(std::ceil(widest)) + 10;
  maps_x_ += show_rows_ ? row_axis_.depth : 0;
  const std::u32string bar_name = scales_->shared()                                   ? U""
                                  : options_.normalize.range == Normalize::Range::row ? U"share of each row’s range"
                                                                                      : U"share of each map’s range";
  const Limits fixed{options_.vmin.value_or(-HUGE_VAL), options_.vmax.value_or(HUGE_VAL)};
  bar_ = layout_color_bar(text_, scales_->shared(), maps_height_, fixed, bar_name);
  const std::u32string title = label_text(options_.title, "title"),
                       words = label_text(caption(*scales_, facts_, options_), "note");
  const int longest = static_cast<int>(std::ceil(std::max(large_.width(title), small_.width(words))));
  const int content = std::max(maps_width_ + kBarGap + bar_.depth, std::min(kTextWidth, longest));
  width_ = maps_x_ + content + kMargin;

  // From top to bottom.
  title_ = large_.wrap(title, content);
  maps_y_ = kMargin + static_cast<int>(title_.size()) * large_.line_height() + (title_.empty() ? 0 : 8);
  if (!column_names_.empty()) maps_y_ += text_.line_height() + 2;
  if (!panel_names_.empty()) maps_y_ += text_.line_height() + 2;
  column_title_y_ = maps_y_ + maps_height_ + (show_columns_ ? column_axis_.depth : 0) + 8;
  caption_y_ = column_title_y_ + (column_title_.empty() ? 0 : text_.line_height()) + 10;
  caption_ = small_.wrap(words, content);
  height_ = caption_y_ + static_cast<int>(caption_.size()) * (small_.line_height() + 2) + kMargin - 4;
}

inline Image Figure::draw() {
  Image image(width_, height_, theme_.background);
  for (std::size_t n = 0; n < panels_.size(); ++n) {
    const Index row = static_cast<Index>(n) / grid_.columns, column = static_cast<Index>(n) % grid_.columns;
    const int x = panel_x(column), y = panel_y(row);
    draw_panel(image, panels_[n], x, y);
    const bool lowest = n + static_cast<std::size_t>(grid_.columns) >= panels_.size();
    if (show_rows_ && column == 0) draw_row_axis(image, text_, row_axis_, x - 1, y, theme_.ink, theme_.line);
    if (show_columns_ && lowest)
      draw_column_axis(image, text_, column_axis_, x, y + panel_height_ + 1, theme_.ink, theme_.line);
  }
  draw_names(image);
  draw_color_bar(image, text_, bar_, maps_x_ + maps_width_ + kBarGap, maps_y_, maps_height_, colors_, theme_,
                 backdrop_.has_value());
  return image;
}

inline void Figure::draw_panel(Image& image, const Panel& panel, int x, int y) {
  image.frame(x - 1, y - 1, panel_width_ + 2, panel_height_ + 2, theme_.line);
  const std::optional<Scale> scale = scales_->of_panel(panel);
  std::vector<std::uint8_t> levels(static_cast<std::size_t>(cell_.columns));
  const bool lines = options_.grid_lines && cell_.width >= 4 && cell_.height >= 4;
  for (Index i = 0; i < cell_.rows; ++i) {
    const float* numbers = panel.data() + i * panel.outerStride();
    (scale ? *scale : scales_->of_row(panel, i)).levels(numbers, cell_.columns, kLevels, levels.data());

    const int top = y + static_cast<int>(i) * cell_.height;
    draw_cells(image, levels, x, y, i);

    for (Index j = 0; j < cell_.columns && (values_ || scales_->bad() > 0); ++j) {
      const int left = x + static_cast<int>(j) * cell_.width;
      const Color ground = colors_[levels[static_cast<std::size_t>(j)]];
      if (Scale::is_bad(numbers[j]) && std::min(cell_.width, cell_.height) >= 4)
        for (int v = 0; v < cell_.height; ++v)
          for (int u = 0; u < cell_.width; ++u)
            if ((left + u + top + v) % 6 == 0) image.set(left + u, top + v, theme_.bad_stripe);
      if (values_) draw_value(image, text_, (*values_)(numbers[j]), left, top, cell_.width, cell_.height, ground);
    }
    if (lines && i > 0) image.fill_rect(x, top, panel_width_, 1, theme_.background);
  }
  for (Index j = 1; lines && j < cell_.columns; ++j)
    image.fill_rect(x + static_cast<int>(j) * cell_.width, y, 1, panel_height_, theme_.background);
  if (grid_.framed && cell_.rows == N_ && cell_.columns == M_) {
    const int left = x + static_cast<int>((*grid_.framed)[1]) * cell_.width,
              top = y + static_cast<int>((*grid_.framed)[0]) * cell_.height;
    for (int inset = 0; inset < (std::min(cell_.width, cell_.height) >= 24 ? 4 : 2); ++inset)
      image.frame(left + inset, top + inset, cell_.width - 2 * inset, cell_.height - 2 * inset,
                  inset % 4 < 2 ? Color{255, 255, 255} : Color{0, 0, 0});
  }
}

/// A row of cells of the map whose upper left corner is at (x, y).
inline void Figure::draw_cells(Image& image, const std::vector<std::uint8_t>& levels, int x, int y, Index row) {
  const int top = static_cast<int>(row) * cell_.height;
  if (!backdrop_) return image.draw_cells(x, y + top, levels, cell_.width, cell_.height, colors_);
  for (int v = top; v < top + cell_.height; ++v)
    for (int u = 0; u < panel_width_; ++u)
      image.set(x + u, y + v, backdrop_->under(colors_[levels[static_cast<std::size_t>(u / cell_.width)]], u, v));
}

inline void Figure::draw_names(Image& image) {
  const auto centered = [&](Text& text, const std::u32string& words, int middle, int baseline, Color ink) {
    text.draw(image, std::round(middle - text.width(words) / 2), baseline, words, ink);
  };
  int y = kMargin + large_.ascent();
  for (const std::u32string& line : title_) large_.draw(image, maps_x_, y, line, theme_.ink), y += large_.line_height();
  y = maps_y_ - 7 - (panel_names_.empty() ? 0 : text_.line_height() + 2);
  for (std::size_t n = 0; n < column_names_.size(); ++n)
    centered(text_, text_.cut(column_names_[n], panel_width_ + gap_x_ - 4),
             panel_x(static_cast<Index>(n)) + panel_width_ / 2, y, theme_.ink);
  for (std::size_t n = 0; n < panel_names_.size(); ++n)
    centered(text_, text_.cut(panel_names_[n], panel_width_ + gap_x_ - 4),
             panel_x(static_cast<Index>(n) % grid_.columns) + panel_width_ / 2,
             panel_y(static_cast<Index>(n) / grid_.columns) - 6, theme_.ink);
  for (std::size_t n = 0; n < row_names_.size(); ++n)
    text_.draw(image, row_names_x_, panel_y(static_cast<Index>(n)) + (panel_height_ + text_.cap_height()) / 2,
               row_names_[n], theme_.ink);
  if (!row_title_.empty())
    text_.draw_up(image, kMargin + text_.ascent(), std::round(maps_y_ + (maps_height_ + text_.width(row_title_)) / 2),
                  row_title_, theme_.muted);
  centered(text_, column_title_, maps_x_ + maps_width_ / 2, column_title_y_ + text_.ascent(), theme_.muted);
  y = caption_y_ + small_.ascent();
  for (const std::u32string& line : caption_)
    small_.draw(image, maps_x_, y, line, theme_.muted), y += small_.line_height() + 2;
}

}  // namespace attn::render
