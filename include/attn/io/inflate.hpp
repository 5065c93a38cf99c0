// Deflated bytes, unpacked by zlib into memory whose size is known before; and the CRC-32 that guards them.
#pragma once

#include <attn/io/bytes.hpp>

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace attn::io {

/// Continues the CRC-32 of a zip member.
inline std::uint32_t crc32_of(const void* data, std::size_t size, std::uint32_t crc = 0) {
  return static_cast<std::uint32_t>(::crc32_z(crc, static_cast<const Bytef*>(data), size));
}

enum class Inflate { all, beginning };

/// Unpacks exactly `size` bytes: all that there is, or just the beginning. Throws FormatError if there are fewer, or
/// more when all are wanted.
inline Bytes inflate_bytes(const Bytes& packed, std::size_t size, Inflate part) {
  struct Stream : z_stream {
    Stream() : z_stream{} {}
    ~Stream() { ::inflateEnd(this); }
  } stream;
  // Negative: raw deflate data without zlib's own header.
  if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw FormatError(packed.name + ": zlib can't start");
  Bytes bytes = new_bytes(packed.name, size);
  std::size_t taken = 0, made = 0;
  std::byte beyond{};
  int status = Z_OK;
  while (status == Z_OK && (part == Inflate::all || made < size)) {
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    const std::size_t input = std::min(packed.size - taken, kMost);
    // When all is wanted, room for one byte more shows whether there's more.
    const std::size_t output = made < size ? std::min(size - made, kMost) : 1;
    stream.next_in = reinterpret_cast<Bytef*>(packed.data.get() + taken);
    stream.avail_in = static_cast<uInt>(input);
    stream.next_out = reinterpret_cast<Bytef*>(made < size ? bytes.data.get() + made : &beyond);
    stream.avail_out = static_cast<uInt>(output);
    status = ::inflate(&stream, Z_NO_FLUSH);
    taken += input - stream.avail_in;
    made += output - stream.avail_out;
    if (made > size)
      throw FormatError(packed.name + ": unpacks to more than the " + std::to_string(size) + " bytes it says");
  }
  const bool damaged = status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR;
  if (damaged || made < size || (part == Inflate::all && status != Z_STREAM_END))
    throw FormatError(packed.name + ": " + (damaged ? "damaged" : "truncated") + " deflate data at byte " +
                      std::to_string(taken) + " of " + std::to_string(packed.size) + ": unpacked " +
                      std::to_string(made) + " bytes, expected " + std::to_string(size));
  return bytes;
}

}  // namespace attn::io
