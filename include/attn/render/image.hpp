// A picture, row 0 on top: a byte a pixel and a palette, as long as it has at most 256 colours, then RGB.
//
// Heatmaps have few colours by design. A byte a pixel is a third of the memory, and what a PNG file with a palette
// stores.
#pragma once

#include <attn/base/error.hpp>
#include <attn/render/color.hpp>
#include <attn/render/palette.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace attn::render {

class Image {
 public:
  Image() = default;

  /// Throws UsageError for sizes that no PNG reader would take.
  static void check_size(std::ptrdiff_t width, std::ptrdiff_t height) {
    constexpr std::ptrdiff_t most_side = 1 << 20, most_pixels = std::ptrdiff_t{1} << 30;
    if (width < 1 || height < 1 || width > most_side || height > most_side || width * height > most_pixels)
      throw UsageError("picture: its size is " + std::to_string(width) + " x " + std::to_string(height) +
                       " pixels, expected 1 to " + std::to_string(most_pixels) + " pixels; make the cells smaller");
  }

  /// A picture of one colour. Throws as check_size() does.
  Image(std::ptrdiff_t width, std::ptrdiff_t height, Color background = {255, 255, 255}) {
    check_size(width, height);
    width_ = static_cast<int>(width);
    height_ = static_cast<int>(height);
    indices_.reset(new std::uint8_t[size()]);
    std::memset(indices_.get(), palette_.index_of(background), size());
  }

  int width() const { return width_; }
  int height() const { return height_; }
  bool contains(int x, int y) const { return x >= 0 && y >= 0 && x < width_ && y < height_; }

  Color at(int x, int y) const { return rgb_ ? rgb_[offset(x, y)] : palette_.colors()[indices_[offset(x, y)]]; }
  void set(int x, int y, Color color) {
    if (const int index = index_of(color); index >= 0)
      indices_[offset(x, y)] = static_cast<std::uint8_t>(index);
    else
      rgb_[offset(x, y)] = color;
  }

  /// Fills what of the rectangle lies within the picture.
  void fill_rect(int x, int y, int width, int height, Color color) {
    const int left = std::max(x, 0), right = std::min(x + width, width_);
    const int top = std::max(y, 0), bottom = std::min(y + height, height_);
    if (left >= right) return;
    const int index = index_of(color);
    for (int line = top; line < bottom; ++line)
      if (index >= 0)
        std::fill_n(indices_.get() + offset(left, line), right - left, static_cast<std::uint8_t>(index));
      else
        std::fill_n(rgb_.get() + offset(left, line), right - left, color);
  }

  /// A frame one pixel wide, just inside the rectangle.
  void frame(int x, int y, int width, int height, Color color) {
    fill_rect(x, y, width, 1, color);
    fill_rect(x, y + height - 1, width, 1, color);
    fill_rect(x, y, 1, height, color);
    fill_rect(x + width - 1, y, 1, height, color);
  }

  /// A row of cells, from (x, y) to the right and within the picture: cell j has the colour colors[levels[j]].
  void draw_cells(int x, int y, const std::vector<std::uint8_t>& levels, int cell_width, int cell_height,
                  const std::vector<Color>& colors) {
    std::array<std::uint8_t, 256> index{};
    for (std::size_t level = 0; level < colors.size(); ++level)
      index[level] = static_cast<std::uint8_t>(index_of(colors[level]));
    if (rgb_)
      draw_cells(rgb_.get() + offset(x, y), levels, cell_width, cell_height, colors);
    else
      draw_cells(indices_.get() + offset(x, y), levels, cell_width, cell_height, index);
  }

  /// Whether the picture still has at most 256 colours, and so a palette.
  bool has_palette() const { return !rgb_; }
  const std::vector<Color>& palette() const { return palette_.colors(); }

  /// The pixels of a row: indices with a palette, colours without.
  const std::uint8_t* indices(int y) const { return indices_.get() + offset(0, y); }
  const Color* colors(int y) const { return rgb_.get() + offset(0, y); }

 private:
  std::size_t size() const { return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_); }
  std::size_t offset(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x);
  }

  /// The colour's number; with the 257th colour the picture turns to RGB, and there are no numbers.
  int index_of(Color color) {
    if (rgb_) return Palette::kFull;
    const int index = palette_.index_of(color);
    if (index == Palette::kFull) {
      rgb_.reset(new Color[size()]);
      for (std::size_t i = 0; i < size(); ++i) rgb_[i] = palette_.colors()[indices_[i]];
      indices_.reset();
    }
    return index;
  }

  /// The first line is drawn cell by cell, the others are copies of it.
  template <class Pixel, class Colors>
  void draw_cells(Pixel* first, const std::vector<std::uint8_t>& levels, int cell_width, int cell_height,
                  const Colors& colors) {
    Pixel* pixel = first;
    if (cell_width == 1)
      for (const std::uint8_t level : levels) *pixel++ = colors[level];
    else
      for (const std::uint8_t level : levels) pixel = std::fill_n(pixel, cell_width, colors[level]);
    for (int line = 1; line < cell_height; ++line)
      std::copy(first, pixel, first + static_cast<std::ptrdiff_t>(line) * width_);
  }

  int width_ = 0, height_ = 0;
  Palette palette_;
  std::unique_ptr<std::uint8_t[]> indices_;  // [height x width] into the palette
  std::unique_ptr<Color[]> rgb_;             // [height x width], instead
};

}  // namespace attn::render
