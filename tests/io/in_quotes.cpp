#include <attn/io/in_quotes.hpp>

#include "catch.hpp"

using attn::io::in_quotes;

TEST_CASE("in quotes: plain text stays, the rest is escaped, long text is cut") {
  CHECK(in_quotes("abc") == "\"abc\"");
  CHECK(in_quotes("a\n\t\x1b[2J\xff") == "\"a\\n\\t\\x1b[2J\\xff\"");
  CHECK(in_quotes("é中\u0085😀\xF0\x9F") == "\"é中\\xc2\\x85😀\\xf0\\x9f\"");
  CHECK(in_quotes("aé中b", 2) == "\"aé…\"");  // not within a character
  CHECK(in_quotes("0123456789", 4) == "\"0123…\"");
  CHECK(in_quotes("") == "\"\"");
}
