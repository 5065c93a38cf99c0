#include <attn/text/read_tokenizer_json.hpp>

#include "text/support.hpp"

using nlohmann::json;
using test::format_error;
using test::Strings;
using test::unsupported_error;

namespace {

json word_level() {
  return {{"model", {{"type", "WordLevel"}, {"vocab", {{"<unk>", 0}, {"a", 1}, {"b", 2}}}, {"unk_token", "<unk>"}}},
          {"pre_tokenizer", {{"type", "WhitespaceSplit"}}}};
}
/// The message for the above with something else at a place.
std::string with(const std::string& pointer, const json& value) {
  json document = word_level();
  document[json::json_pointer(pointer)] = value;
  return format_error(document.dump());
}
std::string of_model(const json& model) { return format_error(json{{"model", model}}.dump()); }
Strings tokens(const json& document, const std::string& text) { return test::tokenizer(document).encode(text).tokens; }
using test::scores;
const std::string kNothing = "(nothing was thrown)";

}  // namespace

TEST_CASE("read tokenizer.json: every model") {
  CHECK(tokens(word_level(), "a c b") == Strings{"a", "<unk>", "b"});
  CHECK(tokens({{"model", {{"type", "WordPiece"}, {"vocab", {{"[UNK]", 0}, {"a", 1}, {"##b", 2}}}}}}, "abb") ==
        Strings{"a", "##b", "##b"});
  CHECK(tokens({{"model",
                 {{"type", "WordPiece"},
                  {"vocab", {{"?", 0}, {"a", 1}, {"@b", 2}}},
                  {"unk_token", "?"},
                  {"continuing_subword_prefix", "@"},
                  {"max_input_chars_per_word", 2}}}},
               "abb") == Strings{"?"});
  const json merges = {"a b", "ab c"};
  const json vocabulary = {{"a", 0}, {"b", 1}, {"c", 2}, {"ab", 3}, {"abc", 4}, {"?", 5}};
  CHECK(tokens({{"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", merges}}}}, "abcxa") ==
        Strings{"abc", "a"});
  CHECK(tokens({{"model",
                 {{"type", "BPE"},
                  {"vocab", vocabulary},
                  {"merges", json::array({json::array({"a", "b"})})},
                  {"unk_token", "?"},
                  {"fuse_unk", true}}}},
               "abcxx") == Strings{"ab", "c", "?"});
  CHECK(
      tokens({{"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", json::array()}, {"ignore_merges", true}}}},
             "abc") == Strings{"abc"});
  CHECK(tokens({{"model",
                 {{"type", "BPE"},
                  {"vocab", {{"a", 0}, {"<0x62>", 1}}},
                  {"merges", json::array()},
                  {"byte_fallback", true}}}},
               "ab") == Strings{"a", "<0x62>"});
  CHECK(tokens({{"model",
                 {{"type", "BPE"},
                  {"vocab", {{"a", 0}, {"##b", 1}, {"ab", 2}}},
                  {"merges", {"a ##b"}},
                  {"continuing_subword_prefix", "##"}}}},
               "abb") == Strings{"ab", "##b"});
  CHECK(tokens(
            {{"model",
              {{"type", "Unigram"}, {"unk_id", 0}, {"vocab", scores({{"?", 0}, {"a", -1}, {"ab", -1.5}, {"b", -2}})}}}},
            "abbx") == Strings{"ab", "b", "x"});
}

TEST_CASE("read tokenizer.json: older files don't say which model it is") {
  CHECK(tokens({{"model", {{"vocab", scores({{"?", 0}, {"a", -1}})}, {"unk_id", 0}}}}, "aa") == Strings{"a", "a"});
  CHECK(tokens({{"model", {{"vocab", {{"a", 0}, {"aa", 1}}}, {"merges", {"a a"}}}}}, "aa") == Strings{"aa"});
  CHECK(tokens({{"model", {{"vocab", {{"[UNK]", 0}, {"a", 1}, {"##a", 2}}}, {"continuing_subword_prefix", "##"}}}},
               "aa") == Strings{"a", "##a"});
  CHECK(tokens({{"model", {{"vocab", {{"aa", 1}}}}}}, "aa") == Strings{"aa"});
}

