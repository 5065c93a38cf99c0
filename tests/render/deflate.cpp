#include "catch.hpp"

#include <attn/render/deflate.hpp>

#include <cstring>
#include <string>

using namespace attn::render;

TEST_CASE("the checksum of a known text") {
  const char* text = "123456789";
  CHECK(crc32(reinterpret_cast<const std::uint8_t*>(text), 9) == 0xCBF43926u);  // the check value of CRC-32
}

TEST_CASE("repetitions become small, in the zlib format") {
  const std::vector<std::uint8_t> zeros(100000, 7);
  for (const Effort effort : {Effort::fast, Effort::normal, Effort::small}) {
    const std::vector<std::uint8_t> packed = zlib_compress(zeros.data(), zeros.size(), effort);
    CHECK(packed.size() < 2000);
    REQUIRE(packed.size() > 6);
    CHECK((packed[0] & 15) == 8);                    // deflate
    CHECK((packed[0] * 256 + packed[1]) % 31 == 0);  // the header's own check
    CHECK(zlib_compress(zeros.data(), zeros.size(), effort) == packed);
  }
  CHECK(zlib_compress(zeros.data(), 0, Effort::small).size() >= 6);
}
