// Heatmaps in a terminal: coloured cells with their values where there's room, else half-blocks, two rows to a line,
// pooled to the terminal's width.
#pragma once

#include <attn/base/shape.hpp>
#include <attn/render/caption.hpp>
#include <attn/render/cell_values.hpp>
#include <attn/render/heatmap_options.hpp>
#include <attn/render/label.hpp>
#include <attn/render/panel_grid.hpp>
#include <attn/render/pool.hpp>
#include <attn/render/scales.hpp>
#include <attn/render/terminal_color.hpp>
#include <attn/render/terminal_text.hpp>
#include <attn/render/theme.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace attn::render {

struct TerminalOptions {
  int columns = 80;  // letters in a line
  TerminalColor color = TerminalColor::truecolor;
};

namespace detail {

/// One heatmap on its way to a terminal.
class TerminalMap {
 public:
  /// Of a matrix [N x M].
  TerminalMap(Index N, Index M, const HeatmapOptions& options, const TerminalOptions& terminal)
      : options_(options),
        mode_(terminal.color),
        width_(std::max(20, terminal.columns)),
        N_(N),
        M_(M),
        colors_(level_colors(options.colormap, options.dark ? Theme::dark() : Theme::light())),
        row_labels_(axis_labels(options.row_labels, "row label", N_, options.first_row)),
        column_labels_(axis_labels(options.column_labels, "column label", M_, options.first_column)) {
    for (const std::u32string& label : row_labels_) margin_ = std::max(margin_, terminal_width(label));
    margin_ = std::min(margin_, std::min(kLongestRowLabel, width_ / 4));
    const int room = width_ - margin_ - 1;
    if (M_ <= 16 && N_ <= 64 && M_ * kValueCell <= room) {
      style_ = Style::values;
      for (const std::u32string& label : column_labels_) value_cell_ = std::max(value_cell_, terminal_width(label) + 1);
      value_cell_ = std::min(value_cell_, std::min(kWidestCell, static_cast<int>(room / M_)));
    }
    if (style_ != Style::values && M_ * 2 <= room && N_ <= 64) style_ = Style::squares;
    rows_ = N_, columns_ = M_;
    if (style_ == Style::blocks) {
      columns_ = pooled_size(M_, room);
      const Index block = (M_ + columns_ - 1) / columns_;
      rows_ = pooled_size(N_, std::max<Index>(std::min<Index>((N_ + block - 1) / block, 2 * room), 1));
      if (mode_ == TerminalColor::ascii) rows_ = pooled_size(N_, std::max<Index>(1, (rows_ + 1) / 2));
    }
  }

  /// How many cells are shown.
  Index rows() const { return rows_; }
  Index columns() const { return columns_; }

  /// The map of the matrix itself, or pooled from it.
  std::string draw(const Panel& panel) {
    rows_ = std::min(rows_, panel.rows());
    columns_ = std::min(columns_, panel.cols());
    if (rows_ < N_ || columns_ < M_) style_ = Style::blocks;  // the others have a label for each cell
    if (rows_ < panel.rows() || columns_ < panel.cols()) pooled_ = pool(panel, rows_, columns_, options_.pool);
    const float* data = pooled_.size() > 0 ? pooled_.data() : panel.data();
    cells_.emplace_back(data, rows_, columns_,
                        Eigen::OuterStride<>(pooled_.size() > 0 ? pooled_.outerStride() : panel.outerStride()));
    scales_.emplace(cells_, options_);
    find_levels();
    if (!options_.title.empty())
      for (const std::u32string& line : wrap_columns(label_text(options_.title, "title"), width_)) put(line + U"\n");
    if (style_ == Style::blocks)
      draw_blocks();
    else
      draw_cells();
    draw_column_labels();
    draw_legend();
    std::u32string words = label_text(caption(*scales_, facts_, options_), "note");
    if (mode_ == TerminalColor::ascii)
      for (std::size_t at = 0; (at = words.find(U" … ", at)) != words.npos;) words.replace(at, 3, U" to ");
    if (mode_ == TerminalColor::ascii)
      for (std::size_t at = 0; (at = words.find(U" · ", at)) != words.npos;) words.replace(at, 3, U"; ");
    for (const std::u32string& line : wrap_columns(words, width_)) put(line + U"\n");
    return std::move(text_);
  }

 private:
  enum class Style { values, squares, blocks };
  static constexpr int kValueCell = 6, kWidestCell = 14, kLongestRowLabel = 24, kTallestLabel = 10;
  static constexpr std::u32string_view kRamp = U" .:-=+*#%@";

  static std::vector<std::u32string> axis_labels(const std::vector<std::string>& labels, const std::string& what,
                                                 Index n, Index first) {
    if (!labels.empty()) return label_texts(labels, what);
    std::vector<std::u32string> numbers;
    for (Index i = 0; i < n; ++i) numbers.push_back(decode_utf8(std::to_string(first + i)));
    return numbers;
  }

