#include <attn/text/prefix_trie.hpp>

#include "text/support.hpp"

using attn::text::PrefixTrie;

namespace {
std::string found(const PrefixTrie& trie, std::string_view text) {
  std::string result;
  trie.for_each_prefix(text, [&](std::size_t size, std::int32_t number) {
    result += (result.empty() ? "" : " ") + std::to_string(size) + ":" + std::to_string(number);
  });
  return result;
}
}  // namespace

TEST_CASE("prefix trie: all strings that a text begins with, the shortest first") {
  const PrefixTrie trie({{"abc", 3}, {"a", 1}, {"b", 0}, {"ab", 2}, {"é", 9}, {"", 7}});
  CHECK(found(trie, "abcd") == "1:1 2:2 3:3");
  CHECK(found(trie, "abd") == "1:1 2:2");
  CHECK(found(trie, "ab") == "1:1 2:2");
  CHECK(found(trie, "ba") == "1:0");
  CHECK(found(trie, "é") == "2:9");
  CHECK(found(trie, "\xC3") == "");
  CHECK(found(trie, "xabc") == "");
  CHECK(found(trie, "") == "");
}

TEST_CASE("prefix trie: of nothing") {
  CHECK(found(PrefixTrie(), "a") == "");
  CHECK(found(PrefixTrie(std::vector<std::pair<std::string_view, std::int32_t>>()), "a") == "");
  CHECK(found(PrefixTrie({{"", 0}}), "a") == "");
}

TEST_CASE("prefix trie: random strings, as trying each of them finds") {
  std::mt19937 random(5);
  for (int attempt = 0; attempt < 200; ++attempt) {
    std::map<std::string, std::int32_t> strings;
    for (int i = 0; i < 30; ++i) {
      std::string string;
      for (auto size = random() % 5 + 1; size > 0; --size) string += "ab\0\xFF"[random() % 4];
      strings.emplace(string, i);
    }
    const PrefixTrie trie({strings.begin(), strings.end()});
    for (int i = 0; i < 20; ++i) {
      std::string text, expected;
      for (int size = 0; size < 7; ++size) text += "ab\0\xFF"[random() % 4];
      for (std::size_t size = 1; size <= text.size(); ++size)
        if (const auto it = strings.find(text.substr(0, size)); it != strings.end())
          expected += (expected.empty() ? "" : " ") + std::to_string(size) + ":" + std::to_string(it->second);
      CHECK(found(trie, text) == expected);
    }
  }
}
