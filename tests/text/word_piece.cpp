#include <attn/text/word_piece.hpp>

#include "text/support.hpp"

using namespace attn::text;
using test::cut;

namespace {
WordPiece model(std::size_t most = 100) {
  return {test::vocabulary({"[UNK]", "un", "##aff", "##able", "unaff", "##a", "able", "é", "##é"}), "[UNK]", "##", most,
          "here"};
}
}  // namespace

TEST_CASE("word piece: the longest token first, and tokens within words") {
  CHECK(cut(model(), "unaffable") == "unaff:0-5 ##able:5-9");
  CHECK(cut(model(), "unable") == "un:0-2 ##able:2-6");
  CHECK(cut(model(), "able") == "able:0-4");
  CHECK(cut(model(), "éé") == "é:0-2 ##é:2-4");
}

TEST_CASE("word piece: a word that can't be cut is unknown as a whole") {
  CHECK(cut(model(), "unaffx") == "[UNK]:0-6");
  CHECK(cut(model(), "xun") == "[UNK]:0-3");
  CHECK(cut(model(), "unabler") == "[UNK]:0-7");  // the longest, though a shorter one would go on
}

TEST_CASE("word piece: long words are unknown; their length counts characters") {
  CHECK(cut(model(6), "unable") == "un:0-2 ##able:2-6");
  CHECK(cut(model(5), "unable") == "[UNK]:0-6");
  CHECK(cut(model(2), "éé") == "é:0-2 ##é:2-4");
  CHECK(cut(model(1), "éé") == "[UNK]:0-4");
}

TEST_CASE("word piece: words that write the prefix themselves") {
  CHECK(cut(model(), "##able") == "##able:0-6");
  CHECK(cut(WordPiece(test::vocabulary({"?", "a", "ab"}), "?", "", 9, "here"), "aba") == "ab:0-2 a:2-3");
}

TEST_CASE("word piece: tokens that end within a character aren't taken") {
  CHECK(cut(WordPiece(test::vocabulary({"?", "\xC3", "é"}), "?", "##", 9, "here"), "é") == "é:0-2");
  CHECK(cut(WordPiece(test::vocabulary({"?", "\xC3", "##\xA9"}), "?", "##", 9, "here"), "é") == "?:0-2");
}

TEST_CASE("word piece: an unknown token that isn't there") {
  CHECK(test::message_of<attn::FormatError>([] {
          WordPiece(test::vocabulary({"a"}), "[UNK]", "##", 100, "t.json: $.model");
        }) == "t.json: $.model: the unknown token \"[UNK]\" isn't in the vocabulary");
}