  void find_levels() {
    const Panel& cells = cells_.front();
    levels_.resize(static_cast<std::size_t>(rows_ * columns_));
    const std::optional<Scale> scale = scales_->of_panel(cells);
    for (Index i = 0; i < rows_; ++i)
      (scale ? *scale : scales_->of_row(cells, i))
          .levels(cells.data() + i * cells.outerStride(), columns_, kLevels, levels_.data() + i * columns_);
    facts_ = FigureFacts::of_pooling(N_, M_, rows_, columns_);
  }

  void put(std::u32string_view letters) {
    text_ += encode_utf8(mode_ == TerminalColor::ascii ? ascii_text(letters) : std::u32string(letters));
  }
  void put_padded(std::u32string letters, int width) {
    letters = cut_to_columns(letters, width);
    put(std::u32string(static_cast<std::size_t>(std::max(0, width - terminal_width(letters))), U' ') + letters);
  }
  int level(Index i, Index j) const { return levels_[static_cast<std::size_t>(i * columns_ + j)]; }
  Color color(Index i, Index j) const { return colors_[static_cast<std::size_t>(level(i, j))]; }
  static char32_t ramp(int level) {
    return level >= kLevels ? U'?' : kRamp[static_cast<std::size_t>(level) * kRamp.size() / kLevels];
  }

  /// Cells of two letters, or of six with the value in them, a line for each row.
  void draw_cells() {
    const bool values = style_ == Style::values;
    const Limits& seen = scales_->seen();
    const double largest = seen.empty() ? 0 : std::max(std::abs(seen.low), std::abs(seen.high));
    const ValueFormat format{2, largest >= 10 || (largest > 0 && largest < 0.01)};
    for (Index i = 0; i < rows_; ++i) {
      put_padded(row_labels_[static_cast<std::size_t>(i)], margin_);
      text_ += ' ';
      for (Index j = 0; j < columns_; ++j) {
        const Color ground = color(i, j);
        const Color ink = brightness(ground) > 0.5 ? Color{20, 20, 20} : Color{245, 245, 245};
        text_ += color_code(mode_, true, ground);
        if (values) {
          text_ += color_code(mode_, false, ink);
          const float x = cells_.front()(i, j);
          put_padded(std::isnan(x) ? U"NaN" : decode_utf8(format(x)), value_cell_ / 2 + 2);
        } else if (mode_ == TerminalColor::ascii) {
          put(std::u32string(1, ramp(level(i, j))));
        } else {
          text_ += ' ';
        }
        put(std::u32string(1, mode_ == TerminalColor::ascii ? ramp(level(i, j)) : U' '));
        if (values) put(std::u32string(static_cast<std::size_t>(value_cell_ - value_cell_ / 2 - 3), U' '));
      }
      text_ += color_reset(mode_) + "\n";
    }
  }

  /// Half-blocks: the upper row is the letter's colour, the lower one that behind it. In ASCII a letter each.
  void draw_blocks() {
    const Index step = mode_ == TerminalColor::ascii ? 1 : 2;
    for (Index i = 0; i < rows_; i += step) {
      const bool labelled = rows_ == N_ || (i / step) % 2 == 0;
      put_padded(labelled ? row_labels_[static_cast<std::size_t>(i * N_ / rows_)] : U"", margin_);
      text_ += ' ';
      std::string before;
      for (Index j = 0; j < columns_; ++j) {
        if (mode_ == TerminalColor::ascii) {
          put(std::u32string(1, ramp(level(i, j))));
          continue;
        }
        std::string codes = color_code(mode_, false, color(i, j));
        codes += i + 1 < rows_ ? color_code(mode_, true, color(i + 1, j)) : "\x1b[49m";
        if (codes != before) text_ += codes;
        before = std::move(codes);
        text_ += "▀";
      }
      text_ += color_reset(mode_) + "\n";
    }
    if (!options_.row_labels.empty()) {
      const Index lines = rows_ == N_ ? step : 2 * step;
      facts_.every_row = (lines * N_ + rows_ - 1) / rows_;
    }
  }

