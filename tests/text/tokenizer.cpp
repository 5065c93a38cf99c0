#include <attn/text/tokenizer.hpp>

#include "text/support.hpp"

#include <ctime>
#include <thread>

using attn::Encoding;
using attn::Tokenizer;
using attn::text::Range;
using nlohmann::json;
using test::Strings;

namespace {

json bert() {
  return {
      {"model",
       {{"type", "WordPiece"},
        {"vocab", {{"[UNK]", 0}, {"[C]", 1}, {"[S]", 2}, {"cat", 3}, {"##s", 4}, {"cafe", 5}, {"a", 6}, {"##a", 7}}},
        {"max_input_chars_per_word", 100}}},
      {"added_tokens",
       {{{"id", 1}, {"content", "[C]"}, {"special", true}}, {{"id", 8}, {"content", "New"}, {"normalized", true}}}},
      {"normalizer", {{"type", "BertNormalizer"}}},
      {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
      {"post_processor", {{"type", "BertProcessing"}, {"cls", {"[C]", 1}}, {"sep", {"[S]", 2}}}},
      {"decoder", {{"type", "WordPiece"}}}};
}

json unigram() {
  const json vocabulary = test::scores({{"<unk>", 0}, {"▁", -2}, {"a", -1}, {"aa", -1.5}, {"▁a", -1.2}, {"é", -3}});
  return {{"model", {{"type", "Unigram"}, {"unk_id", 0}, {"vocab", vocabulary}}},
          {"normalizer", {{"type", "NFKC"}}},
          {"pre_tokenizer", {{"type", "Metaspace"}}},
          {"decoder", {{"type", "Metaspace"}}}};
}

std::string places(const std::vector<Range>& ranges) {
  std::string result;
  for (const Range& range : ranges) result += (result.empty() ? "" : " ") + test::place(range);
  return result;
}

bool same(const Encoding& a, const Encoding& b) {
  return a.ids == b.ids && a.tokens == b.tokens && a.bytes == b.bytes && a.code_points == b.code_points &&
         a.type_ids == b.type_ids && a.special == b.special && a.words == b.words && a.sequences == b.sequences &&
         a.padding == b.padding;
}

}  // namespace

TEST_CASE("tokenizer: a text as tokens with everything that is known of them") {
  const Tokenizer tokenizer = test::tokenizer(bert());
  const Encoding encoding = tokenizer.encode("Cats, Café new[C]", "cat");
  CHECK(encoding.tokens == Strings{"[C]", "cat", "##s", "[UNK]", "cafe", "new", "[C]", "[S]", "cat", "[S]"});
  CHECK(encoding.ids == std::vector<int>{1, 3, 4, 0, 5, 8, 1, 2, 3, 2});
  CHECK(places(encoding.bytes) == "0-0 0-3 3-4 4-5 6-11 12-15 15-18 0-0 0-3 0-0");
  CHECK(places(encoding.code_points) == "0-0 0-3 3-4 4-5 6-10 11-14 14-17 0-0 0-3 0-0");
  CHECK(encoding.type_ids == std::vector<int>{0, 0, 0, 0, 0, 0, 0, 0, 1, 1});
  CHECK(encoding.special == std::vector<std::uint8_t>{1, 0, 0, 0, 0, 0, 0, 1, 0, 1});
  CHECK(encoding.words == std::vector<int>{-1, 0, 0, 1, 2, 3, 4, -1, 0, -1});
  CHECK(encoding.sequences == std::vector<int>{-1, 0, 0, 0, 0, 0, 0, -1, 1, -1});
  CHECK(encoding.padding == std::vector<std::uint8_t>(10, 0));
  CHECK(tokenizer.labels(encoding) == Strings{"[C]", "cat", "s", "[UNK]", "cafe", "new", "[C]", "[S]", "cat", "[S]"});
}

TEST_CASE("tokenizer: without special tokens, and of nothing") {
  const Tokenizer tokenizer = test::tokenizer(bert());
  CHECK(tokenizer.encode("cat", {false, true}).ids == std::vector<int>{3});
  CHECK(tokenizer.encode("cat", "cat", {false, true}).type_ids == std::vector<int>{0, 1});
  CHECK(tokenizer.encode("").ids == std::vector<int>{1, 2});
  CHECK(tokenizer.encode("", {false, true}).size() == 0);
  CHECK(tokenizer.encode(" \t").ids == std::vector<int>{1, 2});
  CHECK(tokenizer.encode("\u0301", {false, true}).size() == 0);  // nothing is left of it
}

TEST_CASE("tokenizer: limits only where they are wanted") {
  json document = bert();
  document["truncation"] = {{"max_length", 4}};
  document["padding"] = {{"strategy", {{"Fixed", 6}}}, {"pad_id", 0}};
  const Tokenizer tokenizer = test::tokenizer(document);
  CHECK(tokenizer.encode("cat cat cat").ids == std::vector<int>{1, 3, 3, 2, 0, 0});
  CHECK(tokenizer.encode("cat cat cat", {false, true}).ids == std::vector<int>{3, 3, 3, 0, 0, 0});
  CHECK(tokenizer.encode("cat cat cat", {true, false}).ids == std::vector<int>{1, 3, 3, 3, 2});
}

TEST_CASE("tokenizer: tokens and ids") {
  const Tokenizer tokenizer = test::tokenizer(bert());
  CHECK(tokenizer.size() == 9);
  CHECK(tokenizer.token(4) == "##s");
  CHECK(tokenizer.token(8) == "new");
  CHECK(tokenizer.find("new") == 8);
  CHECK(tokenizer.find("cat") == 3);
  CHECK_FALSE(tokenizer.find("dog"));
  CHECK(test::message_of<attn::UsageError>([&] { tokenizer.token(9); }) ==
        "tokenizer: there is no token 9, expected an id below 9");
  CHECK(test::message_of<attn::UsageError>([&] {
          tokenizer.decode({3, -1});
        }) == "tokenizer: there is no token -1, expected an id below 9");
}

TEST_CASE("tokenizer: tokens as text, with special ones and without, by a decoder and by none") {
  const Tokenizer tokenizer = test::tokenizer(bert());
  CHECK(tokenizer.decode({1, 3, 4, 8}) == "cats new");
  CHECK(tokenizer.decode({1, 3, 4, 8}, false) == "[C] cats new");
  CHECK(tokenizer.decode({}) == "");
  json document = bert();
  document.erase("decoder");
  CHECK(test::tokenizer(document).decode({3, 4, 8}) == "cat ##s new");
}

TEST_CASE("tokenizer: an unknown token of Unigram is called by its text") {
  const Tokenizer tokenizer = test::tokenizer(unigram());
  const Encoding encoding = tokenizer.encode("aaxﬁ a");
  CHECK(encoding.tokens == Strings{"▁a", "a", "xfi", "▁a"});
  CHECK(places(encoding.bytes) == "0-1 1-2 2-6 6-8");
  CHECK(places(encoding.code_points) == "0-1 1-2 2-4 4-6");
  CHECK(tokenizer.labels(encoding) == Strings{"␣a", "a", "xfi", "␣a"});
}

TEST_CASE("tokenizer: what isn't UTF-8 is U+FFFD, and places are those in the text with it") {
  const Tokenizer tokenizer = test::tokenizer(test::byte_level_json({}));
  const Encoding encoding = tokenizer.encode(
      "\xF0\x9F"
      "a");
  CHECK(tokenizer.decode(encoding.ids) == "\uFFFDa");
  CHECK(places(encoding.bytes) == "0-3 0-3 0-3 3-4");
  CHECK(places(encoding.code_points) == "0-1 0-1 0-1 1-2");
}

TEST_CASE("tokenizer: texts of 4 GB are refused before they are read") {
  const char text[] = "x";
  CHECK(test::message_of<attn::UsageError>([&] {
          test::tokenizer(bert()).encode(std::string_view(text, (std::size_t{1} << 32) - 1));
        }) == "tokenizer: the text has 4294967295 bytes, expected less than 2^32 − 1");
}

TEST_CASE("tokenizer: byte-level tokens cover the text in order, and decode to it") {
  json document = test::byte_level_json({"Ġ a", "a b", "Ã ©", "Ġa b", "Ċ Ċ"});
  std::mt19937 random(17);
  for (const bool space : {false, true}) {
    document["pre_tokenizer"]["add_prefix_space"] = space;
    const Tokenizer tokenizer = test::tokenizer(document);
    for (int attempt = 0; attempt < 300; ++attempt) {
      const std::string text = test::random_text(random, random() % 40, attempt % 2 == 0);
      const std::string valid = attn::text::to_valid_utf8(text);
      const Encoding encoding = tokenizer.encode(text);
      CAPTURE(text);
      const bool added = space && !valid.empty() && valid[0] != ' ';
      CHECK(tokenizer.decode(encoding.ids) == (added ? " " : "") + valid);
      bool in_order = true;
      Range before, code_points_before;
      for (std::size_t i = 0; i < encoding.size(); ++i) {
        const Range range = encoding.bytes[i], points = encoding.code_points[i];
        in_order = in_order && range.begin < range.end && range.begin <= before.end && range.begin >= before.begin &&
                   range.end >= before.end && points.begin <= code_points_before.end &&
                   points.begin == attn::text::count_code_points(std::string_view(valid).substr(0, range.begin)) &&
                   points.end == attn::text::count_code_points(std::string_view(valid).substr(0, range.end));
        before = range;
        code_points_before = points;
      }
      CHECK(in_order);
      CHECK(before.end == valid.size());
    }
  }
}

TEST_CASE("tokenizer: no bytes are too strange for it") {
  std::mt19937 random(19);
  json metaspace = unigram();
  metaspace["normalizer"] = {{"type", "Sequence"},
                             {"normalizers",
                              {{{"type", "NFD"}},
                               {{"type", "Strip"}},
                               {{"type", "Replace"}, {"pattern", {{"Regex", " {2,}"}}}, {"content", "▁"}}}}};
  for (const json& document : {bert(), unigram(), metaspace, test::byte_level_json({"a b"})}) {
    const Tokenizer tokenizer = test::tokenizer(document);
    for (int attempt = 0; attempt < 300; ++attempt) {
      std::string text = test::random_text(random, random() % 30, false);
      if (attempt % 3 == 0)
        for (char& c : text) c = static_cast<char>(random() & 0xFF);
      const std::string valid = attn::text::to_valid_utf8(text);
      CAPTURE(text);
      Encoding encoding;
      CHECK_NOTHROW(encoding = tokenizer.encode(text));
      CHECK_NOTHROW(tokenizer.decode(encoding.ids));
      CHECK(tokenizer.labels(encoding).size() == encoding.size());
      bool inside = true;
      for (const Range& range : encoding.bytes)
        inside = inside && range.begin <= range.end && range.end <= valid.size();
      CHECK(inside);
      CHECK(same(encoding, tokenizer.encode(valid)));
    }
  }
}

TEST_CASE("tokenizer: eight threads at once do the same") {
  std::mt19937 random(23);
  Strings texts;
  for (int i = 0; i < 50; ++i) texts.push_back(test::random_text(random, 60, true));
  for (const json& document : {bert(), unigram(), test::byte_level_json({"a b", "Ġ a"})}) {
    const Tokenizer tokenizer = test::tokenizer(document);
    std::vector<Encoding> expected;
    for (const std::string& text : texts) expected.push_back(tokenizer.encode(text));
    std::vector<int> different(8, 0);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 8; ++t)
      threads.emplace_back([&, t] {
        for (std::size_t i = 0; i < texts.size(); ++i) {
          const std::size_t which = (i + 7 * t) % texts.size();
          different[t] += !same(tokenizer.encode(texts[which]), expected[which]) ||
                          tokenizer.decode(expected[which].ids).empty() != expected[which].ids.empty();
        }
      });
    for (std::thread& thread : threads) thread.join();
    CHECK(different == std::vector<int>(8, 0));
  }
}

TEST_CASE("tokenizer: four times the text takes about four times as long, whatever is in it") {
  json bpe = test::byte_level_json({"a a", "aa aa", "Ġ Ġ", "ĠĠ ĠĠ", "a b"}), whole_text = bpe;
  whole_text["pre_tokenizer"] = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
  json word_piece = bert(), long_words = bert();
  long_words["model"]["max_input_chars_per_word"] = 100'000'000;
  const std::string kinds[] = {"a", " ", "ab", "中", "\u0301"};
  for (const json& document : {bpe, whole_text, word_piece, long_words, unigram()}) {
    const Tokenizer tokenizer = test::tokenizer(document);
    for (const std::string& kind : kinds) {
      const auto seconds = [&](std::size_t size) {
        std::string text;
        while (text.size() < size) text += kind;
        const std::clock_t begin = std::clock();
        tokenizer.encode(text);
        return double(std::clock() - begin) / CLOCKS_PER_SEC;
      };
      CAPTURE(document["model"]["type"].dump(), kind);
      const double few = seconds(60'000);
      CHECK(seconds(240'000) < 12 * few + 0.1);
    }
  }
}
