#include <attn/text/load_tokenizer.hpp>
#include <attn/text/words.hpp>

#include "text/support.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

using attn::Index;
using attn::Words;

namespace {

/// Tokens of "text" that stand at these bytes, of these words.
attn::Encoding tokens_at(const std::vector<std::array<std::uint32_t, 3>>& places) {
  attn::Encoding encoding;
  for (const auto& [begin, end, word] : places) {
    encoding.add_special(0, "?", 0);
    encoding.special.back() = 0;
    encoding.bytes.back() = {begin, end};
    encoding.words.back() = static_cast<int>(word);
    encoding.sequences.back() = 0;
  }
  return encoding;
}

}  // namespace

TEST_CASE("words: pieces of one word, and special tokens by themselves") {
  attn::Encoding encoding;
  encoding.add_special(1, "[CLS]", 0);
  encoding.append(tokens_at({{0, 3, 0}, {4, 6, 1}, {6, 8, 1}, {8, 9, 2}}));
  encoding.add_special(2, "[SEP]", 0);
  encoding.add_special(2, "[SEP]", 0);
  const Words words = attn::words_of(encoding, "The unbe.");
  CHECK(words.edges == std::vector<Index>{0, 1, 2, 4, 5, 6, 7});
  CHECK(words.labels == test::Strings{"[CLS]", "The", "unbe", ".", "[SEP]", "[SEP]"});
  CHECK(words.size() == 6);
}

TEST_CASE("words: spaces part them where a tokenizer takes the text for one word") {
  // "▁The", "▁un", "break", "▁", "cat", as Llama cuts it: spaces belong to the token behind them.
  const std::string text = "The unbreak cat";
  CHECK(attn::words_of(tokens_at({{0, 3, 0}, {3, 6, 0}, {6, 11, 0}, {11, 12, 0}, {12, 15, 0}}), text).labels ==
        test::Strings{"The", "unbreak", "cat"});
  // The same, spaces belonging to no token.
  CHECK(attn::words_of(tokens_at({{0, 3, 0}, {4, 6, 0}, {6, 11, 0}, {12, 15, 0}}), text).edges ==
        std::vector<Index>{0, 1, 3, 4});
  // A line end goes before, and is a word.
  CHECK(attn::words_of(tokens_at({{0, 2, 0}, {2, 3, 0}, {3, 5, 0}}), "ab\ncd").labels ==
        test::Strings{"ab", "↵", "cd"});
  CHECK(attn::words_of(tokens_at({{0, 2, 0}, {2, 5, 0}, {5, 7, 0}}), "ab\u3000cd").labels ==
        test::Strings{"ab", "\u3000", "cd"});
}

TEST_CASE("words: tokens that stand for nothing in the text, and a pair") {
  attn::Encoding encoding = tokens_at({{0, 0, 0}, {0, 3, 0}});  // "▁", "日"
  CHECK(attn::words_of(encoding, "日").labels == test::Strings{"日"});
  encoding = tokens_at({{0, 3, 0}});
  attn::Encoding second = tokens_at({{0, 2, 0}, {2, 5, 0}});
  second.sequences = {1, 1};
  encoding.append(second);
  const Words words = attn::words_of(encoding, "cat", "sleep");
  CHECK(words.labels == test::Strings{"cat", "sleep"});
  CHECK(words.edges == std::vector<Index>{0, 1, 3});
  CHECK(attn::words_of(attn::Encoding(), "").edges == std::vector<Index>{0});
}

TEST_CASE("words: of tokenizers as they are published") {
  const char* shared = std::getenv("ATTN_SHARED");
  if (shared == nullptr) {
    std::printf("skipped: words of published tokenizers: ATTN_SHARED doesn't name their folder\n");
    return;
  }
  const std::string text = "Unbelievably, the antidisestablishmentarian  naïvely smiled.";
  const auto words_by = [&](const char* name) {
    const attn::Tokenizer tokenizer = attn::load_tokenizer(std::string(shared) + "/tokenizers/" + name);
    return attn::words_of(tokenizer.encode(text, {false, false}), text).labels;
  };
  CHECK(words_by("bert-base-cased") ==
        test::Strings{"Unbelievably", ",", "the", "antidisestablishmentarian", "naïvely", "smiled", "."});
  CHECK(words_by("t5-small") ==
        test::Strings{"Unbelievably,", "the", "antidisestablishmentarian", "naïvely", "smiled."});
  for (const char* name : {"gpt2", "roberta-base", "phi-3-mini"}) {
    std::string all;
    for (const std::string& word : words_by(name)) all += word + "|";
    std::printf("  %-14s %s\n", name, all.c_str());
    CHECK(test::contains(all, "|antidisestablishmentarian|"));
    CHECK(test::contains(all, "|naïvely|"));
    CHECK_FALSE(test::contains(all, "Ġ"));
  }
}
