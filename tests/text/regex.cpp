#include <attn/text/regex.hpp>

#include "text/support.hpp"

#include <thread>

using namespace attn::text;

namespace {

/// All matches from the left.
std::string matches(const std::string& pattern, std::string_view text) {
  const Regex regex(pattern);
  Regex::Search search(regex);
  std::string result;
  Range match;
  for (std::size_t at = 0; at < text.size() && search.find(text, at, match) && !match.empty(); at = match.end)
    result += "[" + std::string(text.substr(match.begin, match.size())) + "]";
  return result;
}

}  // namespace

TEST_CASE("regex: the first match from a place on") {
  const Regex regex("b+");
  Regex::Search search(regex);
  Range match;
  CHECK(search.find("abba b", 0, match));
  CHECK(match == Range{1, 3});
  CHECK(search.find("abba b", 3, match));
  CHECK(match == Range{5, 6});
  CHECK_FALSE(search.find("abba b", 6, match));
  CHECK_FALSE(search.find("", 0, match));
}

TEST_CASE("regex: classes of Unicode, lookahead and lookbehind") {
  CHECK(matches("\\p{L}+", "éa1中Ж") == "[éa][中Ж]");
  CHECK(matches("\\s+(?!\\S)|\\s+", "a   b") == "[  ][ ]");
  CHECK(matches("(?<=a)b", "bab") == "[b]");
  CHECK(matches("(?i:'S)", "it's") == "['s]");
  CHECK(matches("\\w+", "é_٣ -") == "[é_٣]");
  CHECK(matches(".", "é😀") == "[é][😀]");
  CHECK(matches("x", "abc") == "");
}

TEST_CASE("regex: a pattern that isn't one says what and where") {
  const auto message = [](const std::string& pattern, const std::string& where) {
    return test::message_of<attn::FormatError>([&] { Regex(pattern, where); });
  };
  CHECK(message("a(b", "t.json: $.x") ==
        "t.json: $.x: \"a(b\" isn't a regular expression: missing closing parenthesis at byte 3");
  CHECK(message("*", "here") ==
        "here: \"*\" isn't a regular expression: quantifier does not follow a repeatable item at byte 0");
  CHECK(test::message_of<attn::FormatError>([] { Regex("["); }) ==
        "regular expression: \"[\" isn't a regular expression: missing terminating ] for character class at byte 1");
  CHECK(test::contains(message("\\C", "here"), "here: \"\\C\" isn't a regular expression: "));
}

TEST_CASE("regex: a search without end is given up") {
  const Regex regex("^(?:a|aa)+$");
  Regex::Search search(regex);
  Range match;
  std::string text(5000, 'a');
  text.back() = 'c';
  CHECK(test::message_of<attn::UnsupportedError>([&] { search.find(text, 0, match); }) ==
        "regular expression: the search fails on this text: match limit exceeded");
}

TEST_CASE("regex: what needs more stack than there is for machine code is found all the same") {
  const std::string text(300000, 'a');
  CHECK(matches("(?:a|b)+", text).size() == text.size() + 2);
  CHECK(matches("(a|b)*?$", text).size() == text.size() + 2);
}
