#include <attn/io/bytes.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::io;

TEST_CASE("bytes: little-endian numbers, whatever the machine") {
  const Bytes bytes = copy_bytes("f", std::string("\x01\x02\x03\x04\xff\xff\xff\xff", 8));
  CHECK(bytes.little<std::uint8_t>(1) == 2);
  CHECK(bytes.little<std::uint16_t>(0) == 0x0201);
  CHECK(bytes.little<std::uint32_t>(0) == 0x04030201);
  CHECK(bytes.little<std::uint64_t>(0) == 0xffffffff04030201);
}

TEST_CASE("bytes: nothing is read beyond the end, even where offsets would overflow") {
  const Bytes bytes = copy_bytes("f.bin", "12345678");
  CHECK(bytes.has(8, 0));
  CHECK_FALSE(bytes.has(8, 1));
  CHECK_FALSE(bytes.has(1, ~std::uint64_t{0}));
  CHECK_FALSE(bytes.has(~std::uint64_t{0}, 1));
  CHECK(test::message_of<attn::FormatError>([&] { bytes.little<std::uint32_t>(5); }) ==
        "f.bin: truncated: needs 4 bytes at byte 5, has 8 in all");
}

TEST_CASE("bytes: a slice keeps the memory alive") {
  Bytes slice;
  {
    const Bytes bytes = copy_bytes("f", "hello world");
    slice = bytes.slice(6, 5);
  }
  CHECK(slice.text() == "world");
}
