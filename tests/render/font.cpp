#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/font.hpp>

#include <cstdio>
#include <numeric>
#include <random>

#include <unistd.h>

using namespace attn;
using namespace attn::render;

namespace {
int sum(const GlyphPixels& pixels) { return std::accumulate(pixels.coverage.begin(), pixels.coverage.end(), 0); }
}  // namespace

TEST_CASE("a letter has pixels, a space has none") {
  const Font& font = test::font();
  const double scale = font.scale_for(13);
  CHECK(sum(font.draw(font.file().glyph('H'), scale, 0)) > 2000);
  CHECK(font.draw(font.file().glyph(' '), scale, 0).coverage.empty());
  CHECK(sum(font.draw(font.file().glyph(U'Ä'), scale, 0)) > sum(font.draw(font.file().glyph('A'), scale, 0)));
}

TEST_CASE("every letter of the keyboard can be drawn") {
  const Font& font = test::font();
  for (char32_t c = '!'; c <= '~'; ++c) {
    INFO(static_cast<char>(c));
    CHECK(sum(font.draw(font.file().glyph(c), font.scale_for(13), 0)) > 0);
  }
}

TEST_CASE("small letters are a whole number of pixels high") {
  const Font& font = test::font();
  for (const double size : {9.0, 11.0, 13.0, 16.0, 20.0}) {
    const GlyphPixels x = font.draw(font.file().glyph('x'), font.scale_for(size), 0);
    const auto row = [&](int y) {
      const auto begin = x.coverage.begin() + y * x.width;
      return *std::max_element(begin, begin + x.width);
    };
    INFO(size);
    CHECK(row(0) > 100);  // the top row is inked, not a faint blur
    CHECK(font.scale_for(size) * font.file().units_per_em() == Approx(size).epsilon(0.1));
  }
}

TEST_CASE("a shift moves ink and loses none") {
  const Font& font = test::font();
  const int glyph = font.file().glyph('o');
  const int whole = sum(font.draw(glyph, font.scale_for(13), 0));
  for (const double shift : {0.25, 0.5, 0.75})
    CHECK(sum(font.draw(glyph, font.scale_for(13), shift)) == Approx(whole).epsilon(0.02));
}

TEST_CASE("files that aren't fonts") {
  CHECK_THROWS_AS(Font::from_file("/nonexistent.ttf"), FileError);
  CHECK_THROWS_AS(Font::from_file("/tmp"), FileError);
  const std::string path = "/tmp/attn_test_font_" + std::to_string(::getpid()) + ".ttf";
  std::FILE* file = std::fopen(path.c_str(), "wb");
  std::fputs("this is not a font, it only has its name", file);
  std::fclose(file);
  CHECK(test::contains(test::message_of<FormatError>([&] { Font::from_file(path); }), path + ": font: byte 0"));
  std::remove(path.c_str());
}

TEST_CASE("damaged outlines are drawn somehow or not at all, without harm") {
  const std::string text = test::read_text("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
  if (text.empty()) return;
  std::mt19937 random(5);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::uint8_t> bytes(text.begin(), text.end());
    for (int i = 0; i < 20000; ++i)
      bytes[12000 + random() % (bytes.size() - 12000)] = static_cast<std::uint8_t>(random());
    try {
      const Font font = Font::from_bytes(bytes);
      for (char32_t c = 'A'; c < 'z'; ++c) font.draw(font.file().glyph(c), font.scale_for(13), 0.25);
    } catch (const Error&) {
    }
  }
}
