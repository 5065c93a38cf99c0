#include <attn/base/shape.hpp>

#include "catch.hpp"

using attn::Shape;

TEST_CASE("shape: written as in messages") {
  CHECK(attn::to_string(Shape{12, 64, 8}) == "[12 x 64 x 8]");
  CHECK(attn::to_string(Shape{5}) == "[5]");
  CHECK(attn::to_string(Shape{}) == "[]");
  CHECK(attn::shape_of(Eigen::MatrixXf(2, 3)) == Shape{2, 3});
}

TEST_CASE("shape: sizes that can't be counted are noticed") {
  const attn::Index large = attn::Index{1} << 32;
  CHECK(attn::checked_size({2, 3}, 4) == 24);
  CHECK(attn::checked_size({}) == 1);
  CHECK(attn::checked_size({large, 0}) == 0);
  CHECK_FALSE(attn::checked_size({large, large}));
  CHECK_FALSE(attn::checked_size({large, large, 0}));  // NumPy refuses such a shape too
  CHECK_FALSE(attn::checked_size({large, large >> 2}, 8));
  CHECK_FALSE(attn::checked_size({2, -1}));
}

TEST_CASE("shape: the error names both shapes and the hint") {
  CHECK_NOTHROW(attn::check_shape(true, "here", "k", {2, 3}, "[2 x 4]"));
  CHECK_THROWS_AS(attn::check_shape(false, "here", "k", {2, 3}, "[2 x 4]"), attn::ShapeError);
  CHECK_THROWS_WITH(attn::check_shape(false, "here", "k", {2, 3}, "[2 x 4]"), "here: k is [2 x 3], expected [2 x 4]");
  CHECK_THROWS_WITH(attn::check_shape(false, "here", "k", {2, 3}, "[2 x 4]", "transpose it"),
                    "here: k is [2 x 3], expected [2 x 4]; transpose it");
}
