#include <attn/text/labels.hpp>

#include "text/support.hpp"

using namespace attn::text;

TEST_CASE("labels: every space is visible, and bytes that nobody sees") {
  CHECK(visible("a b") == "a␣b");
  CHECK(visible("\n\t\r") == "↵⇥<0x0D>");
  CHECK(visible("é中😀") == "é中😀");
  CHECK(visible("a\xC3") == "a<0xC3>");
  CHECK(visible("\u0085") == "<0xC2><0x85>");
  CHECK(visible(std::string_view("\0\x7F", 2)) == "<0x00><0x7F>");
  CHECK(visible("") == "");
}

TEST_CASE("labels: without the spelling of each kind of vocabulary") {
  Spelling spelling;
  CHECK(label("##ab", spelling) == "##ab");
  spelling.continuing_prefix = "##";
  CHECK(label("##ab", spelling) == "ab");
  CHECK(label("##", spelling) == "##");
  spelling = {};
  spelling.end_of_word_suffix = "</w>";
  CHECK(label("er</w>", spelling) == "er");
  CHECK(label("</w>", spelling) == "</w>");
  spelling = {};
  spelling.space = "▁";
  CHECK(label("▁a▁▁b", spelling) == "␣a␣␣b");
  spelling = {};
  spelling.byte_level = true;
  CHECK(label("Ġcaf\u00C3\u00A9", spelling) == "␣café");
  CHECK(label("Ċ", spelling) == "↵");
  CHECK(label("\u00C3", spelling) == "<0xC3>");
  CHECK(label("中", spelling) == "中");  // no bytes
}
