#include <attn/text/normalizer.hpp>

#include "text/charsmap_writer.hpp"
#include "text/support.hpp"

using namespace attn::text;
using test::normalized;
using test::shown;

namespace {
Normalizer charsmap(const std::map<std::string, std::string>& rules) {
  return normalize_charsmap(Charsmap(test::charsmap(rules), "m"));
}
}  // namespace

TEST_CASE("normalizer: steps one after the other") {
  const Normalizer both = normalize_sequence({normalize_replace(std::string("a"), "b"), normalize_prepend("a")});
  CHECK(shown(both, "ca") == "a:0-1 c:0-1 b:1-2");
  CHECK(normalized(normalize_sequence({}), "é") == "é");
}

TEST_CASE("normalizer: a form of Unicode") {
  CHECK(shown(normalize_unicode(NormalizationForm::nfd), "é") == "e:0-2 \u0301:0-2");
}

TEST_CASE("normalizer: lower case") {
  CHECK(shown(to_lower_case, "AzÉ") == "a:0-1 z:1-2 é:2-4");
  CHECK(shown(to_lower_case, "ABC") == "a:0-1 b:1-2 c:2-3");
  CHECK(shown(to_lower_case, "İx") == "i:0-2 \u0307:0-2 x:2-3");
}

TEST_CASE("normalizer: accents are marks, with width or without") {
  CHECK(shown(strip_accents, "e\u0301aé\u0903") == "e:0-1 a:3-4 é:4-6");
  CHECK(normalized(strip_accents, "\u0301") == "");
  CHECK(normalized(strip_accents, "abc") == "abc");
}

TEST_CASE("normalizer: BERT's, each of its rules alone and all of them") {
  const std::string text = "A\tB\u00A0\x01É\u200D\uFFFD中";
  CHECK(normalized(normalize_bert({true, false, false, false}), text) == "A B É中");
  CHECK(normalized(normalize_bert({false, true, false, false}), "x中y") == "x 中 y");
  CHECK(normalized(normalize_bert({false, false, true, false}), "É中") == "E中");
  CHECK(normalized(normalize_bert({false, false, false, true}), "ÉA\t") == "éa\t");
  CHECK(normalized(normalize_bert({false, false, false, false}), text) == text);
  CHECK(shown(normalize_bert({}), text) == "a:0-1  :1-2 b:2-3  :3-5 e:6-8  :14-17 中:14-17  :14-17");
  CHECK(normalized(normalize_bert({}), std::string_view("a\0b\r\n", 5)) == "ab  ");
  CHECK(normalized(normalize_bert({}), "") == "");
}

TEST_CASE("normalizer: spaces at the ends are stripped") {
  CHECK(shown(normalize_strip(true, true), " \u3000é b\u00A0\n") == "é:4-6  :6-7 b:7-8");
  CHECK(normalized(normalize_strip(true, false), "  a  ") == "a  ");
  CHECK(normalized(normalize_strip(false, true), "  a  ") == "  a");
  CHECK(normalized(normalize_strip(false, false), "  a  ") == "  a  ");
  CHECK(normalized(normalize_strip(true, true), " \t ") == "");
  CHECK(normalized(normalize_strip(true, true), "a b") == "a b");
}

TEST_CASE("normalizer: matches are replaced, and the new text stands for their last character") {
  CHECK(shown(normalize_replace(std::string("ab"), "xyz"), "cabc") == "c:0-1 x:2-3 y:2-3 z:2-3 c:3-4");
  CHECK(shown(normalize_replace(std::string(" "), "▁"), "a b") == "a:0-1 ▁:1-2 b:2-3");
  CHECK(normalized(normalize_replace(Regex(" {2,}"), " "), "a   b  c d") == "a b c d");
  CHECK(normalized(normalize_replace(std::string("a"), ""), "banana") == "bnn");
  CHECK(normalized(normalize_replace(std::string("x"), "y"), "abc") == "abc");
  CHECK(normalized(normalize_replace(std::string(), "y"), "abc") == "abc");
}

TEST_CASE("normalizer: a prefix stands for the first character; nothing has none") {
  CHECK(shown(normalize_prepend("▁x"), "éa") == "▁:0-2 x:0-2 é:0-2 a:2-3");
  CHECK(normalized(normalize_prepend("▁"), "") == "");
}

TEST_CASE("normalizer: compiled rules, of clusters and of characters") {
  CHECK(shown(charsmap({{"é", "e"}}), "aéb") == "a:0-1 e:1-3 b:3-4");
  CHECK(shown(charsmap({{"…", "..."}}), "…x") == ".:0-3 .:0-3 .:0-3 x:3-4");
  CHECK(shown(charsmap({{"e\u0301", "é"}}), "ae\u0301b") == "a:0-1 é:1-2 b:4-5");
  CHECK(shown(charsmap({{"\u00AD", ""}}), "a\u00AD\u00ADb") == "a:0-1 b:5-6");
  CHECK(normalized(charsmap({{"ab", "x"}}), "ab") == "ab");  // two clusters
  CHECK(normalized(charsmap({}), "aé") == "aé");
}

TEST_CASE("normalizer: a short cluster is replaced whole, by the rule of its beginning; of a long one each character") {
  const Normalizer rules = charsmap({{"e", "E"}, {"\u0301", "+"}});
  CHECK(normalized(rules, "e\u0301x") == "Ex");
  CHECK(normalized(rules, "e\u0301\u0301\u0301x") == "E+++x");
}
