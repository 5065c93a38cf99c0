// A picture under a map: grey, so that colour means the weight alone, and as large as the map.
//
//     pixel = (1 − c) · grey + c · colour of the cell,   c = 0.55
//
// A picture of few pixels keeps them as squares, others are interpolated; what shrinks is averaged.
#pragma once

#include <attn/base/matrix.hpp>
#include <attn/render/cell_size.hpp>
#include <attn/render/image.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace attn::render {

class Backdrop {
 public:
  static constexpr int kCover = 55, kOf = 100;

  /// The picture as `width` x `height` pixels.
  Backdrop(const Image& picture, int width, int height) : width_(width) {
    const std::vector<Share> columns = shares(picture.width(), width), rows = shares(picture.height(), height);
    Matrix<float> narrow(picture.height(), width);  // [picture's height x width]
    for (int y = 0; y < picture.height(); ++y) {
      RowVector<float> greys(picture.width());
      for (int x = 0; x < picture.width(); ++x) greys(x) = grey_of(picture.at(x, y));
      for (int x = 0; x < width; ++x) {
        const Share& share = columns[static_cast<std::size_t>(x)];
        narrow(y, x) = greys.segment(share.first, share.parts.size()).dot(share.parts);
      }
    }
    greys_.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (const Share& share : rows) {
      const RowVector<float> line = share.parts * narrow.middleRows(share.first, share.parts.size());
      for (const float grey : line) greys_.push_back(static_cast<std::uint8_t>(std::clamp(grey + 0.5F, 0.0F, 255.0F)));
    }
  }

  /// A cell's colour where the picture shows through it.
  Color under(Color color, int x, int y) const {
    return over(greys_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)],
                color);
  }

  static Color over(std::uint8_t grey, Color color) { return mix({grey, grey, grey}, color, kCover, kOf); }

 private:
  /// What a new pixel is of the old ones from `first` on.
  struct Share {
    Index first;
    RowVector<float> parts;
  };

  static float grey_of(Color color) {
    return 0.299F * static_cast<float>(color.r) + 0.587F * static_cast<float>(color.g) +
           0.114F * static_cast<float>(color.b);
  }

  static std::vector<Share> shares(int from, int to) {
    constexpr int kSquares = 8;  // pixels enlarged by this much stay squares
    std::vector<Share> all;
    const double scale = static_cast<double>(from) / to, reach = std::max(scale, 1.0);
    for (int p = 0; p < to; ++p) {
      const double center = (p + 0.5) * scale;
      if (to >= kSquares * from) {
        all.push_back({std::min<Index>(from - 1, static_cast<Index>(center)), RowVector<float>::Ones(1)});
        continue;
      }
      const Index first = std::max<Index>(0, static_cast<Index>(std::floor(center - reach + 0.5)));
      const Index end = std::min<Index>(from, static_cast<Index>(std::ceil(center + reach - 0.5)));
      RowVector<float> parts(std::max<Index>(1, end - first));
      for (Index n = 0; n < parts.size(); ++n)
        parts(n) =
            static_cast<float>(std::max(1e-6, 1 - std::abs(static_cast<double>(first + n) + 0.5 - center) / reach));
      all.push_back({first, parts / parts.sum()});
    }
    return all;
  }

  int width_;
  std::vector<std::uint8_t> greys_;  // [height x width]
};

/// Cells that give a map the sides of the picture under it.
inline CellSize with_sides_of(const Image& picture, CellSize size) {
  const double ratio =
      static_cast<double>(picture.width()) * static_cast<double>(size.rows) /
      (static_cast<double>(picture.height()) * static_cast<double>(size.columns));  // of a cell's sides
  const int side = std::max(size.width, size.height);
  const auto shorter = [&](double by) { return std::max(1, static_cast<int>(std::lround(side / by))); };
  size.width = ratio < 1 ? shorter(1 / ratio) : side;
  size.height = ratio > 1 ? shorter(ratio) : side;
  return size;
}

}  // namespace attn::render
