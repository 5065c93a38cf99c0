#include "catch.hpp"

#include <attn/render/heatmap_options.hpp>

using namespace attn::render;

TEST_CASE("what a reader gets who chooses nothing") {
  const HeatmapOptions options;
  CHECK(options.colormap.name == "viridis");
  CHECK(options.normalize.range == Normalize::Range::minmax);
  CHECK(options.normalize.curve == Normalize::Curve::linear);
  CHECK(options.row_axis == "query");
  CHECK(options.column_axis == "key");
  CHECK(options.pool == Pool::mean);
  CHECK(options.cell == 0);
  CHECK_FALSE(options.vmin);
  CHECK_FALSE(options.annotate);
}
