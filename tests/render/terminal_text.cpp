#include "catch.hpp"

#include <attn/render/terminal_text.hpp>

using namespace attn::render;

TEST_CASE("columns of narrow, wide and combining characters") {
  CHECK(terminal_width(U"abc") == 3);
  CHECK(terminal_width(U"дог") == 3);
  CHECK(terminal_width(U"世界") == 4);
  CHECK(terminal_width(U"😀") == 2);
  CHECK(terminal_width(U"e\u0301") == 1);
}

TEST_CASE("text is cut to columns, not to characters") {
  CHECK(cut_to_columns(U"word", 4) == U"word");
  CHECK(cut_to_columns(U"longer", 4) == U"lon…");
  CHECK(cut_to_columns(U"世界世界", 6) == U"世界…");
  CHECK(cut_to_columns(U"x", 0).empty());
}

TEST_CASE("lines break at spaces") {
  const auto lines = wrap_columns(U"min–max 0 … 1, each pixel mean of 2 × 2 cells", 20);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == U"min–max 0 … 1, each");
  for (const auto& line : lines) CHECK(terminal_width(line) <= 20);
}

TEST_CASE("ASCII has the same width") {
  CHECK(ascii_text(U"min–max ≈0 · 2 × 2 …") == U"min-max ~0 . 2 x 2 ~");
  for (const std::u32string_view text : {U"дог", U"世界", U"plain", U"e\u0301"})
    CHECK(terminal_width(ascii_text(text)) == terminal_width(text));
}
