#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/image.hpp>

using namespace attn;
using namespace attn::render;

TEST_CASE("a picture has one colour until something is drawn") {
  Image image(5, 3, {1, 2, 3});
  CHECK(image.width() == 5);
  CHECK(image.height() == 3);
  CHECK(test::ink(image, 0, 0, 5, 3, {1, 2, 3}) == 0);
  image.fill_rect(1, 1, 2, 1, {9, 9, 9});
  CHECK(test::ink(image, 0, 0, 5, 3, {1, 2, 3}) == 2);
  CHECK(image.at(2, 1) == Color{9, 9, 9});
  CHECK(image.at(3, 1) == Color{1, 2, 3});
}

TEST_CASE("what lies outside isn't drawn") {
  Image image(4, 4);
  image.fill_rect(-3, 2, 5, 100, {0, 0, 0});
  CHECK(test::ink(image) == 4);
  image.fill_rect(10, 0, 3, 3, {0, 0, 0});
  image.fill_rect(0, -9, 3, 3, {0, 0, 0});
  CHECK(test::ink(image) == 4);
  CHECK_FALSE(image.contains(4, 0));
  CHECK_FALSE(image.contains(0, -1));
}

TEST_CASE("a frame is one pixel wide") {
  Image image(6, 5);
  image.frame(1, 1, 4, 3, {0, 0, 0});
  CHECK(test::ink(image) == 10);
  CHECK(image.at(2, 2) == Color{255, 255, 255});
}

TEST_CASE("with the 257th colour a picture turns to RGB and keeps its pixels") {
  Image image(40, 10, {0, 0, 255});
  for (int i = 0; i < 255; ++i) image.set(i % 40, i / 40, {static_cast<std::uint8_t>(i), 1, 2});
  CHECK(image.has_palette());
  CHECK(image.palette().size() == 256);
  image.set(39, 9, {7, 7, 7});
  CHECK_FALSE(image.has_palette());
  for (int i = 0; i < 255; ++i) REQUIRE(image.at(i % 40, i / 40) == Color{static_cast<std::uint8_t>(i), 1, 2});
  CHECK(image.at(39, 9) == Color{7, 7, 7});
  CHECK(image.at(38, 9) == Color{0, 0, 255});
  image.fill_rect(0, 9, 2, 1, {8, 8, 8});
  CHECK(image.at(1, 9) == Color{8, 8, 8});
}

TEST_CASE("a row of cells, with a palette and without") {
  const std::vector<Color> colors = {{1, 0, 0}, {2, 0, 0}, {3, 0, 0}};
  for (const bool rgb : {false, true}) {
    Image image(20, 20);
    if (rgb)
      for (int i = 0; i < 300; ++i)
        image.set(i % 20, i / 20, {9, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i / 256)});
    image.draw_cells(2, 3, {2, 0, 1}, 4, 5, colors);
    CHECK(image.has_palette() != rgb);
    for (int j = 0; j < 3; ++j)
      for (int y = 3; y < 8; ++y)
        for (int x = 0; x < 4; ++x)
          REQUIRE(image.at(2 + 4 * j + x, y) == Color{static_cast<std::uint8_t>(j == 0 ? 3 : j), 0, 0});
    CHECK(image.at(14, 3).r != 2);
    CHECK(image.at(2, 8).r != 3);
  }
}

TEST_CASE("sizes that no reader takes are refused") {
  CHECK_THROWS_AS(Image(0, 3), UsageError);
  CHECK_THROWS_AS(Image(3, -1), UsageError);
  CHECK_THROWS_AS(Image(1 << 20, 1 << 20), UsageError);
  CHECK(test::contains(test::message_of<UsageError>([] { Image(70000, 80000); }), "70000 x 80000 pixels"));
}
