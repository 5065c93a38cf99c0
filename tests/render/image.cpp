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

TEST_CASE("mixing goes from one colour to the other") {
  CHECK(mix({0, 100, 255}, {255, 0, 255}, 0, 15) == Color{0, 100, 255});
  CHECK(mix({0, 100, 255}, {255, 0, 255}, 15, 15) == Color{255, 0, 255});
  CHECK(mix({0, 100, 0}, {10, 0, 0}, 1, 2) == Color{5, 50, 0});
}

TEST_CASE("sizes that no reader takes are refused") {
  CHECK_THROWS_AS(Image(0, 3), UsageError);
  CHECK_THROWS_AS(Image(3, -1), UsageError);
  CHECK_THROWS_AS(Image(1 << 20, 1 << 20), UsageError);
  CHECK(test::contains(test::message_of<UsageError>([] { Image(70000, 80000); }), "70000 x 80000 pixels"));
}
