#include "catch.hpp"

#include <attn/base/utf8.hpp>

using namespace attn;

TEST_CASE("one, two, three and four bytes make one character each") {
  CHECK(decode_utf8("aя中😀") == U"aя中😀");
  CHECK(decode_utf8("") == U"");
  CHECK(decode_utf8(std::string("\0x", 2)) == std::u32string(U"\0x", 2));
}

TEST_CASE("every code point survives a round trip") {
  std::u32string codes;
  for (char32_t c = 0; c < 0x110000; c += 61)
    if (c < 0xD800 || c > 0xDFFF) codes += c;
  for (const char32_t edge : {0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF})
    codes += static_cast<char32_t>(edge);
  CHECK(decode_utf8(encode_utf8(codes)) == codes);
}

TEST_CASE("what RFC 3629 forbids isn't UTF-8, and its place is known") {
  struct Case {
    const char* name;
    std::string text;
    std::size_t at;
  };
  const Case cases[] = {
      {"a continuation without a beginning", "ab\x80", 2},
      {"a beginning without its end", "abc\xD1", 3},
      {"a beginning followed by a letter", "\xE4\xB8z", 0},
      {"overlong, two bytes", "\xC0\xAF", 0},
      {"overlong, three bytes", "\xE0\x80\xAF", 0},
      {"overlong, four bytes", "\xF0\x80\x80\xAF", 0},
      {"a surrogate", "x\xED\xA0\x80", 1},
      {"beyond U+10FFFF", "\xF4\x90\x80\x80", 0},
      {"a byte that never occurs", "\xFF", 0},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK_FALSE(is_utf8(c.text));
    CHECK(first_invalid_utf8(c.text) == c.at);
    CHECK_THROWS_AS(decode_utf8(c.text), FormatError);
  }
}

TEST_CASE("the error names the byte") {
  try {
    decode_utf8("caf\xE9", "label 3");
    FAIL("no error");
  } catch (const FormatError& error) {
    CHECK(std::string(error.what()) ==
          "label 3: byte 3 is 0xe9, expected UTF-8; was the text saved in another encoding?");
  }
}
