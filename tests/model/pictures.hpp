// Picture files for tests: small ones, made here.
#pragma once

#include <attn/io/bytes.hpp>
#include <attn/io/mapped_file.hpp>
#include <attn/model/image_decode.hpp>

#include <zlib.h>

#include <cstdint>
#include <string>

namespace test {

inline std::string big_endian(std::uint32_t number) {
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16), static_cast<char>(number >> 8),
          static_cast<char>(number)};
}

inline std::string png_chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  return big_endian(static_cast<std::uint32_t>(data.size())) + body +
         big_endian(static_cast<std::uint32_t>(
             ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()))));
}

/// A PNG file. `color` is PNG's: 0 grey, 2 RGB, 4 grey and alpha, 6 RGB and alpha; `samples` are those of all rows.
inline std::string png(std::uint32_t width, std::uint32_t height, int bits, int color, const std::string& samples) {
  const std::size_t row = samples.size() / height;
  std::string raw;
  for (std::size_t y = 0; y < height; ++y) raw += '\0' + samples.substr(y * row, row);
  std::string packed(raw.size() + 100, '\0');
  uLongf size = packed.size();
  ::compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(raw.data()), raw.size());
  packed.resize(size);
  return "\x89PNG\r\n\x1a\n" +
         png_chunk("IHDR", big_endian(width) + big_endian(height) + static_cast<char>(bits) + static_cast<char>(color) +
                               std::string(3, '\0')) +
         png_chunk("IDAT", packed) + png_chunk("IEND", "");
}

inline attn::model::Picture decode(const std::string& file) {
  return attn::model::decode_picture(attn::io::copy_bytes("p", file));
}

inline attn::model::Picture decode_file(const std::string& path) {
  return attn::model::decode_picture(attn::io::MappedFile(path).bytes());
}

/// The numbers of a picture, "[2 x 1 x 3] 1 2 3 4 5 6".
inline std::string text_of(const attn::model::Picture& picture) {
  std::string text = "[" + std::to_string(picture.height) + " x " + std::to_string(picture.width) + " x " +
                     std::to_string(picture.channels) + "]";
  for (const std::uint8_t pixel : picture.pixels) text += " " + std::to_string(pixel);
  return text;
}

}  // namespace test
