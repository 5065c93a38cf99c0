#include <attn/text/byte_fallback.hpp>

#include "text/support.hpp"

using namespace attn::text;

TEST_CASE("byte fallback: the token of each byte, there and back") {
  CHECK(byte_token(0) == "<0x00>");
  CHECK(byte_token(0xAF) == "<0xAF>");
  for (unsigned byte = 0; byte < 256; ++byte) CHECK(byte_of_token(byte_token(byte)) == static_cast<char>(byte));
  for (const char* token : {"<0x0>", "<0xGG>", "<0x1G>", "<0x00]", "[0x00>", "<0x000>", "<0x-1>", "<0x 1>", "", "a"})
    CHECK_FALSE(byte_of_token(token));
}

TEST_CASE("byte fallback: which bytes a vocabulary has") {
  const ByteIds ids = byte_ids(test::vocabulary({"a", "<0xC3>", "<0xA9>"}));
  CHECK(ids[0xC3] == 1);
  CHECK(ids[0xA9] == 2);
  CHECK(ids['a'] == -1);
  CHECK(has_all_bytes(ids, "é"));
  CHECK(has_all_bytes(ids, ""));
  CHECK_FALSE(has_all_bytes(ids, "éa"));
}
