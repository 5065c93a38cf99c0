#include <attn/text/characters.hpp>

#include "text/support.hpp"

using namespace attn::text;

namespace {

/// Of the given characters those that are of a kind.
template <class Is>
std::u32string those(const Is& is, std::u32string_view characters) {
  std::u32string result;
  for (const char32_t c : characters)
    if (is(c)) result += c;
  return result;
}

/// Whether some code point begins with these bytes, or is made of them.
bool begins_code_point(std::string_view bytes) {
  for (const char second : {'\x80', '\x90', '\xA0'})
    for (std::size_t size = bytes.size(); size <= 4; ++size) {
      std::string whole(bytes);
      if (whole.size() == 1 && size > 1) whole += second;
      whole.resize(size, '\x80');
      if (attn::is_utf8(whole) && count_code_points(whole) == 1) return true;
    }
  return false;
}

/// The rule of maximal subparts as Unicode words it, for comparison.
std::string valid_by_definition(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    std::size_t size = 1;
    while (size < text.size() && begins_code_point(text.substr(0, size + 1))) ++size;
    const std::string_view part = text.substr(0, size);
    if (attn::is_utf8(part))
      result += part;
    else
      result += "\uFFFD";
    text.remove_prefix(size);
  }
  return result;
}

}  // namespace

TEST_CASE("characters: spaces are those of Unicode") {
  CHECK(those(is_whitespace,
              U"a \t\n\v\f\r\u0085\u00A0\u1680\u180E\u2000\u200A\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF") ==
        U" \t\n\v\f\r\u0085\u00A0\u1680\u2000\u200A\u2028\u2029\u202F\u205F\u3000");
}

TEST_CASE("characters: control characters are Cc, Cf and Co, without tabs and line ends") {
  CHECK(those(is_control, U"a \t\n\r\x01\x1F\x7F\u0085\u00AD\u200D\uFEFF\uE000\uFFFD\u0378") ==
        U"\x01\x1F\x7F\u0085\u00AD\u200D\uFEFF\uE000");
}

TEST_CASE("characters: punctuation is P and ASCII's symbols, not other symbols") {
  CHECK(those(is_punctuation, U"!/0:@A[`a{~\x7F ¿—。‿€°∑é") == U"!/:@[`{~¿—。‿");
  for (const char32_t c : std::u32string(U"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")) CHECK(is_punctuation(c));
}

TEST_CASE("characters: numbers are digits, letters and fractions of N") {
  CHECK(those(is_numeric, U"09a²Ⅷ٣½一éb") == U"09²Ⅷ٣½");
}

TEST_CASE("characters: marks") {
  CHECK(those(is_mark, U"a\u0301\u0903\u20DD\u00B4") == U"\u0301\u0903\u20DD");
  CHECK(those(is_nonspacing_mark, U"a\u0301\u0903\u20DD\u00B4") == U"\u0301");
}

TEST_CASE("characters: words are of letters, marks, decimal digits, connectors and joiners") {
  CHECK(those(is_word, U"azAZ09_-' é٣ⅧⒶ🄰²½‿\u0301\u200C\u200D\u200B中€") == U"azAZ09_é٣ⅧⒶ🄰‿\u0301\u200C\u200D中");
}

TEST_CASE("characters: Chinese is not all of East Asia") {
  CHECK(
      those(is_chinese,
            U"㐀䶿䷿一鿿ꀀ豈\uFAFF𠀀𪛟𪜀\U0002B81F\U0002B820\U0002B920\U0002CEAF\U0002CEB0你あア한ㄅ"
            U"。") == U"㐀䶿一鿿豈\uFAFF𠀀𪛟𪜀\U0002B81F\U0002B920\U0002CEAF你");
}

TEST_CASE("characters: lower case is of one character") {
  std::u32string result;
  for (const char32_t c : std::u32string(U"AzÉßΣЖİ中")) result += lower(c);
  CHECK(result == U"azéßσжi中");
}

TEST_CASE("characters: code points of every length, there and back") {
  for (const char32_t c : {U'\0', U'a', U'\x7F', U'\x80', U'é', U'\u07FF', U'\u0800', U'中', U'\uFFFF', U'\U00010000',
                           U'😀', U'\U0010FFFF'}) {
    std::string text = "x";
    attn::append_utf8(text, c);
    std::size_t at = 1;
    CHECK(code_point_size(text[1]) == text.size() - 1);
    CHECK(next_code_point(text, at) == c);
    CHECK(at == text.size());
  }
  CHECK(count_code_points("aé中😀") == 4);
  CHECK(count_code_points("") == 0);
  CHECK(is_ascii("a\x7F"));
  CHECK_FALSE(is_ascii("aé"));
}

TEST_CASE("characters: what isn't UTF-8 becomes one U+FFFD for each start of a code point") {
  const std::string bad = "\uFFFD";
  CHECK(to_valid_utf8("") == "");
  CHECK(to_valid_utf8("aé中😀") == "aé中😀");
  CHECK(to_valid_utf8("\xF0\x9F\x98"
                      "a") == bad + "a");
  CHECK(to_valid_utf8("\xED\xA0\x80") == bad + bad + bad);
  CHECK(to_valid_utf8("x\x80y") == "x" + bad + "y");
  CHECK(to_valid_utf8("\xC0\xAF") == bad + bad);
  CHECK(to_valid_utf8("\xE0\x80\x80") == bad + bad + bad);
  CHECK(to_valid_utf8("\xE4\xB8"
                      "中") == bad + "中");
  CHECK(to_valid_utf8("\xF4\x90\x80\x80") == bad + bad + bad + bad);
  CHECK(to_valid_utf8("\xF5\x80") == bad + bad);
  CHECK(to_valid_utf8("é\xC3") == "é" + bad);
}

TEST_CASE("characters: the rule of maximal subparts, by its definition") {
  const std::string bytes = "a\x80\x8F\x90\x9F\xA0\xBF\xC1\xC2\xDF\xE0\xE1\xED\xEE\xF0\xF1\xF4\xF5\xFF";
  std::string text;
  const auto check = [&](const auto& self) -> bool {
    if (to_valid_utf8(text) != valid_by_definition(text)) {
      CAPTURE(text);
      CHECK(to_valid_utf8(text) == valid_by_definition(text));
      return false;
    }
    if (text.size() == 4) return true;
    for (const char byte : bytes) {
      text += byte;
      if (!self(self)) return false;
      text.pop_back();
    }
    return true;
  };
  CHECK(check(check));
}
