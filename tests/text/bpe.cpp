#include <attn/text/bpe.hpp>

#include "text/support.hpp"

#include <algorithm>
#include <map>

using namespace attn::text;
using test::cut;
using test::Strings;

namespace {

/// Of the tokens, and merges "left right" in their order; the merged token begins with left.
Bpe model(const Strings& tokens, const Strings& merges, BpeRules rules = {}) {
  Vocabulary vocabulary = test::vocabulary(tokens);
  Merges table(merges.size());
  for (std::size_t rank = 0; rank < merges.size(); ++rank) {
    const std::size_t space = merges[rank].find(' ');
    const std::string left = merges[rank].substr(0, space), right = merges[rank].substr(space + 1);
    const std::string both = left + right.substr(rules.continuing_prefix.size());
    table.add(*vocabulary.find(left), *vocabulary.find(right),
              {static_cast<std::int32_t>(rank), *vocabulary.find(both)});
  }
  return {std::move(vocabulary), std::move(table), std::move(rules)};
}

Strings bytes_and(Strings tokens, const std::string& bytes) {
  for (const char byte : bytes) tokens.push_back(byte_token(static_cast<unsigned char>(byte)));
  return tokens;
}

}  // namespace

TEST_CASE("bpe: merges: what becomes of a pair; the first one counts") {
  Merges merges(3);
  merges.add(0, 0, {5, 9});
  merges.add(1, 2, {0, 3});
  merges.add(1, 2, {1, 4});
  CHECK(merges(1, 2).id == 3);
  CHECK(merges(1, 2).rank == 0);
  CHECK(merges(0, 0).id == 9);
  CHECK(merges(2, 1).rank == -1);
  CHECK(Merges(0)(0, 0).rank == -1);
}

TEST_CASE("bpe: the pair that was learnt first goes first") {
  const Strings tokens = {"l", "o", "w", "e", "r", "lo", "low", "er", "we"};
  CHECK(cut(model(tokens, {"l o", "lo w", "e r"}), "lower") == "low:0-3 er:3-5");
  CHECK(cut(model(tokens, {"w e", "l o", "lo w", "e r"}), "lower") == "lo:0-2 we:2-4 r:4-5");
  CHECK(cut(model(tokens, {}), "low") == "l:0-1 o:1-2 w:2-3");
  CHECK(cut(model(tokens, {}), "") == "");
}

TEST_CASE("bpe: of equal pairs the leftmost") {
  CHECK(cut(model({"a", "aa"}, {"a a"}), "aaaaa") == "aa:0-2 aa:2-4 a:4-5");
  CHECK(cut(model({"a", "aa", "aaaa"}, {"a a", "aa aa"}), "aaaaaaa") == "aaaa:0-4 aa:4-6 a:6-7");
}

TEST_CASE("bpe: characters of more than one byte") {
  CHECK(cut(model({"é", "中", "é中"}, {"é 中"}), "é中中") == "é中:0-5 中:5-8");
}

TEST_CASE("bpe: characters that aren't there are left out, unknown, or unknown together") {
  CHECK(cut(model({"a", "b"}, {}), "axxb") == "a:0-1 b:1-2");
  BpeRules rules;
  rules.unknown = 0;
  CHECK(cut(model({"?", "a", "b"}, {}, rules), "axéb") == "a:0-1 ?:1-2 ?:2-4 b:4-5");
  CHECK(cut(model({"?", "a", "b"}, {}, rules), "xx") == "?:0-1 ?:1-2");
  rules.fuse_unknown = true;
  CHECK(cut(model({"?", "a", "b"}, {}, rules), "axéb") == "a:0-1 ?:1-4 b:4-5");
  CHECK(cut(model({"?", "a", "b"}, {}, rules), "xax") == "?:0-1 a:1-2 ?:2-3");
}

TEST_CASE("bpe: what is left out stands between characters that are merged all the same") {
  CHECK(cut(model({"a", "b", "ab"}, {"a b"}), "axb") == "ab:0-2");
}

TEST_CASE("bpe: a word that is a token, with merges and without") {
  const Strings tokens = {"a", "b", "c", "ab", "abc"};
  CHECK(cut(model(tokens, {"a b"}), "abc") == "ab:0-2 c:2-3");
  BpeRules rules;
  rules.ignore_merges = true;
  CHECK(cut(model(tokens, {"a b"}, rules), "abc") == "abc:0-3");
  CHECK(cut(model(tokens, {"a b"}, rules), "abcb") == "ab:0-2 c:2-3 b:3-4");
}

