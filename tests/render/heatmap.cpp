#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/heatmap.hpp>

#include <cmath>
#include <vector>

using namespace attn;
using namespace attn::render;

namespace {

struct Place {
  int x, y;
};

/// Where the map begins: the first pixel inside a frame whose neighbour below and right is a colour of the map.
Place find_map(const Image& image, Color first) {
  for (int y = 1; y < image.height(); ++y)
    for (int x = 1; x < image.width(); ++x)
      if (image.at(x, y) == first && image.at(x - 1, y) == Theme::light().line &&
          image.at(x, y - 1) == Theme::light().line)
        return {x, y};
  return {-1, -1};
}

Color color_of(double t) { return colormap("viridis")(std::round(t * (kLevels - 1)) / (kLevels - 1)); }

}  // namespace

TEST_CASE("each cell has the colour of its value, row 0 on top") {
  Matrix<float> m(4, 4);
  m << 0.0f, 0.1f, 0.2f, 0.3f,  //
      0.4f, 0.5f, 0.6f, 0.7f,   //
      0.8f, 0.9f, 1.0f, 0.5f,   //
      0.0f, 0.0f, 0.0f, 0.25f;
  HeatmapOptions options;
  options.row_labels = options.column_labels = {"machine", "learning", "is", "fascinating"};
  const Image image = heatmap(MatrixView(m), options, test::font());
  const Place map = find_map(image, color_of(0));
  REQUIRE(map.x > 0);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j)
      for (const int inset : {0, 48, 95}) {
        INFO(i << " " << j << " " << inset);
        CHECK(image.at(map.x + 96 * j + inset, map.y + 96 * i + inset) == color_of(static_cast<double>(m(i, j))));
      }
  // Labels: ink left of each row's middle and below each column's, and none between the rows.
  for (int i = 0; i < 4; ++i) {
    CHECK(test::ink(image, map.x - 80, map.y + 96 * i + 38, 70, 20) > 10);
    CHECK(test::ink(image, map.x - 40, map.y + 96 * i, 30, 30) == 0);
    CHECK(test::ink(image, map.x + 96 * i + 10, map.y + 384 + 4, 76, 20) > 10);
  }
}

TEST_CASE("every cell of a large matrix is drawn when one pixel each is asked for") {
  const Matrix<float> m = test::ramp(300, 500);
  HeatmapOptions options;
  options.cell = 1;
  options.normalize = Normalize::parse("fixed");
  const Image image = heatmap(MatrixView(m), options, test::font());
  const Place map = find_map(image, color_of(0));
  REQUIRE(map.x > 0);
  int wrong = 0;
  for (Index i = 0; i < 300; ++i)
    for (Index j = 0; j < 500; ++j)
      wrong +=
          image.at(map.x + static_cast<int>(j), map.y + static_cast<int>(i)) != color_of(static_cast<double>(m(i, j)));
  CHECK(wrong == 0);
}

TEST_CASE("a larger matrix is pooled: a single bright cell still shows") {
  Matrix<float> m = Matrix<float>::Zero(3200, 3200);
  m(1601, 7) = 1;
  HeatmapOptions options;
  options.pool = Pool::max;
  const Image image = heatmap(MatrixView(m), options, test::font());
  const Place map = find_map(image, color_of(0));
  REQUIRE(map.x > 0);
  CHECK(image.at(map.x + 3, map.y + 800) == color_of(1));
}

TEST_CASE("blocks, other orders and scalars are read as they stand") {
  const Matrix<float> m = test::ramp(6, 6);
  const Image expected = heatmap(MatrixView(Matrix<float>(m.block(1, 2, 3, 4))), {}, test::font());
  CHECK(test::same(heatmap(m.block(1, 2, 3, 4), {}, test::font()), expected));
  const Eigen::MatrixXd columns = m.block(1, 2, 3, 4).cast<double>();
  CHECK(test::same(heatmap(columns, {}, test::font()), expected));
}

