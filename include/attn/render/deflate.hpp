// Compression for PNG: the zlib format [RFC 1950] and its checksum, from libdeflate, zlib or stb_image_write.
//
// ATTN_WITH_LIBDEFLATE or ATTN_WITH_ZLIB (CMake defines them where the library is found) choose; stb_image_write needs
// nothing and is the slowest.
#pragma once

#include <attn/base/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#if defined(ATTN_WITH_LIBDEFLATE)
#include <libdeflate.h>
#elif defined(ATTN_WITH_ZLIB)
#include <zlib.h>
#else
#include <attn/render/stb.hpp>
#endif

namespace attn::render {

/// How hard to look for repetitions. Measured on figures of 1 to 67 million pixels: `fast` is worth its larger files
/// only for the largest.
enum class Effort { fast, normal, small };

namespace detail {
[[noreturn]] inline void compression_failed(std::size_t size) {
  throw Error("png: can't compress " + std::to_string(size) + " bytes: out of memory");
}
}  // namespace detail

#if defined(ATTN_WITH_LIBDEFLATE)

inline std::vector<std::uint8_t> zlib_compress(const std::uint8_t* data, std::size_t size, Effort effort) {
  const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor(
      libdeflate_alloc_compressor(effort == Effort::fast     ? 1
                                  : effort == Effort::normal ? 3
                                                             : 6),
      libdeflate_free_compressor);
  if (!compressor) detail::compression_failed(size);
  const std::size_t bound = libdeflate_zlib_compress_bound(compressor.get(), size);
  const std::unique_ptr<std::uint8_t[]> compressed(new std::uint8_t[bound]);  // not initialised: most isn't needed
  return {compressed.get(),
          compressed.get() + libdeflate_zlib_compress(compressor.get(), data, size, compressed.get(), bound)};
}

inline std::uint32_t crc32(const std::uint8_t* data, std::size_t size) { return libdeflate_crc32(0, data, size); }

#elif defined(ATTN_WITH_ZLIB)

inline std::vector<std::uint8_t> zlib_compress(const std::uint8_t* data, std::size_t size, Effort effort) {
  z_stream stream{};
  if (deflateInit(&stream, effort == Effort::fast ? 1 : effort == Effort::normal ? 3 : 6) != Z_OK)
    detail::compression_failed(size);
  std::vector<std::uint8_t> compressed(deflateBound(&stream, static_cast<uLong>(size)));
  constexpr std::size_t most = std::numeric_limits<uInt>::max();  // what zlib counts in one call
  std::size_t read = 0, written = 0;
  int status = Z_OK;
  while (status == Z_OK) {
    const std::size_t in = size - read < most ? size - read : most;
    const std::size_t out = compressed.size() - written < most ? compressed.size() - written : most;
    stream.next_in = const_cast<Bytef*>(data + read);
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = compressed.data() + written;
    stream.avail_out = static_cast<uInt>(out);
    status = deflate(&stream, read + in == size ? Z_FINISH : Z_NO_FLUSH);
    read += in - stream.avail_in;
    written += out - stream.avail_out;
  }
  deflateEnd(&stream);
  if (status != Z_STREAM_END) detail::compression_failed(size);
  compressed.resize(written);
  return compressed;
}

inline std::uint32_t crc32(const std::uint8_t* data, std::size_t size) {
  return static_cast<std::uint32_t>(::crc32_z(0, data, size));
}

#else

inline std::vector<std::uint8_t> zlib_compress(const std::uint8_t* data, std::size_t size, Effort effort) {
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw UnsupportedError("png: the picture has " + std::to_string(size) +
                           " bytes, stb_image_write takes 2147483647; build with libdeflate or zlib");
  int compressed_size = 0;
  const std::unique_ptr<unsigned char, void (*)(void*)> compressed(
      stb::stbi_zlib_compress(const_cast<unsigned char*>(data), static_cast<int>(size), &compressed_size,
                              effort == Effort::small ? 8 : 5),
      std::free);
  if (!compressed) detail::compression_failed(size);
  return {compressed.get(), compressed.get() + compressed_size};
}

inline std::uint32_t crc32(const std::uint8_t* data, std::size_t size) {
  return stb::stbiw__crc32(const_cast<unsigned char*>(data), static_cast<int>(size));
}

#endif

}  // namespace attn::render
