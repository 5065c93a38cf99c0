// PNG and JPEG files as bytes of pixels. Sizes that a file claims are checked against its length before any memory is
// taken, and the checksums of a PNG before its pixels are believed; JPEG has none.
#pragma once

#include <attn/base/matrix.hpp>
#include <attn/io/bytes.hpp>
#include <attn/io/in_quotes.hpp>
#include <attn/io/inflate.hpp>
#include <attn/model/stb_image.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace attn::model {

/// A picture: row by row from the top, the channels of a pixel side by side. 1 channel is grey, 3 are red, green, blue.
struct Picture {
  Index height = 0, width = 0, channels = 0;
  std::vector<std::uint8_t> pixels;  // [H x W x C]

  Picture() = default;
  Picture(Index its_height, Index its_width, Index its_channels)
      : height(its_height),
        width(its_width),
        channels(its_channels),
        pixels(static_cast<std::size_t>(its_height * its_width * its_channels)) {}

  std::uint8_t* pixel(Index y, Index x) { return pixels.data() + (y * width + x) * channels; }
  const std::uint8_t* pixel(Index y, Index x) const { return pixels.data() + (y * width + x) * channels; }
};

/// The same with another number of channels: grey three times, or the brightness of colours, rounded as Pillow's
/// convert("L") does [ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B]. Throws UnsupportedError for others than 1 and 3.
inline Picture with_channels(Picture picture, Index channels) {
  if (channels != 1 && channels != 3)
    throw UnsupportedError("image: the model reads " + std::to_string(channels) + " channels, expected 1 or 3");
  if (picture.channels == channels) return picture;
  Picture result(picture.height, picture.width, channels);
  const Index pixels = picture.height * picture.width;
  for (Index n = 0; n < pixels; ++n) {
    const std::uint8_t* from = picture.pixels.data() + n * picture.channels;
    std::uint8_t* to = result.pixels.data() + n * channels;
    if (channels == 3)
      to[0] = to[1] = to[2] = from[0];
    else
      to[0] = static_cast<std::uint8_t>((19595u * from[0] + 38470u * from[1] + 7471u * from[2] + 0x8000u) >> 16);
  }
  return result;
}

namespace detail {

/// Whether the tables of Huffman codes in a JPEG file have at most 256 codes each, which stb_image takes for granted.
/// Segments before the first scan are walked as they say; behind it any bytes that could begin a table are looked at.
inline bool code_tables_fit(std::string_view jpeg) {
  constexpr int kMostCodes = 256, kTable = 0xc4, kScan = 0xda;
  const auto byte = [&](std::size_t at) { return at < jpeg.size() ? static_cast<unsigned char>(jpeg[at]) : 0; };
  const auto length_at = [&](std::size_t at) { return byte(at) * 256 + byte(at + 1); };
  const auto tables_fit = [&](std::size_t at) {
    int left = length_at(at) - 2;
    for (at += 2; left > 0;) {  // a table: its number, how many codes there are of 1 to 16 bits, what they mean
      int codes = 0;
      for (std::size_t n = 1; n <= 16; ++n) codes += byte(at + n);
      if (codes > kMostCodes) return false;
      at += 17 + static_cast<std::size_t>(codes);
      left -= 17 + codes;
    }
    return true;
  };
  bool in_scans = false;
  for (std::size_t at = 2; at + 1 < jpeg.size();) {
    const int marker = byte(at) == 0xff ? byte(at + 1) : 0xff;
    if (marker == 0xff) {
      ++at;
      continue;
    }
    if (marker == kTable && !tables_fit(at + 2)) return false;
    in_scans = in_scans || marker == kScan;
    at += 2 + static_cast<std::size_t>(in_scans ? 0 : length_at(at + 2));
  }
  return true;
}

/// What is wrong with the chunks of a PNG file, up to the last, IEND: one that isn't whole, or whose CRC-32 says that
/// it was damaged, which stb_image doesn't look at. Empty where nothing is.
inline std::string damaged_chunk(const io::Bytes& png) {
  const auto number_at = [&](std::size_t at) {  // big-endian
    std::uint32_t number = 0;
    for (std::size_t n = 0; n < 4; ++n) number = number << 8 | std::to_integer<std::uint32_t>(png.data[at + n]);
    return number;
  };
  for (std::size_t at = 8; png.has(at, 12);) {  // a length, a kind of four letters, the data, a CRC-32 of kind and data
    const std::size_t size = number_at(at);
    const std::string_view kind = png.text().substr(at + 4, 4);
    const auto chunk = [&] { return "chunk " + io::in_quotes(kind) + " at byte " + std::to_string(at) + ": "; };
    if (!png.has(at + 12, size))
      return chunk() + std::to_string(png.size - at - 12) + " bytes, expected " + std::to_string(size);
    const std::uint32_t actual = io::crc32_of(png.data.get() + at + 4, 4 + size), expected = number_at(at + 8 + size);
    if (actual != expected)
      return chunk() + "damaged: CRC-32 is " + std::to_string(actual) + ", expected " + std::to_string(expected) +
             "; fetch or export the picture again";
    if (kind == "IEND") return "";
    at += 12 + size;
  }
  return "it ends before its last chunk, IEND";
}

}  // namespace detail

