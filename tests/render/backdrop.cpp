#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/backdrop.hpp>
#include <attn/render/figure.hpp>

using namespace attn;
using namespace attn::render;

namespace {

Image checks(int width, int height) {
  Image image(width, height, {0, 0, 0});
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      if ((x + y) % 2 == 0) image.set(x, y, {255, 255, 255});
  return image;
}

/// The grey under a pixel: what is left of it under black.
int grey(const Backdrop& backdrop, int x, int y) {
  return backdrop.under({0, 0, 0}, x, y).r * Backdrop::kOf / (Backdrop::kOf - Backdrop::kCover);
}

}  // namespace

TEST_CASE("backdrop: few pixels become squares, many are averaged, others interpolated") {
  const Backdrop squares(checks(2, 2), 20, 20);
  for (int y = 0; y < 20; ++y)
    for (int x = 0; x < 20; ++x) CHECK((grey(squares, x, y) > 250) == ((x < 10) == (y < 10)));
  const Backdrop mean(checks(64, 64), 8, 8);
  for (int n = 1; n < 7; ++n) CHECK(std::abs(grey(mean, n, n) - 127) < 4);
  Image step(2, 1, {0, 0, 0});
  step.set(1, 0, {255, 255, 255});
  const Backdrop smooth(step, 4, 1);
  CHECK(grey(smooth, 0, 0) < grey(smooth, 1, 0));
  CHECK(grey(smooth, 1, 0) < grey(smooth, 2, 0));
  CHECK(grey(smooth, 2, 0) < grey(smooth, 3, 0));
}

TEST_CASE("backdrop: grey, whatever the picture's colours, and most of a pixel is the map's") {
  const Backdrop backdrop(Image(3, 3, {255, 0, 0}), 3, 3);
  const Color under = backdrop.under({0, 0, 0}, 1, 1);
  CHECK(under.r == under.g);
  CHECK(under.g == under.b);
  CHECK(Backdrop::over(0, {100, 0, 200}) == Color{55, 0, 110});
}

TEST_CASE("backdrop: a map has the picture's sides") {
  const CellSize wide = with_sides_of(Image(200, 100), {14, 14, 50, 50});
  CHECK(wide.width == 50);
  CHECK(wide.height == 25);
  const CellSize tall = with_sides_of(Image(100, 200), {20, 10, 30, 30});
  CHECK(tall.width == 30);
  CHECK(tall.height == 30);
  CHECK(with_sides_of(Image(1, 5000), {7, 7, 40, 40}).width == 1);
}

TEST_CASE("backdrop: a figure shows picture, map and a frame") {
  const Matrix<float> m = test::ramp(4, 4);
  PanelGrid grid;
  grid.panels.emplace_back(m.data(), 4, 4, Eigen::OuterStride<>(4));
  HeatmapOptions options;
  const Image plain = Figure(grid, options, test::font()).draw();
  grid.backdrop = std::make_shared<Image>(checks(8, 8));
  const Image over = Figure(grid, options, test::font()).draw();
  CHECK(over.width() == plain.width());
  CHECK(plain.has_palette());
  CHECK_FALSE(over.has_palette());
  grid.framed = {1, 2};
  const Image framed = Figure(grid, options, test::font()).draw();
  int white = 0, black = 0, changed = 0;
  for (int y = 0; y < over.height(); ++y)
    for (int x = 0; x < over.width(); ++x)
      if (over.at(x, y) != framed.at(x, y)) {
        ++changed;
        white += framed.at(x, y) == Color{255, 255, 255};
        black += framed.at(x, y) == Color{0, 0, 0};
      }
  CHECK(white > 300);
  CHECK(black > 300);
  CHECK(white + black == changed);
  grid.framed = {1, 4};
  CHECK_THROWS_AS(Figure(grid, options, test::font()), ShapeError);
}

TEST_CASE("backdrop: the bar shows a colour over dark and over light") {
  const Matrix<float> m = test::ramp(4, 4);
  PanelGrid grid;
  grid.panels.emplace_back(m.data(), 4, 4, Eigen::OuterStride<>(4));
  grid.backdrop = std::make_shared<Image>(100, 50);
  const Image image = Figure(grid, {}, test::font()).draw();
  Image bar_only(40, 100);
  Text text(test::font(), 13);
  const std::vector<Color> colors(256, Color{100, 0, 200});
  draw_color_bar(bar_only, text, ColorBar{}, 5, 0, 100, colors, Theme::light(), true);
  CHECK(bar_only.at(5, 50) == Color{55, 0, 110});
  CHECK(bar_only.at(5 + ColorBar::kWidth - 1, 50) == Backdrop::over(255, {100, 0, 200}));
  CHECK(image.width() > image.height());
}
