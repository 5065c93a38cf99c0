#include <attn/text/decoder.hpp>

#include "text/support.hpp"

using namespace attn::text;
using test::Strings;

TEST_CASE("decoder: all bytes together are UTF-8") {
  CHECK(decode_byte_level()({"Ġcaf", "\u00C3", "\u00A9", "!"}) == Strings{" caf\u00E9!"});
  CHECK(decode_byte_level()({"a", "\u00C3"}) == Strings{"a\uFFFD"});
  CHECK(decode_byte_level()({"a b", "中"}) == Strings{"a b中"});  // not spelt in bytes
  CHECK(decode_byte_level()({}) == Strings{""});
}

TEST_CASE("decoder: WordPiece") {
  CHECK(decode_word_piece("##", false)({"un", "##aff", "able", ".", "##"}) == Strings{"un", "aff", " able", " .", ""});
  CHECK(decode_word_piece("##", true)({"do", "not", "!", "?", ".", ",", "it", "'", "s"}) ==
        Strings{"do", " not", "!", "?", ".", ",", " it", " '", " s"});
  CHECK(decode_word_piece("##", true)({"x", "n't", "'m", "'s", "'ve", "'re", "do not"}) ==
        Strings{"x", "n't", "'m", "'s", "'ve", "'re", " don't"});
  CHECK(decode_word_piece("##", false)({"##a"}) == Strings{"##a"});
}

TEST_CASE("decoder: Metaspace: the mark is a space, but for one that was put before the text") {
  CHECK(decode_metaspace("▁", true)({"▁a", "b", "▁c▁d"}) == Strings{"a", "b", " c d"});
  CHECK(decode_metaspace("▁", false)({"▁a", "b", "▁c"}) == Strings{" a", "b", " c"});
  CHECK(decode_metaspace("_", true)({"_a", "_b▁"}) == Strings{"a", " b▁"});
}

TEST_CASE("decoder: words end with a suffix") {
  CHECK(decode_bpe("</w>")({"lo", "w</w>", "er</w>"}) == Strings{"lo", "w ", "er"});
}

TEST_CASE("decoder: replacements in each token") {
  CHECK(decode_replace(std::string("▁"), " ")({"▁a▁", "b"}) == Strings{" a ", "b"});
  CHECK(decode_replace(Regex("[0-9]+"), "#")({"a12b3", "12"}) == Strings{"a#b#", "#"});
}

TEST_CASE("decoder: all tokens as one") {
  CHECK(decode_fuse()({"a", "", "b c"}) == Strings{"ab c"});
  CHECK(decode_fuse()({}) == Strings{""});
}

TEST_CASE("decoder: at most so many characters are stripped at the ends") {
  CHECK(decode_strip(" ", 1, 0)({"  a ", "b"}) == Strings{" a ", "b"});
  CHECK(decode_strip(" ", 0, 2)({" a   "}) == Strings{" a "});
  CHECK(decode_strip("▁", 2, 2)({"▁▁▁", "▁"}) == Strings{"", ""});
  CHECK(decode_strip("", 5, 5)({"a"}) == Strings{"a"});
}

TEST_CASE("decoder: bytes beside each other are text") {
  CHECK(decode_byte_fallback()({"a", "<0xC3>", "<0xA9>", "b", "<0x21>"}) == Strings{"a", "é", "b", "!"});
  CHECK(decode_byte_fallback()({"<0xC3>", "a", "<0xA9>", "<0x21>"}) == Strings{"\uFFFD", "a", "\uFFFD", "\uFFFD"});
  CHECK(decode_byte_fallback()({"<0xC3", "<0xZZ>"}) == Strings{"<0xC3", "<0xZZ>"});
}

TEST_CASE("decoder: steps one after the other") {
  CHECK(decode_sequence({decode_replace(std::string("▁"), " "), decode_byte_fallback(), decode_fuse(),
                         decode_strip(" ", 1, 0)})({"▁a", "▁", "<0xC3>", "<0xA9>"}) == Strings{"a é"});
  CHECK(decode_sequence({})({"a"}) == Strings{"a"});
}