/// The picture in a PNG or JPEG file, grey or in colour as it is there. Transparency is dropped, of 16 bits the upper 8
/// are kept. Throws FormatError, naming the file, for what is neither, is damaged, or is too large to be true.
inline Picture decode_picture(const io::Bytes& file) {
  constexpr std::uint64_t kMostPixels = std::uint64_t{1} << 27, kMostBytes = std::uint64_t{1} << 30;
  const std::string_view text = file.text();
  const bool png = text.starts_with("\x89PNG\r\n\x1a\n"), jpeg = text.starts_with("\xff\xd8\xff");
  if (!png && !jpeg) throw FormatError(file.name + ": isn't a picture that can be read, expected a PNG or JPEG file");
  const auto refuse = [&](const std::string& why) {
    throw FormatError(file.name + ": isn't a whole " + (png ? "PNG" : "JPEG") + " file: " + why);
  };
  if (file.size > kMostBytes) refuse(std::to_string(file.size) + " bytes, expected at most 2^30");
  const auto* bytes = reinterpret_cast<const stb::stbi_uc*>(file.data.get());
  const int size = static_cast<int>(file.size);
  const auto why = [] {
    const char* reason = stb::attn_failure_reason();
    return reason != nullptr ? io::escaped(reason) : std::string("it is damaged");  // may have bytes of the file in it
  };

  const std::string damage = png ? detail::damaged_chunk(file) : "";
#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION  // a fuzzer would never guess a CRC-32, and get no farther
  if (!damage.empty()) refuse(damage);
#endif
  if (jpeg && !detail::code_tables_fit(text)) refuse("a table of more than 256 codes");
  int width = 0, height = 0, channels = 0;
  detail::stb_image_limit() = std::size_t{1} << 20;  // for the header
  if (stb::attn_info_from_memory(bytes, size, &width, &height, &channels) == 0) refuse(why());
  // A byte holds 1032 bytes of zeros at most (deflate), of 8 pixels each; in JPEG a bit holds a block of 64 pixels.
  const std::uint64_t pixels = static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
  const std::uint64_t possible = std::uint64_t{1032} * (png ? 8 : 1) * file.size;
  if (pixels == 0 || pixels > kMostPixels || pixels > possible)
    refuse(std::to_string(width) + " x " + std::to_string(height) + " pixels in " + std::to_string(file.size) +
           " bytes, expected 1 to " + std::to_string(std::min(kMostPixels, possible)) + " pixels");

  detail::stb_image_limit() = static_cast<std::size_t>(pixels) * 32 + file.size * 2 + (std::size_t{1} << 20);
  struct Free {
    void operator()(stb::stbi_uc* memory) const { std::free(memory); }
  };
  const std::unique_ptr<stb::stbi_uc, Free> decoded(
      stb::attn_load_from_memory(bytes, size, &width, &height, &channels, 0));
  if (decoded == nullptr) refuse(why());
  Picture picture(height, width, channels < 3 ? 1 : 3);
  for (Index n = 0; n < picture.height * picture.width; ++n)
    for (Index c = 0; c < picture.channels; ++c)
      picture.pixels[static_cast<std::size_t>(n * picture.channels + c)] = decoded.get()[n * channels + c];
  return picture;
}

}  // namespace attn::model
