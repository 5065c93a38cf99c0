#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/theme.hpp>

using namespace attn::render;

TEST_CASE("letters stand out from the ground, in light and dark") {
  for (const Theme& theme : {Theme::light(), Theme::dark()}) {
    CHECK(std::abs(brightness(theme.ink) - brightness(theme.background)) > 0.7);
    CHECK(std::abs(brightness(theme.muted) - brightness(theme.background)) > 0.45);
    CHECK_FALSE(theme.bad == theme.background);
  }
  CHECK(brightness(Theme::dark().background) < 0.2);
}

TEST_CASE("levels go from the first colour to the last, and one more is for what isn't a number") {
  const auto colors = level_colors(colormap("magma"), Theme::light());
  REQUIRE(colors.size() == kLevels + 1);
  CHECK(colors.front() == colormap("magma")(0));
  CHECK(colors[kLevels - 1] == colormap("magma")(1));
  CHECK(colors.back() == Theme::light().bad);
}
