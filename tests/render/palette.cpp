#include "catch.hpp"

#include <attn/render/palette.hpp>

using namespace attn::render;

TEST_CASE("colours are numbered in order of appearance") {
  Palette palette;
  CHECK(palette.index_of({9, 9, 9}) == 0);
  CHECK(palette.index_of({0, 0, 0}) == 1);
  CHECK(palette.index_of({0, 0, 1}) == 2);
  CHECK(palette.index_of({9, 9, 9}) == 0);
  CHECK(palette.index_of({0, 0, 0}) == 1);
  CHECK(palette.colors().size() == 3);
}

TEST_CASE("256 colours fit, whichever they are, and no more") {
  for (int stride = 1; stride < 65000; stride += 997) {
    Palette palette;
    const auto color = [&](int i) {
      const int key = i * stride;
      return Color{static_cast<std::uint8_t>(key >> 16), static_cast<std::uint8_t>(key >> 8),
                   static_cast<std::uint8_t>(key)};
    };
    for (int i = 0; i < 256; ++i) REQUIRE(palette.index_of(color(i)) == i);
    CHECK(palette.index_of({255, 255, 254}) == Palette::kFull);
    for (int i = 0; i < 256; ++i) REQUIRE(palette.index_of(color(i)) == i);
    CHECK(palette.colors().size() == 256);
  }
}