  void draw_column_labels() {
    const std::u32string margin(static_cast<std::size_t>(margin_) + 1, U' ');
    if (style_ == Style::values) {  // beneath their cells
      put(margin);
      for (const std::u32string& label : column_labels_) {
        std::u32string shown = cut_to_columns(label, value_cell_ - 1);
        const int space = value_cell_ - terminal_width(shown);
        put(std::u32string(static_cast<std::size_t>((space + 1) / 2), U' ') + shown +
            std::u32string(static_cast<std::size_t>(space / 2), U' '));
      }
    } else if (style_ == Style::squares && !options_.column_labels.empty()) {  // a letter a line, downwards
      std::size_t height = 0;
      std::vector<std::u32string> shown;
      for (const std::u32string& label : column_labels_) {
        shown.push_back(label.size() > kTallestLabel ? label.substr(0, kTallestLabel - 1) + U"…" : label);
        height = std::max(height, shown.back().size());
      }
      for (std::size_t line = 0; line < height; ++line) {
        put(line > 0 ? U"\n" + margin : margin);
        for (const std::u32string& label : shown) {
          std::u32string letter(1, line < label.size() ? label[line] : U' ');
          if (mode_ == TerminalColor::ascii) letter = ascii_text(letter);
          put(letter + (terminal_width(letter) == 1 ? U" " : U""));
        }
      }
    } else {  // numbers, at round steps
      const Index cell = style_ == Style::squares ? 2 : 1, first = options_.first_column;
      const auto size_of = [](Index i) { return static_cast<Index>(std::to_string(i).size()); };
      const Index apart = size_of(first + M_) + 2;
      Index step = 1;
      for (Index power = 1; step * columns_ * cell / M_ < apart; power *= 10)
        for (const Index factor : {1, 2, 5})
          if ((step = factor * power) * columns_ * cell / M_ >= apart) break;
      std::u32string line = margin;
      for (Index j = (step - first % step) % step; j < M_; j += step) {
        const std::size_t at = margin.size() + static_cast<std::size_t>(j * columns_ / M_ * cell);
        if (at + static_cast<std::size_t>(size_of(first + j)) > static_cast<std::size_t>(width_)) break;
        line.resize(std::max(line.size(), at), U' ');
        line += decode_utf8(std::to_string(first + j));
      }
      put(line);
      if (!options_.column_labels.empty()) facts_.every_column = 0;
    }
    while (!text_.empty() && text_.back() == ' ') text_.pop_back();
    text_ += "\n";
  }

  /// "0.02 ████████ 0.81"
  void draw_legend() {
    const std::optional<Scale>& scale = scales_->shared();
    const bool constant = scale && scale->constant();
    if (constant) return;
    const std::u32string low = decode_utf8(scale ? low_end_text(*scale) : "lowest");
    const std::u32string high = decode_utf8(scale ? short_number(scale->limits().high) : "highest");
    const int length = std::clamp(width_ - terminal_width(low) - terminal_width(high) - 2, 2, 24);
    put(low + U" ");
    for (int i = 0; i < length; ++i) {
      const int at = i * (kLevels - 1) / (length - 1);
      text_ += color_code(mode_, true, colors_[static_cast<std::size_t>(at)]);
      put(std::u32string(1, mode_ == TerminalColor::ascii ? ramp(at) : U' '));
    }
    text_ += color_reset(mode_);
    put(U" " + high + U"\n");
  }

  const HeatmapOptions& options_;
  TerminalColor mode_;
  int width_, margin_ = 0, value_cell_ = kValueCell;
  Index N_, M_, rows_ = 0, columns_ = 0;
  std::vector<Color> colors_;
  std::vector<std::u32string> row_labels_, column_labels_;
  Style style_ = Style::blocks;
  Matrix<float> pooled_;
  std::vector<Panel> cells_;  // the one panel that is drawn
  std::optional<Scales> scales_;
  std::vector<std::uint8_t> levels_;
  FigureFacts facts_;
  std::string text_;
};

}  // namespace detail

/// The heatmap of a matrix [N x M] as lines of text that fit the terminal. Throws as heatmap() does.
inline std::string terminal_heatmap(const MatrixView& matrix, const HeatmapOptions& options,
                                    const TerminalOptions& terminal = {}) {
  PanelGrid grid;
  grid.panels.emplace_back(matrix.data(), matrix.rows(), matrix.cols(), Eigen::OuterStride<>(matrix.outerStride()));
  check_heatmap(grid, options);
  const Panel& map = grid.panels.front();
  return detail::TerminalMap(rows_of(map, options), columns_of(map, options), options, terminal).draw(map);
}

/// How many cells terminal_heatmap() shows of a matrix [N x M]: rows and columns.
inline Shape terminal_cells(Index N, Index M, const HeatmapOptions& options, const TerminalOptions& terminal = {}) {
  const detail::TerminalMap map(N, M, options, terminal);
  return {map.rows(), map.columns()};
}

/// The same for any other expression, of any scalar.
template <class M>
std::string terminal_heatmap(const Eigen::MatrixBase<M>& matrix, const HeatmapOptions& options,
                             const TerminalOptions& terminal = {}) {
  const Matrix<float> numbers = matrix.template cast<float>();
  return terminal_heatmap(MatrixView(numbers), options, terminal);
}

}  // namespace attn::render
