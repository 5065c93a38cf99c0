#include <attn/text/word_level.hpp>

#include "text/support.hpp"

using namespace attn::text;
using test::cut;

TEST_CASE("word level: a word is a token, or unknown") {
  const WordLevel model(test::vocabulary({"cat", "<unk>", "é"}), "<unk>");
  CHECK(cut(model, "cat") == "cat:0-3");
  CHECK(cut(model, "é") == "é:0-2");
  CHECK(cut(model, "cats") == "<unk>:0-4");
}

TEST_CASE("word level: without a token for unknown words they can't be spelt") {
  const WordLevel model(test::vocabulary({"cat"}), "<unk>");
  CHECK(cut(model, "cat") == "cat:0-3");
  CHECK(test::message_of<attn::UnsupportedError>([&] { cut(model, "dog"); }) ==
        "tokenizer: a word isn't in the vocabulary, and the token for unknown ones, \"<unk>\", isn't either");
}
