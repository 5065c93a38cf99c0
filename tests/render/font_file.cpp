#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/font_file.hpp>

#include <random>

using namespace attn;
using namespace attn::render;

namespace {

std::vector<std::uint8_t> dejavu() {
  for (const char* path : {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/dejavu/DejaVuSans.ttf",
                           "/usr/share/fonts/TTF/DejaVuSans.ttf"}) {
    const std::string text = test::read_text(path);
    if (!text.empty()) return {text.begin(), text.end()};
  }
  return {};
}

}  // namespace

TEST_CASE("glyphs, widths and kerning of DejaVu Sans") {
  const auto bytes = dejavu();
  REQUIRE_FALSE(bytes.empty());
  const FontFile font(bytes);
  CHECK(font.units_per_em() == 2048);
  CHECK(font.glyph('A') > 0);
  CHECK(font.glyph(U'я') > 0);
  CHECK(font.glyph(U'😀') > 0);  // beyond 16 bits
  CHECK(font.glyph(U'中') == 0);
  CHECK(font.advance(font.glyph('W')) > font.advance(font.glyph('i')));
  CHECK(font.kerning(font.glyph('A'), font.glyph('V')) == -131);
  CHECK(font.kerning(font.glyph('a'), font.glyph('a')) == 0);
  for (char32_t c = 0; c < 0x3000; ++c) font.check_outline(font.glyph(c));
}

TEST_CASE("what isn't a font is refused") {
  const std::vector<std::uint8_t> none, text(100, 'x'), zeros(64, 0);
  CHECK_THROWS_AS(FontFile(none), FormatError);
  CHECK_THROWS_AS(FontFile(text), FormatError);
  CHECK_THROWS_AS(FontFile(zeros), FormatError);
}

TEST_CASE("a font that ends early is refused at once") {
  const auto bytes = dejavu();
  for (std::size_t size = 0; size + 1 < bytes.size(); size += 9973)
    CHECK_THROWS_AS(FontFile(std::span(bytes).first(size)), Error);
  const std::string message = test::message_of<FormatError>([&] { FontFile(std::span(bytes).first(300000)); });
  CHECK(test::contains(message, "truncated"));
  CHECK(test::contains(message, "300000"));
}

TEST_CASE("damaged bytes lead to an error or a wrong glyph, never outside the file") {
  const auto original = dejavu();
  std::mt19937 random(3);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    auto bytes = original;
    for (int i = 0; i < 200; ++i)
      bytes[random() % (round % 2 ? 2000 : bytes.size())] = static_cast<std::uint8_t>(random());
    try {
      const FontFile font(bytes);
      for (const char32_t c : U"AgÄя😀") {
        const int glyph = font.glyph(c);
        font.advance(glyph);
        font.kerning(glyph, glyph);
        font.check_outline(glyph);
      }
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 0);
}

namespace {

std::size_t number(const std::vector<std::uint8_t>& bytes, std::size_t at, int size) {
  std::size_t value = 0;
  for (int i = 0; i < size; ++i) value = value << 8 | bytes[at + static_cast<std::size_t>(i)];
  return value;
}

void set16(std::vector<std::uint8_t>& bytes, std::size_t at, unsigned value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8), bytes[at + 1] = static_cast<std::uint8_t>(value);
}

/// Where a table begins.
std::size_t table(const std::vector<std::uint8_t>& bytes, const std::string& name) {
  for (std::size_t i = 0; i < number(bytes, 4, 2); ++i)
    if (std::equal(name.begin(), name.end(), bytes.begin() + static_cast<std::ptrdiff_t>(12 + 16 * i)))
      return number(bytes, 12 + 16 * i + 8, 4);
  FAIL("no table " << name);
  return 0;
}

}  // namespace

TEST_CASE("lines that reach nowhere, or beyond all ems, are refused") {
  const auto message = [](std::size_t at, unsigned value) {
    auto bytes = dejavu();
    set16(bytes, table(bytes, "hhea") + at, value);
    return test::message_of<FormatError>([&] { FontFile font(bytes); });
  };
  CHECK(test::contains(message(4, 0xF000), "font: its lines reach from -483 to -4096 units"));
  auto bytes = dejavu();
  set16(bytes, table(bytes, "head") + 18, 1024);
  set16(bytes, table(bytes, "hhea") + 4, 17000);
  CHECK(test::contains(test::message_of<FormatError>([&] { FontFile font(bytes); }), "at most 16 times the 1024"));
}

TEST_CASE("no letter is wider than sixteen ems") {
  auto bytes = dejavu();
  const int A = FontFile(bytes).glyph('A');
  set16(bytes, table(bytes, "hmtx") + 4 * static_cast<std::size_t>(A), 0xFFFF);
  CHECK(FontFile(bytes).advance(A) == 16 * 2048);
}

TEST_CASE("parts that are placed by points are refused before stb_truetype meets them") {
  auto bytes = dejavu();
  const auto glyph = static_cast<std::size_t>(FontFile(bytes).glyph(U'é'));
  FontFile(bytes).check_outline(static_cast<int>(glyph));
  const std::size_t begin = table(bytes, "glyf") + number(bytes, table(bytes, "loca") + 4 * glyph, 4);
  REQUIRE(number(bytes, begin, 2) == 0xFFFF);  // made of parts
  set16(bytes, begin + 10, static_cast<unsigned>(number(bytes, begin + 10, 2)) & ~2u);
  CHECK(test::contains(test::message_of<FormatError>([&] { FontFile(bytes).check_outline(static_cast<int>(glyph)); }),
                       "by points"));
}
