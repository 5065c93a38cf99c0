#include <attn/text/unigram.hpp>

#include "text/support.hpp"

#include <map>

using namespace attn::text;
using test::cut;
using test::Strings;

namespace {
struct Piece {
  std::string text;
  double score;
};
Unigram model(const std::vector<Piece>& pieces, UnigramRules rules = {}, std::vector<bool> usable = {}) {
  Strings tokens;
  std::vector<double> scores;
  for (const auto& [text, score] : pieces) {
    tokens.push_back(text);
    scores.push_back(score);
  }
  if (usable.empty()) usable.assign(tokens.size(), true);
  return {test::vocabulary(tokens), scores, usable, rules};
}
}  // namespace

TEST_CASE("unigram: the most probable way to cut a word") {
  const std::vector<Piece> pieces = {{"?", 0}, {"a", -1}, {"b", -1}, {"ab", -1.5}, {"bb", -5}};
  CHECK(cut(model(pieces), "ab") == "ab:0-2");
  CHECK(cut(model(pieces), "abb") == "ab:0-2 b:2-3");
  CHECK(cut(model(pieces), "bb") == "b:0-1 b:1-2");
  CHECK(cut(model(pieces), "") == "");
  CHECK(cut(model({{"é", -1}, {"é中", -1}, {"中", -1}}), "é中") == "é中:0-5");
}

TEST_CASE("unigram: of equally good ways") {
  const std::vector<Piece> pieces = {{"a", -1}, {"aa", -1}};
  CHECK(cut(model(pieces), "aaa") == "a:0-1 aa:1-3");
  UnigramRules rules;
  rules.as_sentencepiece = true;
  CHECK(cut(model(pieces, rules), "aaa") == "aa:0-2 a:2-3");
}

TEST_CASE("unigram: unknown characters beside each other are one token") {
  UnigramRules rules;
  rules.unknown = 0;
  CHECK(cut(model({{"?", 0}, {"a", -1}}, rules), "aéxa") == "a:0-1 ?:1-4 a:4-5");
  CHECK(cut(model({{"?", 0}, {"a", -1}}, rules), "x") == "?:0-1");
}

TEST_CASE("unigram: an unknown character scores 10 below the rarest token") {
  UnigramRules rules;
  rules.unknown = 0;
  CHECK(cut(model({{"?", 0}, {"a", 10.5}, {"ax", -3}}, rules), "ax") == "a:0-1 ?:1-2");  // 10.5 − 3 − 10 > −3
  CHECK(cut(model({{"?", 0}, {"a", 9.5}, {"ax", -3}}, rules), "ax") == "ax:0-2");
}

TEST_CASE("unigram: without a token for them unknown characters can't be spelt") {
  CHECK(test::message_of<attn::UnsupportedError>([] {
          cut(model({{"a", -1}}), "ab");
        }) == "tokenizer: a character isn't in the vocabulary, and there is no token for unknown ones");
}

TEST_CASE("unigram: unknown characters are spelt in bytes, where all of them are there") {
  UnigramRules rules;
  rules.unknown = 0;
  rules.byte_fallback = true;
  const std::vector<Piece> pieces = {{"?", 0}, {"a", -1}, {"<0xC3>", -2}, {"<0xA9>", -2}};
  CHECK(cut(model(pieces, rules), "aé") == "a:0-1 <0xC3>:1-3 <0xA9>:1-3");
  CHECK(cut(model(pieces, rules), "aè") == "a:0-1 ?:1-3");
  CHECK(cut(model(pieces, rules), "éx") == "?:0-3");
}

TEST_CASE("unigram: tokens that aren't for texts are never found") {
  UnigramRules rules;
  rules.unknown = 0;
  CHECK(cut(model({{"?", 0}, {"a", -1}, {"aa", 0}}, rules, {false, true, false}), "aa?") == "a:0-1 a:1-2 ?:2-3");
}

TEST_CASE("unigram: the best of all ways to cut random words") {
  std::mt19937 random(11);
  for (int attempt = 0; attempt < 300; ++attempt) {
    std::map<std::string, double> scores = {{"?", -3}};
    const std::string letters[] = {"a", "b", "é", "x"};
    for (int i = 0; i < 10; ++i) {
      std::string token;
      for (auto size = random() % 4 + 1; size > 0; --size) token += letters[random() % 3];
      scores[token] = -double(random() % 1000) / 100;
    }
    std::vector<Piece> pieces;
    double least = 0;
    for (const auto& [token, score] : scores) {
      pieces.push_back({token, score});
      least = std::min(least, score);
    }
    UnigramRules rules;
    rules.unknown = 0;
    REQUIRE(pieces[0].text == "?");
    rules.as_sentencepiece = attempt % 2 == 1;
    const Unigram unigram = model(pieces, rules);
    Strings word;
    std::string text;
    for (auto size = random() % 9 + 1; size > 0; --size) text += word.emplace_back(letters[random() % 4]);
    const auto score_of = [&](const std::string& part, std::size_t characters) {
      const auto it = scores.find(part);
      return it != scores.end() ? it->second : characters == 1 ? least - 10 : -1e9;
    };
    double best = -1e9;
    for (unsigned cuts = 0; cuts < 1u << (word.size() - 1); ++cuts) {  // bit i: a cut behind character i
      double sum = 0;
      std::string part;
      std::size_t characters = 0;
      for (std::size_t i = 0; i < word.size(); ++i) {
        part += word[i];
        ++characters;
        if (i + 1 < word.size() && !(cuts >> i & 1)) continue;
        sum += score_of(part, characters);
        part.clear();
        characters = 0;
      }
      best = std::max(best, sum);
    }
    std::vector<Token> tokens;
    unigram.words()->tokenize(text, {0, static_cast<std::uint32_t>(text.size())}, tokens);
    double sum = 0;
    std::uint32_t end = 0;
    for (const Token& token : tokens) {
      const std::string part = text.substr(token.range.begin, token.range.size());
      CHECK(token.range.begin == end);
      end = token.range.end;
      if (token.id == 0)
        sum += double(count_code_points(part)) * (least - 10);
      else
        sum += scores.at(std::string(unigram.vocabulary()[token.id]));
    }
    CHECK(end == text.size());
    CAPTURE(text);
    CHECK(sum == Approx(best).epsilon(1e-6));
  }
}
