#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/axis.hpp>

using namespace attn;
using namespace attn::render;

namespace {

std::vector<std::u32string> labels(Index n, const std::u32string& word) {
  return std::vector<std::u32string>(static_cast<std::size_t>(n), word);
}
const Text& text() {
  static const Text small(test::font(), 13);
  return small;
}

}  // namespace

TEST_CASE("column labels lie level where they fit, and stand where they'd collide") {
  const Axis level = layout_axis(text(), Side::columns, labels(4, U"word"), 4, 400);
  CHECK_FALSE(level.standing);
  CHECK(level.every == 1);
  CHECK(level.marks.size() == 4);
  CHECK(level.marks[1].at == Approx(150));
  const Axis standing = layout_axis(text(), Side::columns, labels(4, U"a longer label"), 4, 200);
  CHECK(standing.standing);
  CHECK(standing.every == 1);
  CHECK(standing.depth > level.depth);
}

TEST_CASE("labels are thinned evenly, to the densest that doesn't overlap") {
  for (const Side side : {Side::rows, Side::columns})
    for (const Index n : {10, 57, 200, 1000}) {
      const Axis axis = layout_axis(text(), side, labels(n, U"a longer label"), n, 500);
      const double pitch = 500.0 / static_cast<double>(n);
      INFO(n);
      CHECK(static_cast<double>(axis.every) * pitch >= label_pitch(text()) - 1e-6);
      CHECK(static_cast<double>(axis.every - 1) * pitch < label_pitch(text()));
      for (std::size_t i = 1; i < axis.marks.size(); ++i)
        CHECK(axis.marks[i].at - axis.marks[i - 1].at == Approx(static_cast<double>(axis.every) * pitch));
      CHECK(axis.marks.front().at == Approx(pitch / 2));
      CHECK(axis.ticks == (axis.every > 1));
    }
}

TEST_CASE("long labels are cut") {
  const Axis axis = layout_axis(text(), Side::rows, labels(2, std::u32string(80, U'n')), 2, 200);
  CHECK(axis.marks[0].text.back() == U'…');
  CHECK(axis.marks[0].text.size() <= kLongestLabel);
}

TEST_CASE("without labels an axis counts at round numbers, from where the window begins") {
  const Axis axis = layout_axis(text(), Side::columns, {}, 512, 512);
  CHECK(axis.marks[0].text == U"0");
  CHECK(axis.marks[1].text == U"50");
  CHECK(axis.marks[1].at == Approx(50.5));
  const Axis window = layout_axis(text(), Side::columns, {}, 100, 500, 1037);
  CHECK(window.marks[0].text == U"1040");
  CHECK(window.marks[0].at == Approx(3.5 * 5));
  CHECK(layout_axis(text(), Side::rows, {}, 1, 96).marks.size() == 1);
  CHECK(layout_axis(text(), Side::rows, {}, 3, 5, 7).marks.size() >= 1);
}

TEST_CASE("drawn labels end at the map and stay in their depth") {
  Text pen(test::font(), 13);
  const Color black{0, 0, 0};
  Image image(300, 300);
  const Axis rows = layout_axis(pen, Side::rows, labels(3, U"word"), 3, 150);
  draw_row_axis(image, pen, rows, 100, 50, black, black);
  CHECK(test::ink(image) == test::ink(image, 100 - rows.depth - 1, 50, rows.depth + 1, 150));
  CHECK(test::ink(image, 60, 70, 40, 10) > 20);
  Image below(300, 300);
  const Axis columns = layout_axis(pen, Side::columns, labels(3, U"a longer label"), 3, 150);
  REQUIRE(columns.standing);
  draw_column_axis(below, pen, columns, 100, 50, black, black);
  CHECK(test::ink(below) > 100);
  CHECK(test::ink(below) == test::ink(below, 100, 50, 150, columns.depth + 1));
}
