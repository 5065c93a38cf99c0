#include <attn/text/charsmap.hpp>

#include "text/charsmap_writer.hpp"
#include "text/support.hpp"

using namespace attn::text;

namespace {

std::string shown(const std::optional<Charsmap::Match>& match) {
  return match ? std::to_string(match->size) + ":" + std::string(match->replacement) : "none";
}

std::string message(const std::string& bytes) {
  return test::message_of<attn::FormatError>([&] { Charsmap(bytes, "m"); });
}

}  // namespace

TEST_CASE("charsmap: one rule, by hand: A becomes a") {
  std::vector<std::uint32_t> units(256);
  units[0] = 0x80 << 10;                           // the root's children are at 0x80 ^ byte
  units[0x80 ^ 'A'] = 'A' | 1u << 8 | 0xC0 << 10;  // a string ends; its value is at 0xC1 ^ 0xC0 = 1
  units[1] = 1u << 31 | 2;
  std::string bytes;
  test::append_u32(bytes, 1024);
  for (const std::uint32_t unit : units) test::append_u32(bytes, unit);
  bytes += std::string("b\0a\0", 4);
  const Charsmap rules(bytes, "m");
  CHECK(shown(rules.shortest("AB")) == "1:a");
  CHECK(shown(rules.longest("A")) == "1:a");
  CHECK(shown(rules.longest("B")) == "none");
  CHECK(shown(rules.longest("")) == "none");
  CHECK(shown(rules.longest(std::string_view("\0", 1))) == "none");
}

TEST_CASE("charsmap: an offset may be given in units of 256") {
  std::vector<std::uint32_t> units(512);
  units[0] = 1 << 10 | 1 << 9;
  units[0x100 ^ 'A'] = 'A' | 1u << 8 | (0x100 ^ 'A' ^ 1) << 10;
  units[1] = 1u << 31;
  std::string bytes;
  test::append_u32(bytes, 2048);
  for (const std::uint32_t unit : units) test::append_u32(bytes, unit);
  CHECK(shown(Charsmap(bytes + "x", "m").longest("A")) == "1:x");
}

TEST_CASE("charsmap: the shortest rule and the longest one") {
  const Charsmap rules(test::charsmap({{"a", "1"}, {"abc", "33"}, {"é", ""}, {"e\u0301", "é"}}), "m");
  CHECK(shown(rules.shortest("abcd")) == "1:1");
  CHECK(shown(rules.longest("abcd")) == "3:33");
  CHECK(shown(rules.longest("abd")) == "1:1");
  CHECK(shown(rules.longest("é")) == "2:");
  CHECK(shown(rules.longest("e\u0301x")) == "3:é");
  CHECK(shown(rules.longest("e")) == "none");
  CHECK(shown(rules.longest("b")) == "none");
}

TEST_CASE("charsmap: no rules at all") { CHECK(shown(Charsmap(std::string(4, '\0'), "m").longest("a")) == "none"); }

TEST_CASE("charsmap: what isn't rules says why") {
  CHECK(message("") == "m: the trie has 0 bytes, expected a multiple of 4, and at most the 0 that there are");
  CHECK(message("abc") == "m: the trie has 0 bytes, expected a multiple of 4, and at most the 3 that there are");
  std::string bytes;
  test::append_u32(bytes, 8);
  CHECK(message(bytes + "1234") ==
        "m: the trie has 8 bytes, expected a multiple of 4, and at most the 8 that there are");
  CHECK(message(std::string("\x02\0\0\0ab", 6)) ==
        "m: the trie has 2 bytes, expected a multiple of 4, and at most the 6 that there are");
  CHECK(message(bytes + "12345678ab\xFF") == "m: the replacements aren't UTF-8 at byte 14");
}

TEST_CASE("charsmap: damaged rules say so, or find UTF-8") {
  const std::string whole = test::charsmap({{"a", "é"}, {"ab", "中"}, {"é", "e"}});
  std::mt19937 random(3);
  for (int attempt = 0; attempt < 4000; ++attempt) {
    std::string damaged = whole;
    for (int i = 0; i < 3; ++i) {
      std::size_t place = random() % damaged.size();
      if (i == 0) place = random() % 2 ? 4 + 4 * (random() % 300) + random() % 4 : damaged.size() - 1 - random() % 12;
      damaged[place] = static_cast<char>(random() & 0xFF);
    }
    try {
      const Charsmap rules(damaged, "m");
      for (const std::string_view text : {"a", "ab", "é", "aaaaaaaa", "b"})
        if (const auto match = rules.longest(text)) {
          CHECK(match->size <= text.size());
          CHECK(attn::is_utf8(match->replacement));
        }
    } catch (const attn::FormatError&) {
    }
  }
}
