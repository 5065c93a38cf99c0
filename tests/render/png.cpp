#include "catch.hpp"
#include "render/png_reader.hpp"
#include "render/support.hpp"

#include <attn/render/png.hpp>

#include <cstdio>
#include <random>

#include <unistd.h>

using namespace attn;
using namespace attn::render;

namespace {

Image random_image(int width, int height, int colors) {
  std::mt19937 random(static_cast<unsigned>(width * 31 + height * 7 + colors));
  Image image(width, height, {0, 0, 0});  // one of the colours
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const auto c = static_cast<unsigned>(random()) % static_cast<unsigned>(colors);
      image.set(x, y,
                {static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(c >> 8), static_cast<std::uint8_t>(c * 37)});
    }
  return image;
}

}  // namespace

TEST_CASE("decoding gives the picture back") {
  for (const int colors : {1, 2, 3, 4, 5, 16, 17, 256, 257, 60000})
    for (const auto& [width, height] : {std::pair{1, 1}, {7, 3}, {8, 5}, {33, 64}, {300, 200}}) {
      const Image image = random_image(width, height, colors);
      INFO(colors << " colours, " << width << " x " << height);
      CHECK(test::same(test::read_png(encode_png(image)), image));
    }
}

TEST_CASE("a large picture, compressed with less effort, comes back as well") {
  const Image image = random_image(1700, 1300, 200);
  CHECK(test::same(test::read_png(encode_png(image)), image));
}

TEST_CASE("a smooth picture is stored as differences, comes back, and is small") {
  Image image(900, 700);
  for (int y = 0; y < 700; ++y)
    for (int x = 0; x < 900; ++x) image.set(x, y, {static_cast<std::uint8_t>((x * 3 + (x + y) / 4) % 251), 9, 77});
  const std::vector<std::uint8_t> png = encode_png(image);
  CHECK(test::same(test::read_png(png), image));
  CHECK(png.size() < 900 * 700 / 10);
}

TEST_CASE("few colours become a palette with few bits") {
  const auto kind = [](int colors) {
    const std::vector<std::uint8_t> png = encode_png(random_image(100, 100, colors));
    return std::pair<int, int>(png[24], png[25]);  // bits, colour type: 3 palette, 2 RGB
  };
  CHECK(kind(2) == std::pair(1, 3));
  CHECK(kind(4) == std::pair(2, 3));
  CHECK(kind(16) == std::pair(4, 3));
  CHECK(kind(17) == std::pair(8, 3));
  CHECK(kind(256) == std::pair(8, 3));
  CHECK(kind(5000) == std::pair(8, 2));
}

TEST_CASE("the file names the program and no time, and is always the same") {
  const Image image = random_image(20, 20, 9);
  const std::vector<std::uint8_t> png = encode_png(image);
  CHECK(png == encode_png(image));
  const std::string text(png.begin(), png.end());
  CHECK(test::contains(text, std::string("tEXtSoftware\0attn", 17)));
  CHECK_FALSE(test::contains(text, "tIME"));
}

TEST_CASE("a file appears whole or not at all") {
  const std::string path = "/tmp/attn_test_png_" + std::to_string(::getpid()) + ".png";
  const Image image = random_image(10, 12, 3);
  write_png(path, image);
  const std::string bytes = test::read_text(path);
  CHECK(std::vector<std::uint8_t>(bytes.begin(), bytes.end()) == encode_png(image));
  std::remove(path.c_str());
  CHECK_THROWS_AS(write_png("/nonexistent/folder/a.png", image), FileError);
  CHECK_THROWS_AS(write_png("/dev/full", image), FileError);
  CHECK_THROWS_AS(encode_png(Image()), UsageError);
}
