#include "catch.hpp"

#include <attn/render/cell_size.hpp>

using namespace attn;
using namespace attn::render;

namespace {
CellSize size_of(Index N, Index M, const HeatmapOptions& options = {}) {
  return choose_cell_size(N, M, 1, 1, 0, options);
}
}  // namespace

TEST_CASE("small matrices have square cells of a readable size") {
  for (Index n = 1; n <= 64; ++n) {
    const CellSize size = size_of(n, n);
    INFO(n);
    CHECK(size.rows == n);
    CHECK(size.width == size.height);
    CHECK(size.width <= 96);
    CHECK(size.width * n <= 800);
    if (n >= 8) CHECK(size.width * n >= 640);
  }
  CHECK(size_of(4, 4).width == 96);
}

TEST_CASE("what is larger than the picture is pooled in nearly equal blocks") {
  const CellSize size = size_of(8192, 8192);
  CHECK(size.rows == 1366);
  CHECK(size.columns == 1366);
  CHECK(size.width == 1);
  CHECK(size_of(1600, 1600).rows == 1600);
  CHECK(size_of(2048, 2048).rows == 1024);
}

TEST_CASE("a cell that was asked for is drawn, however many there are") {
  HeatmapOptions options;
  options.cell = 1;
  CHECK(size_of(8192, 8192, options).rows == 8192);
  options.cell = 7;
  CHECK(size_of(3, 400, options).height == 7);
}

TEST_CASE("a width that was asked for is used and not exceeded") {
  HeatmapOptions options;
  options.width = 500;
  for (const Index n : {1, 4, 33, 64, 499, 500, 501, 5000}) {
    const CellSize size = size_of(n, n, options);
    INFO(n);
    CHECK(size.columns * size.width <= 500);
    CHECK(size.columns * size.width >= 250);
  }
}

TEST_CASE("a few rows of many columns stay readable") {
  const CellSize wide = size_of(3, 400), tall = size_of(400, 3);
  CHECK(wide.height == 40);
  CHECK(wide.width < 5);
  CHECK(tall.width == 40);
  CHECK(tall.rows == 400);
}

TEST_CASE("labels and values make cells larger where that's enough for them") {
  HeatmapOptions options;
  options.row_labels.assign(64, "x");
  CHECK(size_of(64, 64, options).height >= 14);
  HeatmapOptions values;
  values.annotate = true;
  CHECK(size_of(24, 24, values).width >= 40);
  HeatmapOptions columns;
  columns.column_labels.assign(12, "however");
  CHECK(choose_cell_size(12, 12, 1, 1, 0, columns, 60).width == 68);
}

TEST_CASE("the panels of a sheet share its room") {
  const CellSize size = choose_cell_size(512, 512, 12, 12, 8, {});
  CHECK(12 * size.columns * size.width + 11 * 8 <= 2000);
  CHECK(12 * size.columns * size.width >= 1000);
}
