#include "catch.hpp"

#include <attn/render/color.hpp>

using namespace attn::render;

TEST_CASE("mixing goes from one colour to the other") {
  CHECK(mix({0, 100, 255}, {255, 0, 255}, 0, 15) == Color{0, 100, 255});
  CHECK(mix({0, 100, 255}, {255, 0, 255}, 15, 15) == Color{255, 0, 255});
  CHECK(mix({0, 100, 0}, {10, 0, 0}, 1, 2) == Color{5, 50, 0});
}