TEST_CASE("read tokenizer.json: added tokens, truncation and padding") {
  json document = word_level();
  document["added_tokens"] = {{{"id", 3}, {"content", "[M]"}, {"special", true}, {"lstrip", true}}};
  document["truncation"] = {{"max_length", 3}, {"strategy", "LongestFirst"}, {"stride", 0}};
  document["padding"] = {{"strategy", {{"Fixed", 4}}}, {"direction", "Left"}, {"pad_id", 0}, {"pad_token", "<unk>"}};
  CHECK(tokens(document, "a [M] a") == Strings{"<unk>", "a", " [M]", "a"});
  CHECK(tokens(document, "a b a b") == Strings{"<unk>", "a", "b", "a"});
  document["truncation"]["direction"] = "Left";
  document["padding"] = {{"strategy", "BatchLongest"}, {"pad_to_multiple_of", 2}, {"pad_id", 7}};
  CHECK(tokens(document, "a b a b") == Strings{"b", "a", "b", "[PAD]"});
  document["truncation"]["strategy"] = "OnlySecond";
  CHECK_THROWS_AS(tokens(document, "a b a b"), attn::UsageError);
  document["truncation"]["strategy"] = "OnlyFirst";
  CHECK(tokens(document, "a b a b") == Strings{"b", "a", "b", "[PAD]"});
}

TEST_CASE("read tokenizer.json: parts that are null do nothing") {
  json document = word_level();
  for (const char* key : {"normalizer", "post_processor", "decoder", "truncation", "padding", "added_tokens"})
    document[key] = nullptr;
  CHECK(tokens(document, "a b") == Strings{"a", "b"});
}

TEST_CASE("read tokenizer.json: labels follow the decoder") {
  const auto labels = [](json document, const json& decoder) {
    document["decoder"] = decoder;
    const attn::Tokenizer tokenizer = test::tokenizer(document);
    return tokenizer.labels(tokenizer.encode("▁a"));
  };
  const json model = {{"model", {{"type", "WordLevel"}, {"vocab", {{"▁a", 0}}}}}};
  CHECK(labels(model, {{"type", "Metaspace"}}) == Strings{"␣a"});
  CHECK(labels(model, {{"type", "WordPiece"}, {"prefix", "▁"}}) == Strings{"a"});
  CHECK(labels(model, {{"type", "Fuse"}}) == Strings{"▁a"});
  CHECK(labels(model, {{"type", "BPEDecoder"}, {"suffix", "a"}}) == Strings{"▁"});
  const json replace = {{"type", "Replace"}, {"pattern", {{"String", "▁"}}}, {"content", " "}};
  CHECK(labels(model, {{"type", "Sequence"}, {"decoders", {replace, {{"type", "Fuse"}}}}}) == Strings{"␣a"});
}

TEST_CASE("read tokenizer.json: what isn't JSON says where") {
  CHECK(test::contains(format_error(""), "t.json: byte 1 isn't JSON: "));
  CHECK(test::contains(format_error("{\"a\": x}"), "t.json: byte 7 isn't JSON: "));
  CHECK(test::contains(format_error("{\"model\": {\"vocab\": {\"a\": 1}"), "t.json: byte 29 isn't JSON: "));
  CHECK(test::contains(format_error("{\"a\": \"\xFF\"}"), "isn't JSON: "));
  CHECK(test::contains(format_error("{} {}"), "t.json: byte 4 isn't JSON: "));
  CHECK(test::contains(format_error("{\"a\": 1e999}"), "t.json: isn't JSON that can be read: "));
  CHECK(test::contains(format_error("{\"model\": {\"vocab\": [[\"a\", -1e999]]}}"), "t.json: isn't JSON that can be "));
  CHECK(format_error("[]") == "t.json: $ is array, expected an object");
  CHECK(format_error("{}") == "t.json: $.model is missing");
  CHECK(format_error("null") == "t.json: $ is null, expected an object");
}

TEST_CASE("read tokenizer.json: deep nesting is refused, and costs nothing") {
  const std::string message = "t.json: nested more than 100 deep";
  CHECK(format_error(std::string(1'000'000, '[')) == message);
  CHECK(format_error("{\"model\": {\"vocab\": " + std::string(200, '[') + std::string(200, ']') + "}}") == message);
  std::string objects;
  for (int i = 0; i < 200; ++i) objects += "{\"a\":";
  CHECK(format_error(objects) == message);
}

