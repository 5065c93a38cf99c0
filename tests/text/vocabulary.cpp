#include <attn/text/vocabulary.hpp>

#include "text/support.hpp"

using attn::text::Vocabulary;

namespace {
std::string message(Vocabulary& vocabulary, std::string_view token, std::int64_t id) {
  return test::message_of<attn::FormatError>([&] { vocabulary.add(token, id, "v.txt"); });
}
}  // namespace

TEST_CASE("vocabulary: from token to id and back, with holes") {
  Vocabulary vocabulary;
  CHECK(vocabulary.size() == 0);
  CHECK_FALSE(vocabulary.find("a"));
  vocabulary.add("a", 3, "v");
  vocabulary.add("", 0, "v");
  vocabulary.add("é", 5, "v");
  CHECK(vocabulary.size() == 6);
  CHECK(vocabulary.find("a") == 3);
  CHECK(vocabulary.find("") == 0);
  CHECK(vocabulary.find("é") == 5);
  CHECK_FALSE(vocabulary.find("b"));
  CHECK(vocabulary[3] == "a");
  CHECK(vocabulary[0] == "");
  CHECK(vocabulary.find_id(3) == 3);
  CHECK_FALSE(vocabulary.find_id(1));
  CHECK_FALSE(vocabulary.find_id(6));
  CHECK_FALSE(vocabulary.find_id(-1));
}

TEST_CASE("vocabulary: what is there twice, or out of range") {
  Vocabulary vocabulary;
  vocabulary.add("a", 3, "v");
  CHECK(message(vocabulary, "a", 4) == "v.txt: token \"a\" is there twice, with ids 3 and 4");
  CHECK(message(vocabulary, "a", 3) == "v.txt: token \"a\" is there twice, with ids 3 and 3");
  CHECK(message(vocabulary, "b", 3) == "v.txt: id 3 is that of \"a\" and of \"b\"");
  CHECK(message(vocabulary, "b", -1) == "v.txt: token \"b\" has id -1, expected 0 … 4194303");
  CHECK(message(vocabulary, "b", 4194304) == "v.txt: token \"b\" has id 4194304, expected 0 … 4194303");
  CHECK(vocabulary.size() == 4);
  CHECK_FALSE(vocabulary.find("b"));
}

TEST_CASE("vocabulary: many tokens, in an order that isn't theirs") {
  Vocabulary vocabulary;
  for (int i = 0; i < 20000; ++i) vocabulary.add("t" + std::to_string(i), (i * 7919) % 20000, "v");
  bool all = vocabulary.size() == 20000;
  for (int i = 0; i < 20000; ++i)
    all = all && vocabulary.find("t" + std::to_string(i)) == (i * 7919) % 20000 &&
          vocabulary[(i * 7919) % 20000] == "t" + std::to_string(i);
  CHECK(all);
  CHECK_FALSE(vocabulary.find("t20000"));
}
