#include <attn/io/inflate.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <vector>

using namespace attn::io;

namespace {

Bytes deflated(const std::string& text) {
  std::vector<Bytef> packed(::compressBound(text.size()));
  uLongf size = packed.size();
  REQUIRE(::compress(packed.data(), &size, reinterpret_cast<const Bytef*>(text.data()), text.size()) == Z_OK);
  // zlib puts a header of 2 bytes and a checksum of 4 around raw deflate data.
  return copy_bytes("x", std::string(reinterpret_cast<const char*>(packed.data()) + 2, size - 6));
}

std::string message(const Bytes& packed, std::size_t size) {
  return test::message_of<attn::FormatError>([&] { inflate_bytes(packed, size, Inflate::all); });
}

}  // namespace

TEST_CASE("inflate: all, and the beginning") {
  std::string text(100'000, 'a');
  text += "end";
  const Bytes packed = deflated(text);
  CHECK(inflate_bytes(packed, text.size(), Inflate::all).text() == text);
  CHECK(inflate_bytes(packed, 10, Inflate::beginning).text() == "aaaaaaaaaa");
  CHECK(inflate_bytes(packed, 0, Inflate::beginning).size == 0);
  CHECK(inflate_bytes(deflated(""), 0, Inflate::all).size == 0);
}

TEST_CASE("inflate: a size that lies, truncated and damaged data") {
  const Bytes packed = deflated("hello hello hello");
  CHECK(message(packed, 16) == "x: unpacks to more than the 16 bytes it says");
  CHECK(test::contains(message(packed, 18), "truncated deflate data at byte"));
  CHECK(test::contains(message(packed, 18), "unpacked 17 bytes, expected 18"));
  CHECK(test::contains(message(packed.slice(0, packed.size - 1), 17), "truncated deflate data"));
  CHECK(test::contains(message(copy_bytes("x", "\xff\xff\xff"), 5), "damaged deflate data"));
  CHECK(test::contains(message(copy_bytes("x", ""), 5), "truncated deflate data at byte 0 of 0"));
}

TEST_CASE("inflate: the CRC-32 of zip [the check value of CRC-32/ISO-HDLC]") {
  CHECK(crc32_of("123456789", 9) == 0xcbf43926);
  CHECK(crc32_of("6789", 4, crc32_of("12345", 5)) == 0xcbf43926);
}