TEST_CASE("read tokenizer.json: vocabularies with mistakes") {
  const std::string vocab = "t.json: $.model.vocab";
  const auto message = [](const std::string& vocabulary) {
    return format_error("{\"model\": {\"type\": \"WordLevel\", \"vocab\": " + vocabulary + "}}");
  };
  CHECK(message("{\"a\": 0, \"b\": 0}") == vocab + ": id 0 is that of \"a\" and of \"b\"");
  CHECK(message("{\"a\": 0, \"a\": 1}") == vocab + ": token \"a\" is there twice, with ids 0 and 1");
  CHECK(message("{\"a\": -1}") == vocab + ": token \"a\" has id -1, expected 0 … 4194303");
  CHECK(message("{\"a\": 4194304}") == vocab + ": token \"a\" has id 4194304, expected 0 … 4194303");
  CHECK(message("{\"a\": 1.5}") == vocab + " has number for \"a\", expected an id");
  CHECK(message("{\"a\": \"b\"}") == vocab + " has string for \"a\", expected an id");
  CHECK(message("{\"a\": null}") == vocab + " has null for \"a\", expected an id");
  CHECK(message("{\"a\": [\"b\", 1]}") == vocab + " has array for \"a\", expected an id");
  CHECK(message("{\"a\": {\"b\": 1}}") == vocab + " has object for \"a\", expected an id");
  CHECK(message("[[\"a\"]]") == vocab + "[0] isn't a token and its score");
  CHECK(message("[[\"a\", 1], [2, 1]]") == vocab + "[1] isn't a token and its score");
  CHECK(message("[[\"a\", 1], [\"b\", \"c\"]]") == vocab + "[1] isn't a token and its score");
  CHECK(message("[[\"a\", 1], [\"a\", 2]]") == vocab + ": token \"a\" is there twice, with ids 0 and 1");
  CHECK(message("[[\"a\", 1], 5]") == vocab + "[1] isn't a token and its score");
  CHECK(message("[[\"a\", 1], {\"b\": 5}]") == vocab + "[1] isn't a token and its score");
}

TEST_CASE("read tokenizer.json: models with mistakes") {
  const std::string model = "t.json: $.model";
  CHECK(with("/model/type", 3) == model + ".type is 3, expected a string");
  CHECK(format_error("{\"model\": []}") == model + " is array, expected an object");
  CHECK(of_model({{"type", "WordPiece"}, {"vocab", {{"a", 0}}}}) ==
        model + ": the unknown token \"[UNK]\" isn't in the vocabulary");
  CHECK(of_model({{"type", "Unigram"}, {"vocab", {{"a", 0}}}}) ==
        model + " is object, expected a vocabulary with scores");
  CHECK(of_model({{"type", "Unigram"}, {"vocab", json::array()}}) ==
        model + " is object, expected a vocabulary with scores");
  CHECK(of_model({{"type", "Unigram"}, {"unk_id", 1}, {"vocab", json::array({{"a", -1}})}}) ==
        model + ".unk_id is 1, expected the id of a token");
  CHECK(format_error(R"({"model": {"type": "Unigram", "vocab": {"a": 5}, "vocab": [["b", -1]]}})") ==
        model + " is object, expected a score for each token");
  CHECK(of_model({{"type", "BPE"}, {"vocab", {{"a", 0}}}, {"merges", json::array()}, {"unk_token", "?"}}) ==
        model + ".unk_token is \"?\", expected a token of the vocabulary");
  CHECK(of_model({{"type", "BPE"}, {"vocab", {{"a", 0}, {"b", 1}}}, {"merges", {"a b"}}}) ==
        model + ".merges[0] merges \"a\" and \"b\", but \"ab\" isn't in the vocabulary");
  CHECK(of_model({{"type", "BPE"}, {"vocab", {{"a", 0}, {"aa", 1}}}, {"merges", {"a a", "a c"}}}) ==
        model + ".merges[1] merges \"a\" and \"c\", but \"c\" isn't in the vocabulary");
  const auto merges = [&](const json& value) {
    return of_model({{"type", "BPE"}, {"vocab", {{"a", 0}, {"aa", 1}}}, {"merges", value}});
  };
  CHECK(merges({"a a", "a"}) == model + ".merges[1] isn't two tokens");
  CHECK(merges(json::array({"a a a"})) == model + ".merges[0] isn't two tokens");
  CHECK(merges(json::array({5})) == model + ".merges[0] isn't two tokens");
  CHECK(merges(json::array({json::array({"a"})})) == model + ".merges[0] isn't two tokens");
  CHECK(merges(json::array({json::array({"a", 1})})) == model + ".merges[0] isn't two tokens");
  CHECK(unsupported_error(R"({"model": {"type": "BPE", "vocab": {}, "merges": [], "dropout": 0.5}})") ==
        model + ".dropout is 0.500000: tokens that are chosen by chance aren't supported");
  CHECK(format_error(R"({"model": {"type": "BPE", "vocab": {}, "merges": [], "dropout": 0.0}})") == kNothing);
  CHECK(unsupported_error(R"({"model": {"type": "Magic", "vocab": {}}})") ==
        model + ": \"Magic\" isn't a model that attn knows");
}

