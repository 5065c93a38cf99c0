// Resizing against Pillow, whose results are in tests/data/model, and against numbers worked out by hand from the
// filters.
#include "model/pictures.hpp"

#include <attn/io/npz.hpp>
#include <attn/model/image_resize.hpp>

#include "catch.hpp"

using namespace attn;
using namespace attn::model;

namespace {

Picture row(std::vector<std::uint8_t> pixels) {
  Picture picture(1, static_cast<Index>(pixels.size()), 1);
  picture.pixels = std::move(pixels);
  return picture;
}

}  // namespace

TEST_CASE("resize: by every filter, larger and smaller, byte for byte as Pillow") {
  const io::MappedFile file(ATTN_TEST_DATA "/model/resized.npz");
  const io::Npz archive(file.bytes());
  Picture picture;
  int cases = 0;
  for (std::size_t n = 0; n < archive.names().size(); ++n) {
    const Tensor<float> pillow = io::to_tensor<float>(archive.read(n));
    const Shape& shape = pillow.shape();
    if (shape.size() == 3) {  // a picture, which the next ones were made of
      picture = Picture(shape[0], shape[1], shape[2]);
      std::transform(pillow.data(), pillow.data() + pillow.size(), picture.pixels.begin(),
                     [](float byte) { return static_cast<std::uint8_t>(byte); });
      continue;
    }
    for (int code = 0; code < 6; ++code, ++cases) {
      const auto filter = static_cast<Resample>(code);
      INFO(archive.names()[n] << " by " << name_of(filter));
      const Picture ours = resize(picture, shape[1], shape[2], filter);
      const Index size = shape[1] * shape[2] * shape[3];
      REQUIRE(static_cast<Index>(ours.pixels.size()) == size);
      CHECK(std::equal(ours.pixels.begin(), ours.pixels.end(), pillow.data() + code * size));
    }
  }
  CHECK(cases == 12 * 6);
}

TEST_CASE("resize: the mean of what shrinks, and of equal pixels the same") {
  const Picture four = row({10, 20, 30, 41});
  CHECK(test::text_of(resize(four, 1, 2, Resample::box)) == "[1 x 2 x 1] 15 36");
  CHECK(test::text_of(resize(four, 1, 4, Resample::lanczos)) == "[1 x 4 x 1] 10 20 30 41");
  // Weights 1/8, 3/8, 3/8, 1/8 about the middle, of those that are there.
  CHECK(test::text_of(resize(row({0, 0, 80, 80, 0, 0}), 1, 3, Resample::bilinear)) == "[1 x 3 x 1] 11 60 11");
  for (const Resample r :
       {Resample::nearest, Resample::lanczos, Resample::bilinear, Resample::bicubic, Resample::box, Resample::hamming})
    for (const Index side : {1, 3, 11}) {
      INFO(name_of(r) << " to " << side);
      Picture flat(5, 7, 3);
      for (std::size_t n = 0; n < flat.pixels.size(); ++n) flat.pixels[n] = static_cast<std::uint8_t>(50 + n % 3);
      const Picture result = resize(flat, side, side + 1, r);
      REQUIRE(result.height == side);
      REQUIRE(result.width == side + 1);
      for (std::size_t n = 0; n < result.pixels.size(); ++n) CHECK(result.pixels[n] == 50 + n % 3);
    }
}

TEST_CASE("resize: what grows is interpolated, and overshoot is cut") {
  CHECK(test::text_of(resize(row({0, 100}), 1, 4, Resample::bilinear)) == "[1 x 4 x 1] 0 25 75 100");
  CHECK(test::text_of(resize(row({0, 100}), 1, 4, Resample::nearest)) == "[1 x 4 x 1] 0 0 100 100");
  const Picture edge = resize(row({0, 0, 255, 255}), 1, 8, Resample::bicubic);
  CHECK(*edge.pixel(0, 0) == 0);
  CHECK(*edge.pixel(0, 7) == 255);
  CHECK(*edge.pixel(0, 2) == 0);
  CHECK(*edge.pixel(0, 5) == 255);
}

TEST_CASE("resize: rows and columns change places with the picture") {
  Picture wide(2, 3, 1), tall(3, 2, 1);
  for (Index y = 0; y < 2; ++y)
    for (Index x = 0; x < 3; ++x) *wide.pixel(y, x) = *tall.pixel(x, y) = static_cast<std::uint8_t>(40 * y + 31 * x);
  for (const Resample r : {Resample::bilinear, Resample::nearest}) {
    const Picture a = resize(wide, 2, 5, r), b = resize(tall, 5, 2, r);
    for (Index y = 0; y < 2; ++y)
      for (Index x = 0; x < 5; ++x) CHECK(*a.pixel(y, x) == *b.pixel(x, y));
  }
}

TEST_CASE("resize: a size that can't be is refused") {
  CHECK_THROWS_AS(resize(row({1, 2}), 0, 3, Resample::box), UsageError);
  CHECK_THROWS_AS(resize(row({1, 2}), 3, 100000, Resample::box), UsageError);
}
