#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/label.hpp>

using namespace attn;
using namespace attn::render;

TEST_CASE("what is invisible becomes visible") {
  CHECK(label_text("word") == U"word");
  CHECK(label_text(" the") == U"·the");
  CHECK(label_text("  ") == U"··");
  CHECK(label_text("two words") == U"two words");
  CHECK(label_text("a\nb") == U"a\\nb");
  CHECK(label_text("\t") == U"\\t");
  CHECK(label_text(std::string("\0", 1)) == U"\\x00");
  CHECK(label_text("x\u200By") == U"x\\u200by");
  CHECK(label_text("\u202Eabc") == U"\\u202eabc");
  CHECK(label_text("\u00A0") == U"·");
  CHECK(label_text("") == U"");
}

TEST_CASE("joiners are kept where text is shaped, if they have something to join") {
  const auto kept = [](const char* label) { return label_text(label, "label", Joiners::kept); };
  CHECK(kept("👩\u200D🚀") == U"👩\u200D🚀");
  CHECK(kept("می\u200Cخواهم") == U"می\u200Cخواهم");
  CHECK(kept("\u200Dx") == U"\\u200dx");
  CHECK(kept("x\u200D") == U"x\\u200d");
  CHECK(kept("x\u200By") == U"x\\u200by");
  CHECK(label_text("👩\u200D🚀") == U"👩\\u200d🚀");
}

TEST_CASE("labels that aren't UTF-8 are refused by number") {
  const std::string message = test::message_of<FormatError>([] { label_texts({"ok", "caf\xE9"}, "row label"); });
  CHECK(test::contains(message, "row label 1: byte 3"));
}