TEST_CASE("read tokenizer.json: other parts with mistakes") {
  CHECK(with("/added_tokens", {{{"id", 1}}}) == "t.json: $.added_tokens[0].content is missing");
  CHECK(with("/added_tokens", {{{"content", "x"}}}) == "t.json: $.added_tokens[0].id is missing");
  CHECK(with("/added_tokens", {{{"id", "1"}, {"content", "x"}}}) ==
        "t.json: $.added_tokens[0].id is \"1\", expected an integer");
  CHECK(with("/added_tokens", {{{"id", 1 << 22}, {"content", "x"}}}) ==
        "t.json: $.added_tokens[0].id is 4194304, expected an id from 0 to 4194303");
  CHECK(with("/added_tokens", {{"a", 1}}) == "t.json: $.added_tokens is object, expected a list");
  CHECK(with("/truncation", {{"strategy", "LongestFirst"}}) == "t.json: $.truncation.max_length is missing");
  CHECK(with("/truncation", {{"max_length", -1}}) == "t.json: $.truncation.max_length is -1, expected 0 or more");
  CHECK(with("/truncation", {{"max_length", 1}, {"strategy", "Never"}}) ==
        "t.json: $.truncation.strategy is \"Never\", expected LongestFirst, OnlyFirst or OnlySecond");
  CHECK(with("/padding", json::object()) == "t.json: $.padding.pad_id is missing");
  CHECK(with("/padding", {{"strategy", {{"Other", 1}}}}) == "t.json: $.padding.strategy.Fixed is missing");
  CHECK(with("/padding", {{"strategy", {{"Fixed", 1 << 25}}}, {"pad_id", 0}}) ==
        "t.json: $.padding is object, expected padding to at most 2^20 tokens");
  CHECK(with("/pre_tokenizer", {{"type", "Split"}}) == "t.json: $.pre_tokenizer.pattern is missing");
  CHECK(with("/normalizer", {{"type", "Sequence"}, {"normalizers", {{{"type", "Prepend"}}}}}) ==
        "t.json: $.normalizer.normalizers[0].prepend is missing");
  CHECK(with("/decoder", 1) == "t.json: $.decoder is 1, expected an object");
  CHECK(with("/post_processor", {{"type", "BertProcessing"}}) == "t.json: $.post_processor.cls is missing");
}

TEST_CASE("read tokenizer.json: damaged files are read, or an error of the library says why not") {
  json document = test::byte_level_json({"t h", "th e"});
  document["normalizer"] = {{"type", "Sequence"}, {"normalizers", {{{"type", "NFC"}}, {{"type", "Lowercase"}}}}};
  document["added_tokens"] = {{{"id", 300}, {"content", "<x>"}, {"special", true}}};
  document["model"]["vocab"] = {{"a", 0}, {"t", 1}, {"h", 2}, {"e", 3}, {"th", 4}, {"the", 5}};
  const std::string whole = document.dump();
  std::mt19937 random(13);
  int read = 0;
  for (int attempt = 0; attempt < 3000; ++attempt) {
    std::string damaged = whole;
    for (int i = 0; i <= attempt % 2; ++i) {
      const std::size_t place = random() % damaged.size();
      const std::string_view others = "{}[]\":,0195ae-";
      if (attempt % 3 == 0)
        damaged.erase(place, 1 + random() % 8);
      else
        damaged[place] = others[random() % others.size()];
    }
    CAPTURE(damaged);
    try {
      attn::text::read_tokenizer_json(damaged).encode("the <x> Thé");
      ++read;
    } catch (const attn::Error&) {
    } catch (const std::exception& error) {
      FAIL(error.what());
    }
  }
  CHECK(read > 100);
}
