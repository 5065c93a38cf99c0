#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/text.hpp>

#include <set>

using namespace attn;
using namespace attn::render;

namespace {
constexpr Color kBlack{0, 0, 0};
}

TEST_CASE("text covers about the box that was measured") {
  Text text(test::font(), 13);
  Image image(200, 40);
  text.draw(image, 20, 25, U"Attention", kBlack);
  const int width = static_cast<int>(text.width(U"Attention"));
  CHECK(test::ink(image) > 100);
  CHECK(test::ink(image, 18, 25 - text.ascent(), width + 4, text.line_height()) == test::ink(image));
  CHECK(test::ink(image, 20, 25 - text.cap_height(), 8, text.cap_height()) > 10);  // the A
}

TEST_CASE("upward text is the same pixels, turned") {
  Text text(test::font(), 13);
  Image level(120, 40), upward(40, 120);
  text.draw(level, 10, 25, U"query", kBlack);
  text.draw_up(upward, 25, 110, U"query", kBlack);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 120; ++x) REQUIRE(level.at(x, y) == upward.at(y, 119 - x));
}

TEST_CASE("a text takes no more than sixteen colours") {
  Text text(test::font(), 13);
  Image image(400, 40);
  text.draw(image, 3.3, 25, U"The quick brown fox, AVATAR, fjord", kBlack);
  std::set<int> colors;
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 400; ++x) colors.insert(image.at(x, y).r);
  CHECK(colors.size() <= 16);
  CHECK(colors.size() > 8);
}

TEST_CASE("a character that the font lacks is a box") {
  Text text(test::font(), 13);
  Image image(60, 40);
  text.draw(image, 20, 25, U"中", kBlack);
  CHECK(text.width(U"中") > 5);
  const int top = 25 - text.cap_height();
  CHECK(image.at(22, top) == kBlack);
  CHECK(image.at(22, 24) == kBlack);
  CHECK(image.at(21, 20) == kBlack);
  CHECK(image.at(24, 20) == Color{255, 255, 255});  // and hollow
}

TEST_CASE("long text is cut, with an ellipsis, to what fits") {
  const Text text(test::font(), 13);
  CHECK(text.cut(U"short", 100) == U"short");
  const std::u32string cut = text.cut(U"internationalisation", 60);
  CHECK(cut.back() == U'…');
  CHECK(text.width(cut) <= 60);
  CHECK(text.width(cut) > 45);
  CHECK(text.cut(U"two words", text.width(U"two w")).find(U" …") == std::u32string::npos);
}

TEST_CASE("lines break at spaces and fit") {
  const Text text(test::font(), 13);
  const std::u32string words = U"each pixel mean of up to 6 × 6 cells and one label in thirty is shown";
  const auto lines = text.wrap(words, 150);
  std::u32string joined;
  for (const auto& line : lines) {
    CHECK(text.width(line) <= 150);
    joined += (joined.empty() ? U"" : U" ") + line;
  }
  CHECK(joined == words);
  CHECK(text.wrap(U"", 100).empty());
  CHECK(text.wrap(U"internationalisation", 40).size() == 1);
}

TEST_CASE("kerning draws letters together") {
  const Text text(test::font(), 40);
  CHECK(text.width(U"AV") < text.width(U"A") + text.width(U"V"));
}

TEST_CASE("what lies outside the picture is left out") {
  Text text(test::font(), 13);
  Image image(20, 10);
  text.draw(image, -30, 5, U"a long text", kBlack);
  text.draw_up(image, 3, 300, U"a long text", kBlack);
  text.draw(image, 500, 500, U"a long text", kBlack);
  CHECK(test::ink(image) > 0);
}

TEST_CASE("a font that kerns without measure doesn't move the pen back") {
  std::string bytes = test::read_text("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
  if (bytes.empty()) {
    WARN("skipped: DejaVuSans.ttf isn't in Debian's folder");
    return;
  }
  const int A = test::font().file().glyph('A'), V = test::font().file().glyph('V');
  const auto byte = [](int n) { return static_cast<char>(n & 255); };
  const std::string pair{byte(A >> 8), byte(A), byte(V >> 8), byte(V), byte(-131 >> 8), byte(-131)};
  const std::size_t at = bytes.find(pair);
  REQUIRE(at != std::string::npos);
  bytes[at + 4] = '\x80', bytes[at + 5] = '\x00';  // -32768 instead
  const Font font = Font::from_bytes({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  REQUIRE(font.file().kerning(A, V) == -32768);
  Text text(font, 13);
  CHECK(text.width(U"AV") == text.width(U"A"));
  Image image(40, 40);
  text.draw(image, 2, 30, U"AV", {0, 0, 0});
  CHECK(test::ink(image) > 0);
}
