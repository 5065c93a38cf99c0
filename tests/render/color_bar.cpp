#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/color_bar.hpp>

using namespace attn;
using namespace attn::render;

namespace {
const Limits kFound{-HUGE_VAL, HUGE_VAL};
ColorBar bar_of(const char* normalize, Limits limits, int height = 300, Limits fixed = kFound) {
  return layout_color_bar(Text(test::font(), 13), Scale(Normalize::parse(normalize), limits), height, fixed, U"");
}
}  // namespace

TEST_CASE("a bar names at most six numbers, that don't touch") {
  for (const char* normalize : {"minmax", "gamma", "gamma:0.2", "log", "log:1e-9"})
    for (const Limits limits : {Limits{0, 1}, Limits{0.02, 0.81}, Limits{0, 1e-6}, Limits{-3, 7}, Limits{0, 123456}})
      for (const int height : {40, 96, 300, 1600}) {
        const ColorBar bar = bar_of(normalize, limits, height);
        INFO(normalize << " " << limits.low << " " << limits.high << " " << height);
        CHECK(bar.marks.size() <= 6);
        for (std::size_t i = 0; i < bar.marks.size(); ++i)
          for (std::size_t j = 0; j < i; ++j) CHECK(std::abs(bar.marks[i].t - bar.marks[j].t) * height >= 12);
      }
}

TEST_CASE("ticks stand where their numbers lie") {
  const ColorBar bar = bar_of("minmax", {0, 1});
  REQUIRE(bar.marks.size() == 6);
  CHECK(bar.marks[1].text == U"0.2");
  CHECK(bar.marks[1].t == Approx(0.2));
  const ColorBar gamma = bar_of("gamma", {0, 1});
  CHECK(gamma.marks[1].t == Approx(std::sqrt(0.2)));
}

TEST_CASE("ends that were chosen are named") {
  const ColorBar bar = bar_of("minmax", {0.05, 0.73}, 300, {0.05, 0.73});
  const auto has = [&](const std::u32string& text) {
    return std::any_of(bar.marks.begin(), bar.marks.end(), [&](const auto& mark) { return mark.text == text; });
  };
  CHECK(has(U"0.05"));
  CHECK(has(U"0.73"));
}

TEST_CASE("equal numbers have one tick, in the middle") {
  const ColorBar bar = bar_of("minmax", {0.25, 0.25});
  REQUIRE(bar.marks.size() == 1);
  CHECK(bar.marks[0].t == 0.5);
  CHECK(bar.marks[0].text == U"0.25");
}

TEST_CASE("without one scale the bar counts shares") {
  const ColorBar bar = layout_color_bar(Text(test::font(), 13), std::nullopt, 300, kFound, U"of each row");
  CHECK(bar.marks.front().text == U"0.0");
  CHECK(bar.marks.back().text == U"1.0");
  CHECK(bar.depth > bar_of("minmax", {0, 1}).depth);
}

TEST_CASE("the highest colour is on top") {
  Text text(test::font(), 13);
  Image image(100, 340);
  const auto colors = level_colors(colormap("viridis"), Theme::light());
  draw_color_bar(image, text, bar_of("minmax", {0, 1}), 20, 20, 300, colors, Theme::light());
  CHECK(image.at(25, 20) == colors[kLevels - 1]);
  CHECK(image.at(25, 319) == colors[0]);
  CHECK(test::ink(image, 40, 10, 60, 320) > 50);
}

TEST_CASE("a bar too short for round numbers names its ends") {
  const ColorBar bar = bar_of("minmax", {0.1131, 0.2694}, 40);
  REQUIRE(bar.marks.size() == 2);
  CHECK(bar.marks[0].t == 0);
  CHECK(bar.marks[1].t == 1);
  CHECK(bar.marks[0].text == U"0.113");
}
