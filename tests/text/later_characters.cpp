#include <attn/text/later_characters.hpp>

#include "text/support.hpp"

using namespace attn::text;

namespace {

/// Whether ranges follow each other, none touching the next.
template <std::size_t kSize>
bool in_order(const CharacterRange (&ranges)[kSize]) {
  for (std::size_t i = 0; i < kSize; ++i)
    if (ranges[i].first > ranges[i].last || (i > 0 && ranges[i].first <= ranges[i - 1].last + 1)) return false;
  return true;
}

}  // namespace

TEST_CASE("later characters: ends of ranges, and what is beside them") {
  constexpr CharacterRange ranges[] = {{5, 7}, {9, 9}, {20, 30}};
  for (char32_t c = 0; c < 40; ++c) {
    CAPTURE(int(c));
    CHECK(is_in(ranges, c) == ((c >= 5 && c <= 7) || c == 9 || (c >= 20 && c <= 30)));
  }
}

TEST_CASE("later characters: the tables are in order, as looking in them needs") {
  CHECK(in_order(kLaterPunctuation));
  CHECK(in_order(kLaterFormats));
  CHECK(in_order(kLaterNonspacingMarks));
  CHECK(in_order(kLaterMarks));
  CHECK(in_order(kLaterDecompositions));
}

TEST_CASE("later characters: what Unicode had in 2015 isn't among them, what came in 2021 is") {
  CHECK(!is_in(kLaterPunctuation, U'…'));
  CHECK(!is_in(kLaterNonspacingMarks, 0x301));
  CHECK(is_in(kLaterPunctuation, 0x2E5D));      // oblique hyphen, Unicode 14
  CHECK(is_in(kLaterNonspacingMarks, 0x0898));  // Unicode 14
  CHECK(is_in(kLaterMarks, 0x0898));
  CHECK(is_in(kLaterDecompositions, 0x1E030));  // Unicode 15
  CHECK(is_in(kLaterFormats, 0x0890));          // Unicode 14
}
