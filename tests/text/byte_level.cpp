#include <attn/text/byte_level.hpp>

#include "text/support.hpp"

#include <set>

using namespace attn::text;

TEST_CASE("byte level: printable bytes stand for themselves, a space is Ġ") {
  CHECK(character_of_byte('a') == U'a');
  CHECK(character_of_byte('!') == U'!');
  CHECK(character_of_byte('~') == U'~');
  CHECK(character_of_byte('\xE9') == U'é');
  CHECK(character_of_byte('\0') == U'Ā');
  CHECK(character_of_byte(' ') == U'Ġ');
  CHECK(character_of_byte('\n') == U'Ċ');
  CHECK(character_of_byte('\x7F') == 0x121);
  CHECK(character_of_byte('\xA0') == 0x142);
  CHECK(character_of_byte('\xAD') == 0x143);
}

TEST_CASE("byte level: 256 bytes, there and back") {
  std::set<char32_t> characters;
  for (int byte = 0; byte < 256; ++byte) {
    const char32_t c = character_of_byte(static_cast<char>(byte));
    CHECK(byte_of_character(c) == static_cast<char>(byte));
    characters.insert(c);
  }
  CHECK(characters.size() == 256);
  int known = 0;
  for (char32_t c = 0; c < 0x10FFFF; ++c) known += byte_of_character(c).has_value();
  CHECK(known == 256);
}

TEST_CASE("byte level: the bytes of a token, unless a character stands for none") {
  CHECK(bytes_of_token("Ġcaf\u00C3\u00A9") == " caf\xC3\xA9");
  CHECK(bytes_of_token("") == "");
  CHECK_FALSE(bytes_of_token("a b"));
  CHECK_FALSE(bytes_of_token("中"));
  CHECK_FALSE(bytes_of_token("\u0144"));
}
