#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/figure.hpp>
#include <attn/render/png.hpp>

#include <cmath>

using namespace attn;
using namespace attn::render;

namespace {

PanelGrid grid_of(const Matrix<float>& m, int panels, Index columns) {
  PanelGrid grid;
  grid.columns = columns;
  for (int n = 0; n < panels; ++n)
    grid.panels.emplace_back(m.data(), m.rows(), m.cols(), Eigen::OuterStride<>(m.cols()));
  return grid;
}

/// Pixels along the outermost rows and columns that aren't the ground: something was cut off there.
int ink_at_edges(const Image& image, Color ground) {
  const int w = image.width(), h = image.height();
  return test::ink(image, 0, 0, w, 3, ground) + test::ink(image, 0, h - 3, w, 3, ground) +
         test::ink(image, 0, 0, 3, h, ground) + test::ink(image, w - 3, 0, 3, h, ground);
}

}  // namespace

TEST_CASE("nothing is cut off at the picture's edges, whatever the shape") {
  for (const auto& [N, M] : {std::pair<Index, Index>{1, 1}, {4, 4}, {2, 7}, {3, 400}, {400, 3}, {64, 64}, {130, 130}})
    for (const bool labels : {false, true})
      for (const bool dark : {false, true}) {
        HeatmapOptions options;
        options.title = "A title of some length that says what this is, and goes on";
        options.dark = dark;
        options.note = "mean of 12 heads";
        if (labels) {
          options.row_labels.assign(static_cast<std::size_t>(N), "internationalisation of everything");
          options.column_labels.assign(static_cast<std::size_t>(M), "word");
        }
        const Matrix<float> m = test::ramp(N, M);
        const PanelGrid grid = grid_of(m, 1, 1);
        const Image image = Figure(grid, options, test::font()).draw();
        INFO(N << " x " << M << (labels ? " labels" : "") << (dark ? " dark" : ""));
        CHECK(ink_at_edges(image, (dark ? Theme::dark() : Theme::light()).background) == 0);
      }
}

TEST_CASE("a figure without values in its cells fits a palette") {
  for (const char* name : {"viridis", "vlag", "greys"}) {
    HeatmapOptions options;
    options.title = "Title";
    options.colormap = colormap(name);
    options.row_labels.assign(100, "kerning: AVAToYe");
    options.grid_lines = true;
    Matrix<float> m = test::ramp(100, 100);
    m(3, 4) = NAN;
    const PanelGrid grid = grid_of(m, 1, 1);
    const auto png = encode_png(Figure(grid, options, test::font()).draw());
    INFO(name);
    CHECK(png[25] == 3);
  }
}

TEST_CASE("a sheet has the names of its rows and columns, and one bar") {
  const Matrix<float> m = test::ramp(8, 8);
  PanelGrid grid = grid_of(m, 6, 3);
  const Image plain = Figure(grid, {}, test::font()).draw();
  grid.row_names = {"layer 0", "layer 1"};
  grid.column_names = {"head 0", "head 1", "head 2"};
  const Image named = Figure(grid, {}, test::font()).draw();
  CHECK(named.width() > plain.width());
  CHECK(named.height() > plain.height());
  CHECK(ink_at_edges(named, Theme::light().background) == 0);
}

TEST_CASE("a short last row leaves its place empty") {
  const Matrix<float> m = test::ramp(8, 8);
  const PanelGrid full = grid_of(m, 6, 3), shorter = grid_of(m, 5, 3);
  const Image a = Figure(full, {}, test::font()).draw(), b = Figure(shorter, {}, test::font()).draw();
  CHECK(a.width() == b.width());
  CHECK(a.height() == b.height());
  CHECK(test::ink(b) < test::ink(a));
}

TEST_CASE("narrow maps stand apart, so that their names stay whole") {
  const Matrix<float> m = test::ramp(30, 5);
  PanelGrid grid = grid_of(m, 7, 7);
  const int without = Figure(grid, {}, test::font()).draw().width();
  for (int n = 0; n < 7; ++n) grid.panel_names.push_back("a head of the name " + std::to_string(n));
  const int with = Figure(grid, {}, test::font()).draw().width();
  const double name = Text(test::font(), 13).width(U"a head of the name 6");
  CHECK(with > without);
  CHECK(with > 7 * name);
}

TEST_CASE("a map that was pooled before makes the picture that its matrix makes") {
  Matrix<float> m(3000, 2500);
  for (Index i = 0; i < m.rows(); ++i)
    for (Index j = 0; j < m.cols(); ++j) m(i, j) = static_cast<float>((i * 7 + j * j) % 101);
  for (const Pool how : {Pool::mean, Pool::max, Pool::sum})
    for (const bool labels : {false, true}) {
      HeatmapOptions options;
      options.pool = how;
      options.first_column = labels ? 0 : 10;
      if (labels) options.row_labels.assign(3000, "token");
      const Image whole = Figure(grid_of(m, 1, 1), options, test::font()).draw();
      const CellSize cells = choose_cell_size(m.rows(), m.cols(), 1, 1, panel_gap(1, 1), options);
      CHECK(cells.rows == 1500);
      const Matrix<float> pooled = pool(MatrixView(m), cells.rows, cells.columns, how);
      options.of_rows = m.rows(), options.of_columns = m.cols();
      const Image before = Figure(grid_of(pooled, 1, 1), options, test::font()).draw();
      REQUIRE(before.width() == whole.width());
      REQUIRE(before.height() == whole.height());
      int different = 0;
      for (int y = 0; y < whole.height(); ++y)
        for (int x = 0; x < whole.width(); ++x) different += !(before.at(x, y) == whole.at(x, y));
      CHECK(different == 0);
    }
}

TEST_CASE("a map that was pooled before is drawn cell by cell, and is smaller than its matrix") {
  const Matrix<float> cells = Matrix<float>::Random(1800, 1800);
  HeatmapOptions options;
  options.of_rows = options.of_columns = 100000;
  CHECK(Figure(grid_of(cells, 1, 1), options, test::font()).draw().width() > 1800);
  options.of_rows = 1000;
  CHECK_THROWS_AS(Figure(grid_of(cells, 1, 1), options, test::font()), ShapeError);
}