TEST_CASE("bpe: a character that isn't there is spelt in bytes, each of which stands for it") {
  BpeRules rules;
  rules.byte_fallback = true;
  rules.unknown = 0;
  const Strings tokens = bytes_and({"?", "a"}, "é");
  CHECK(cut(model(tokens, {}, rules), "aéa") == "a:0-1 <0xC3>:1-3 <0xA9>:1-3 a:3-4");
  CHECK(cut(model(tokens, {}, rules), "aèa") == "a:0-1 ?:1-3 a:3-4");
  CHECK(cut(model(tokens, {}, rules), "èéa") ==
        "<0xC3>:0-2 <0xA9>:0-2 ?:2-4 a:4-5");  // as Hugging Face's library has it
  rules.name_unknown = true;
  CHECK(cut(model(tokens, {}, rules), "èéa") == "?:0-2 <0xC3>:2-4 <0xA9>:2-4 a:4-5");
}

TEST_CASE("bpe: bytes of a decorated character stand for that character, not for what is behind it") {
  BpeRules rules;
  rules.byte_fallback = true;
  rules.end_of_word_suffix = "</w>";
  CHECK(cut(model(bytes_and({"a"}, "b</w>"), {}, rules), "ab") ==
        "a:0-1 <0x62>:1-2 <0x3C>:1-2 <0x2F>:1-2 <0x77>:1-2 <0x3E>:1-2");
  rules.end_of_word_suffix = "";
  rules.continuing_prefix = "##";
  CHECK(cut(model({"a", "<0x23>", "<0x62>"}, {}, rules), "ab") == "a:0-1 <0x23>:1-2 <0x23>:1-2 <0x62>:1-2");
}

TEST_CASE("bpe: the last character of a word has a suffix") {
  BpeRules rules;
  rules.end_of_word_suffix = "</w>";
  const Bpe bpe = model({"a", "b", "b</w>", "ab</w>", "ab"}, {"a b</w>", "a b"}, rules);
  CHECK(cut(bpe, "ab") == "ab</w>:0-2");
  CHECK(cut(bpe, "abab") == "ab:0-2 ab</w>:2-4");
  CHECK(cut(bpe, "b") == "b</w>:0-1");
}

TEST_CASE("bpe: characters within a word have a prefix") {
  BpeRules rules;
  rules.continuing_prefix = "##";
  const Bpe bpe = model({"a", "##b", "ab", "##c", "##bc"}, {"##b ##c", "a ##b"}, rules);
  CHECK(cut(bpe, "abb") == "ab:0-2 ##b:2-3");
  CHECK(cut(bpe, "abc") == "a:0-1 ##bc:1-3");
}

TEST_CASE("bpe: words are remembered with their places") {
  const Bpe bpe = model({"a", "b", "ab"}, {"a b"});
  const auto words = bpe.words();
  std::vector<Token> tokens;
  for (const Range word : {Range{0, 3}, Range{3, 6}}) words->tokenize("abaabaab", word, tokens);
  REQUIRE(tokens.size() == 4);
  CHECK(tokens[2].range == Range{3, 5});
  CHECK(tokens[3].range == Range{5, 6});
  CHECK(tokens[2].id == 2);
  CHECK(tokens[3].id == 0);
}

TEST_CASE("bpe: random merges, as merging step by step does it") {
  std::mt19937 random(7);
  for (int attempt = 0; attempt < 300; ++attempt) {
    Strings tokens = {"a", "b", "é"}, merges;
    std::map<std::pair<std::string, std::string>, std::size_t> ranks;
    for (int i = 0; i < 12; ++i) {
      const std::string left = tokens[random() % tokens.size()], right = tokens[random() % tokens.size()];
      if (std::find(tokens.begin(), tokens.end(), left + right) != tokens.end()) continue;
      ranks[{left, right}] = merges.size();
      merges.push_back(left + " " + right);
      tokens.push_back(left + right);
    }
    const Bpe bpe = model(tokens, merges);
    for (int i = 0; i < 10; ++i) {
      Strings word;
      std::string text, expected;
      for (auto size = random() % 20; size > 0; --size) word.push_back(tokens[random() % 3]);
      for (const std::string& c : word) text += c;
      for (;;) {
        std::size_t best = merges.size(), where = 0;
        for (std::size_t at = 0; at + 1 < word.size(); ++at)
          if (const auto it = ranks.find({word[at], word[at + 1]}); it != ranks.end() && it->second < best)
            best = it->second, where = at;
        if (best == merges.size()) break;
        word[where] += word[where + 1];
        word.erase(word.begin() + static_cast<std::ptrdiff_t>(where) + 1);
      }
      std::uint32_t begin = 0;
      for (const std::string& token : word) {
        const auto end = begin + static_cast<std::uint32_t>(token.size());
        expected += (begin > 0 ? " " : "") + token + ":" + test::place({begin, end});
        begin = end;
      }
      CHECK(cut(bpe, text) == expected);
    }
  }
}
