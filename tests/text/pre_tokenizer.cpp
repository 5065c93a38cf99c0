#include <attn/text/pre_tokenizer.hpp>

#include "text/support.hpp"

#include <ctime>

using namespace attn::text;
using test::pieces;
using test::places;
using test::Strings;

TEST_CASE("pre-tokenizer: at spaces") {
  CHECK(pieces(pre_tokenize_whitespace_split(), " Hé,\t中 \u3000x ") == Strings{"Hé,", "中", "x"});
  CHECK(places(pre_tokenize_whitespace_split(), " Hé,\t中") == Strings{"1-5", "6-9"});
  CHECK(pieces(pre_tokenize_whitespace_split(), "  ") == Strings{});
}

TEST_CASE("pre-tokenizer: BERT's, each punctuation mark alone") {
  CHECK(pieces(pre_tokenize_bert(), "Hey, you're 3.5€!?") ==
        Strings{"Hey", ",", "you", "'", "re", "3", ".", "5€", "!", "?"});
}

TEST_CASE("pre-tokenizer: words and what is between them") {
  CHECK(pieces(pre_tokenize_whitespace(), "Hey, you're a_b 3.5€!? é") ==
        Strings{"Hey", ",", "you", "'", "re", "a_b", "3", ".", "5", "€!?", "é"});
}

TEST_CASE("pre-tokenizer: GPT-2's words have the space before them, and bytes are visible") {
  const PreTokenizer plain = pre_tokenize_byte_level(false, true);
  CHECK(pieces(plain, "It's  a café!\n") == Strings{"It", "'s", "Ġ", "Ġa", "Ġcaf\u00C3\u00A9", "!", "Ċ"});
  CHECK(places(plain, "It's  a café!\n") == Strings{"0-2", "2-4", "4-5", "5-7", "7-13", "13-14", "14-15"});
  CHECK(pieces(plain, "I've 12ab34") == Strings{"I", "'ve", "Ġ12", "ab", "34"});
  CHECK(test::shown(test::cut(plain, "é a").text) == "\u00C3:0-2 \u00A9:0-2 Ġ:2-3 a:3-4");
}

TEST_CASE("pre-tokenizer: GPT-2's with a space put before the text, and without its words") {
  CHECK(pieces(pre_tokenize_byte_level(true, true), "a b") == Strings{"Ġa", "Ġb"});
  CHECK(places(pre_tokenize_byte_level(true, true), "a b") == Strings{"0-1", "1-3"});
  CHECK(pieces(pre_tokenize_byte_level(true, true), " a") == Strings{"Ġa"});
  CHECK(pieces(pre_tokenize_byte_level(true, true), "") == Strings{});
  CHECK(pieces(pre_tokenize_byte_level(false, false), "a b's") == Strings{"aĠb's"});
  CHECK(pieces(pre_tokenize_byte_level(true, false), "a b") == Strings{"ĠaĠb"});
  const PreTokenizer each =
      pre_tokenize_sequence({pre_tokenize_whitespace_split(), pre_tokenize_byte_level(true, false)});
  CHECK(pieces(each, "a  b") == Strings{"Ġa", "Ġb"});
  CHECK(places(each, "a  b") == Strings{"0-1", "3-4"});
}

TEST_CASE("pre-tokenizer: Metaspace puts a mark before the text: never, before the first word or each one") {
  const auto metaspace = [](PrependScheme scheme) { return pre_tokenize_metaspace("▁", scheme, true); };
  CHECK(pieces(metaspace(PrependScheme::never), "a b  c") == Strings{"a", "▁b", "▁", "▁c"});
  CHECK(pieces(metaspace(PrependScheme::first), "a b  c") == Strings{"▁a", "▁b", "▁", "▁c"});
  CHECK(pieces(metaspace(PrependScheme::always), "a b  c") == Strings{"▁a", "▁b", "▁", "▁c"});
  CHECK(places(metaspace(PrependScheme::always), "é b") == Strings{"0-2", "2-4"});
  CHECK(pieces(metaspace(PrependScheme::always), " a") == Strings{"▁a"});
  CHECK(pieces(metaspace(PrependScheme::always), "▁a") == Strings{"▁a"});
  CHECK(pieces(metaspace(PrependScheme::always), "") == Strings{});
  const auto of_words = [&](PrependScheme scheme) {
    return pre_tokenize_sequence({pre_tokenize_whitespace_split(), metaspace(scheme)});
  };
  CHECK(pieces(of_words(PrependScheme::never), "a  b") == Strings{"a", "b"});
  CHECK(pieces(of_words(PrependScheme::first), "a  b") == Strings{"▁a", "b"});
  CHECK(pieces(of_words(PrependScheme::always), "a  b") == Strings{"▁a", "▁b"});
  CHECK(pieces(of_words(PrependScheme::first), " a b") == Strings{"a", "b"});  // not where the text begins
}

TEST_CASE("pre-tokenizer: Metaspace without cutting, and with another mark") {
  CHECK(pieces(pre_tokenize_metaspace("▁", PrependScheme::always, false), "a b") == Strings{"▁a▁b"});
  CHECK(pieces(pre_tokenize_metaspace("_", PrependScheme::never, true), "a b_c") == Strings{"a", "_b", "_c"});
}

TEST_CASE("pre-tokenizer: Metaspace goes once through a text of many words") {
  const auto seconds = [](std::size_t words) {
    std::string text;
    for (std::size_t i = 0; i < words; ++i) text += "a\n";
    const PreTokenizer both = pre_tokenize_sequence(
        {pre_tokenize_whitespace_split(), pre_tokenize_metaspace("▁", PrependScheme::always, true)});
    const std::clock_t begin = std::clock();
    CHECK(test::cut(both, text).pieces.size() == words);
    return double(std::clock() - begin) / CLOCKS_PER_SEC;
  };
  const double few = seconds(50'000);
  CHECK(seconds(400'000) < 24 * few + 0.1);
}