TEST_CASE("options change what they say") {
  const Matrix<float> m = test::ramp(12, 12);
  const Image plain = heatmap(MatrixView(m), {}, test::font());
  const auto differs = [&](auto change) {
    HeatmapOptions options;
    change(options);
    return !test::same(plain, heatmap(MatrixView(m), options, test::font()));
  };
  CHECK_FALSE(differs([](auto&) {}));  // and the same input gives the same picture
  CHECK(differs([](auto& o) { o.annotate = true; }));
  CHECK(differs([](auto& o) { o.grid_lines = true; }));
  CHECK(differs([](auto& o) { o.dark = true; }));
  CHECK(differs([](auto& o) { o.title = "title"; }));
  CHECK(differs([](auto& o) { o.note = "note"; }));
  CHECK(differs([](auto& o) { o.first_row = 100; }));
  CHECK(differs([](auto& o) { o.normalize = Normalize::parse("row"); }));
  CHECK(differs([](auto& o) { o.row_axis = ""; }));
  CHECK(differs([](auto& o) { o.colormap = colormap("mako"); }));
}

TEST_CASE("a cell without a number is hatched grey") {
  Matrix<float> m = test::ramp(4, 4);
  m(0, 1) = NAN;
  HeatmapOptions options;
  options.annotate = true;
  const Image image = heatmap(MatrixView(m), options, test::font());
  const Place map = find_map(image, color_of(0));
  REQUIRE(map.x > 0);
  int grey = 0, stripe = 0;
  for (int y = 0; y < 96; ++y)
    for (int x = 0; x < 96; ++x) {
      grey += image.at(map.x + 96 + x, map.y + y) == Theme::light().bad;
      stripe += image.at(map.x + 96 + x, map.y + y) == Theme::light().bad_stripe;
    }
  CHECK(grey + stripe == 96 * 96);
  CHECK(stripe == Approx(96 * 96 / 6).epsilon(0.05));
}

TEST_CASE("a sheet of heads shares one scale, unless each is asked to have its own") {
  const Matrix<float> low = Matrix<float>::Constant(3, 3, 0.0f), mid = Matrix<float>::Constant(3, 3, 0.5f);
  const Matrix<float> high = Matrix<float>::Constant(3, 3, 1.0f);
  PanelGrid grid;
  grid.columns = 3;
  for (const Matrix<float>* m : std::vector<const Matrix<float>*>{&low, &mid, &high})
    grid.panels.emplace_back(m->data(), 3, 3, Eigen::OuterStride<>(3));
  const Image image = heatmap_grid(grid, {}, test::font());
  const Place map = find_map(image, color_of(0));
  REQUIRE(map.x > 0);
  const int step = 3 * 72 + 18;
  CHECK(image.at(map.x + step + 10, map.y + 10) == color_of(0.5));
  CHECK(image.at(map.x + 2 * step + 10, map.y + 10) == color_of(1));
  HeatmapOptions options;
  options.normalize = Normalize::parse("head");
  CHECK(find_map(heatmap_grid(grid, options, test::font()), color_of(0.5)).x ==
        map.x);  // all maps constant: the middle
}

TEST_CASE("errors") {
  const Matrix<float> m = test::ramp(2, 2);
  HeatmapOptions options;
  options.row_labels = {"a", "b", "c"};
  CHECK(test::contains(test::message_of<ShapeError>([&] { heatmap(MatrixView(m), options, test::font()); }),
                       "3 row labels, expected 2"));
  options.row_labels = {"a", "\xFF"};
  CHECK(test::contains(test::message_of<FormatError>([&] { heatmap(MatrixView(m), options, test::font()); }),
                       "row label 1: byte 0 is 0xff"));
  CHECK_THROWS_AS(heatmap(Matrix<float>(0, 3), {}, test::font()), ShapeError);
  HeatmapOptions huge;
  huge.cell = 1 << 20;
  CHECK_THROWS_AS(heatmap(MatrixView(m), huge, test::font()), UsageError);
}
