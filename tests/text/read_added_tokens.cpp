#include <attn/text/read_added_tokens.hpp>

#include "text/support.hpp"

using namespace attn::text;
using attn::FormatError;
using nlohmann::json;

namespace {

Vocabulary two() {
  Vocabulary vocabulary;
  vocabulary.add("a", 0, "");
  vocabulary.add("b", 1, "");
  return vocabulary;
}

std::vector<AddedToken> listed(const json& list) {
  std::vector<AddedToken> tokens;
  read_added_tokens(JsonNode(list, "$"), two(), tokens);
  return tokens;
}

std::vector<AddedToken> decoded(const json& list, std::vector<AddedToken> tokens = {}) {
  const json config = {{"added_tokens_decoder", list}};
  read_added_tokens_decoder(JsonNode(config, "$"), two(), tokens);
  return tokens;
}

std::string decoding_error(const json& list) {
  return test::message_of<FormatError>([&] { decoded(list); });
}

}  // namespace

TEST_CASE("read added tokens: what is said of one, and what isn't") {
  const AddedToken plain = listed({{{"id", 2}, {"content", "x"}}}).at(0);
  CHECK(plain.content == "x");
  CHECK((plain.normalized && !plain.special && !plain.single_word && !plain.lstrip && !plain.rstrip));
  const AddedToken special =
      listed(
          {{{"id", 2}, {"content", "x"}, {"special", true}, {"single_word", true}, {"lstrip", true}, {"rstrip", true}}})
          .at(0);
  CHECK((!special.normalized && special.special && special.single_word && special.lstrip && special.rstrip));
  CHECK(listed({{{"id", 2}, {"content", "x"}, {"special", true}, {"normalized", true}}}).at(0).normalized);
}

TEST_CASE("read added tokens: ids are those of the vocabulary, or follow it") {
  const auto tokens = listed({{{"id", 9}, {"content", "x"}},
                              {{"id", 9}, {"content", "b"}},
                              {{"id", 9}, {"content", ""}},
                              {{"id", 9}, {"content", "x"}},
                              {{"id", 0}, {"content", "y"}}});
  REQUIRE(tokens.size() == 3);
  CHECK((tokens[0].id == 2 && tokens[1].id == 1 && tokens[2].id == 3));
  CHECK(tokens[2].content == "y");
}

TEST_CASE("read added tokens: an object of ids and tokens") {
  AddedToken before{1, "b"};
  const auto tokens = decoded({{"10", {{"content", "x"}}},
                               {"2", {{"content", "y"}}},
                               {"1", {{"content", "b"}, {"special", true}}},
                               {"5", nullptr}},
                              {before, AddedToken{0, "a"}});
  REQUIRE(tokens.size() == 4);
  CHECK((tokens[0].id == 0 && tokens[1].id == 1 && tokens[2].id == 2 && tokens[3].id == 10));
  CHECK((tokens[1].special && !before.special));
  CHECK(tokens[3].content == "x");
  CHECK(decoded(nullptr, {before}).size() == 1);
}

TEST_CASE("read added tokens: mistakes in an object of ids and tokens") {
  for (const char* key : {"x", "", "-1", "1x", "4194304", "99999999999"})
    CHECK(decoding_error({{key, {{"content", "x"}}}}) ==
          "$.added_tokens_decoder has the key \"" + std::string(key) + "\", expected an id");
  CHECK(decoding_error({{"5", {{"content", "a"}}}}) ==
        "$.added_tokens_decoder.5 is \"a\", but in the vocabulary that has the id 0");
  CHECK(decoding_error({{"1", {{"content", "x"}}}}) ==
        "$.added_tokens_decoder.1 is \"x\", but in the vocabulary the id is that of \"b\"");
  CHECK(decoding_error({{"5", json::object()}}) == "$.added_tokens_decoder.5.content is missing");
  CHECK(decoding_error({{"5", 7}}) == "$.added_tokens_decoder.5 is 7, expected an object");
  CHECK(decoding_error(json::array()) == "$.added_tokens_decoder is array, expected an object");
}
