#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/panel_grid.hpp>

using namespace attn;
using namespace attn::render;

namespace {
Panel panel_of(const Matrix<float>& m) { return Panel(m.data(), m.rows(), m.cols(), Eigen::OuterStride<>(m.cols())); }
}  // namespace

TEST_CASE("rows and columns of a sheet") {
  const Matrix<float> m = test::ramp(2, 2);
  PanelGrid grid;
  grid.columns = 3;
  for (int n = 0; n < 5; ++n) grid.panels.push_back(panel_of(m));
  CHECK(grid.down() == 2);
  CHECK(grid.across() == 3);
  grid.columns = 8;
  CHECK(grid.down() == 1);
  CHECK(grid.across() == 5);
}

TEST_CASE("what doesn't fit together is refused, with both sizes") {
  const Matrix<float> a = test::ramp(2, 2), b = test::ramp(2, 3), empty(0, 4);
  PanelGrid grid;
  CHECK_THROWS_AS(grid.check(), ShapeError);
  grid.panels.push_back(panel_of(a));
  grid.check();
  grid.row_names = {"layer 0", "layer 1"};
  CHECK(test::contains(test::message_of<ShapeError>([&] { grid.check(); }), "2 names of rows, expected 1"));
  grid.row_names.clear();
  grid.panels.push_back(panel_of(b));
  const std::string message = test::message_of<ShapeError>([&] { grid.check(); });
  CHECK(test::contains(message, "map 1 is [2 x 3]"));
  CHECK(test::contains(message, "[2 x 2]"));
  PanelGrid none;
  none.panels.push_back(panel_of(empty));
  CHECK(test::contains(test::message_of<ShapeError>([&] { none.check(); }), "[0 x 4]"));
}

TEST_CASE("options that contradict the matrix or each other are refused") {
  const Matrix<float> m = test::ramp(2, 3);
  PanelGrid grid;
  grid.panels.push_back(panel_of(m));
  const auto refused = [&](auto change) {
    HeatmapOptions options;
    change(options);
    return test::message_of<Error>([&] { check_heatmap(grid, options); });
  };
  CHECK(refused([](auto&) {}).empty());
  CHECK(test::contains(refused([](auto& o) { o.row_labels = {"a"}; }), "1 row labels, expected 2, one for each row"));
  CHECK(test::contains(refused([](auto& o) { o.column_labels = {"a", "b"}; }), "2 column labels, expected 3"));
  CHECK(test::contains(refused([](auto& o) { o.vmin = 1, o.vmax = 0.5; }),
                       "vmin is 1, expected less than vmax, which is 0.5"));
  CHECK(test::contains(refused([](auto& o) { o.vmin = NAN; }), "finite"));
  CHECK(test::contains(refused([](auto& o) { o.vmin = -1, o.normalize = Normalize::parse("log"); }),
                       "an end of the log scale is −1, expected more than 0"));
  CHECK(test::contains(refused([](auto& o) { o.cell = -1; }), "-1"));
}
