// A picture: 8 bits each of red, green and blue, row 0 on top.
#pragma once

#include <attn/base/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

namespace attn::render {

struct Color {
  std::uint8_t r, g, b;
  friend constexpr bool operator==(const Color&, const Color&) = default;
};

/// `share` / `of` of the way from one colour to another.
constexpr Color mix(Color from, Color to, int share, int of) {
  const auto channel = [=](int a, int b) {
    return static_cast<std::uint8_t>((a * (of - share) + b * share + of / 2) / of);
  };
  return {channel(from.r, to.r), channel(from.g, to.g), channel(from.b, to.b)};
}

class Image {
 public:
  Image() = default;

  /// A picture of one colour. Throws UsageError for sizes that no PNG reader would take.
  Image(std::ptrdiff_t width, std::ptrdiff_t height, Color background = {255, 255, 255}) {
    constexpr std::ptrdiff_t most_side = 1 << 20, most_pixels = std::ptrdiff_t{1} << 30;
    if (width < 1 || height < 1 || width > most_side || height > most_side || width * height > most_pixels)
      throw UsageError("picture: its size is " + std::to_string(width) + " x " + std::to_string(height) +
                       " pixels, expected 1 to " + std::to_string(most_pixels) + " pixels; make the cells smaller");
    width_ = static_cast<int>(width);
    height_ = static_cast<int>(height);
    pixels_.reset(new Color[static_cast<std::size_t>(width * height)]);
    fill_rect(0, 0, width_, height_, background);
  }

  int width() const { return width_; }
  int height() const { return height_; }

  Color* row(int y) { return pixels_.get() + static_cast<std::ptrdiff_t>(y) * width_; }
  const Color* row(int y) const { return pixels_.get() + static_cast<std::ptrdiff_t>(y) * width_; }
  Color& at(int x, int y) { return row(y)[x]; }
  Color at(int x, int y) const { return row(y)[x]; }
  bool contains(int x, int y) const { return x >= 0 && y >= 0 && x < width_ && y < height_; }

  /// Fills what of the rectangle lies within the picture.
  void fill_rect(int x, int y, int width, int height, Color color) {
    const int left = std::max(x, 0), right = std::min(x + width, width_);
    const int top = std::max(y, 0), bottom = std::min(y + height, height_);
    if (left >= right) return;
    if (color.r == color.g && color.g == color.b) {
      const std::size_t bytes = static_cast<std::size_t>(right - left) * sizeof(Color);
      for (int line = top; line < bottom; ++line) std::memset(static_cast<void*>(row(line) + left), color.r, bytes);
      return;
    }
    for (int line = top; line < bottom; ++line) std::fill(row(line) + left, row(line) + right, color);
  }

  /// A frame one pixel wide, just inside the rectangle.
  void frame(int x, int y, int width, int height, Color color) {
    fill_rect(x, y, width, 1, color);
    fill_rect(x, y + height - 1, width, 1, color);
    fill_rect(x, y, 1, height, color);
    fill_rect(x + width - 1, y, 1, height, color);
  }

 private:
  int width_ = 0, height_ = 0;
  std::unique_ptr<Color[]> pixels_;
};

}  // namespace attn::render
