#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/scales.hpp>

#include <cmath>

using namespace attn;
using namespace attn::render;

namespace {

Panel panel_of(const Matrix<float>& m) { return Panel(m.data(), m.rows(), m.cols(), Eigen::OuterStride<>(m.cols())); }

struct Maps {
  Matrix<float> a{2, 2}, b{2, 2};
  std::vector<Panel> panels;
  Maps() {
    a << 0.1f, 0.2f, 0.3f, 0.4f;
    b << 0.5f, 0.5f, 0.9f, NAN;
    panels.push_back(panel_of(a));
    panels.push_back(panel_of(b));
  }
};

HeatmapOptions normalized(const char* text) {
  HeatmapOptions options;
  options.normalize = Normalize::parse(text);
  return options;
}

}  // namespace

TEST_CASE("all maps share one scale by default") {
  const Maps maps;
  const HeatmapOptions options;
  const Scales scales(maps.panels, options);
  REQUIRE(scales.shared());
  CHECK(scales.shared()->limits().low == Approx(0.1));
  CHECK(scales.shared()->limits().high == Approx(0.9));
  CHECK(scales.bad() == 1);
}

TEST_CASE("each map or each row has its own when asked for") {
  const Maps maps;
  const HeatmapOptions head = normalized("head"), row = normalized("row");
  const Scales by_map(maps.panels, head), by_row(maps.panels, row);
  CHECK_FALSE(by_map.shared());
  CHECK(by_map.of_panel(maps.panels[0])->limits().high == Approx(0.4));
  CHECK_FALSE(by_row.of_panel(maps.panels[0]));
  CHECK(by_row.of_row(maps.panels[0], 1).limits().low == Approx(0.3));
  CHECK(by_row.of_row(maps.panels[1], 0).constant());
}

TEST_CASE("fixed is 0 to 1; chosen ends replace those that were found") {
  const Maps maps;
  const HeatmapOptions fixed = normalized("fixed");
  CHECK(Scales(maps.panels, fixed).shared()->limits().high == 1);
  HeatmapOptions chosen;
  chosen.vmax = 0.5;
  const Scales scales(maps.panels, chosen);
  CHECK(scales.ends_chosen());
  CHECK(scales.shared()->limits().low == Approx(0.1));
  CHECK(scales.shared()->limits().high == 0.5);
}

TEST_CASE("signed numbers on a diverging map lie symmetric about 0") {
  Matrix<float> m(1, 3);
  m << -0.2f, 0.0f, 0.7f;
  HeatmapOptions options;
  options.colormap = colormap("vlag");
  const std::vector<Panel> panels = {panel_of(m)};
  const Scales scales(panels, options);
  CHECK(scales.symmetric());
  CHECK((*scales.shared())(0) == Approx(0.5));
  CHECK(scales.shared()->limits().low == Approx(-0.7));
  options.colormap = colormap("viridis");
  CHECK_FALSE(Scales(panels, options).symmetric());
}

TEST_CASE("an end chosen beyond all numbers is refused, unless both are chosen") {
  const Maps maps;
  const auto message = [&](std::optional<double> vmin, std::optional<double> vmax) {
    HeatmapOptions options;
    options.vmin = vmin, options.vmax = vmax;
    return test::message_of<UsageError>([&] { Scales(maps.panels, options); });
  };
  CHECK(message(5, {}) == "heatmap: vmin is 5, expected less than the largest value, 0.9; say vmax as well");
  CHECK(message({}, -1) == "heatmap: vmax is −1, expected more than the smallest value, 0.1; say vmin as well");
  HeatmapOptions both;
  both.vmin = 2, both.vmax = 3;
  CHECK(Scales(maps.panels, both).shared()->limits().low == 2);
}
