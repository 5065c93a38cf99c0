// What the tests of pictures share: a font, numbers, and eyes.
#pragma once

#include <attn/base/matrix.hpp>
#include <attn/render/font.hpp>
#include <attn/render/image.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace attn::render::test {

inline const Font& font() {
  static const Font dejavu = Font::system();
  return dejavu;
}

/// What `action` throws as an E, in words; "" when it throws none.
template <class E, class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

/// Row i is 0, 1, 2 … shifted by i and divided by the number of columns: every value differs from its neighbours.
inline Matrix<float> ramp(Index rows, Index columns) {
  Matrix<float> matrix(rows, columns);
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < columns; ++j)
      matrix(i, j) = static_cast<float>((i * 7 + j * 3) % (rows * columns)) / static_cast<float>(rows * columns);
  return matrix;
}

/// Pixels of the rectangle that aren't `background`.
inline int ink(const Image& image, int x, int y, int width, int height, Color background = {255, 255, 255}) {
  int count = 0;
  for (int v = y; v < y + height; ++v)
    for (int u = x; u < x + width; ++u)
      if (image.contains(u, v) && image.at(u, v) != background) ++count;
  return count;
}

inline int ink(const Image& image) { return ink(image, 0, 0, image.width(), image.height()); }

inline bool same(const Image& a, const Image& b) {
  if (a.width() != b.width() || a.height() != b.height()) return false;
  for (int y = 0; y < a.height(); ++y)
    for (int x = 0; x < a.width(); ++x)
      if (a.at(x, y) != b.at(x, y)) return false;
  return true;
}

inline std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace attn::render::test
