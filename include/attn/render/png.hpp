// PNG files [W3C PNG, 2003]: a picture of at most 256 colours, as heatmaps are, is stored as indices into a palette, a
// quarter of the size of RGB and faster to compress.
//
// The bytes depend on the picture and the compressor alone: no time, no name.
#pragma once

#include <attn/base/output_file.hpp>
#include <attn/render/deflate.hpp>
#include <attn/render/image.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace attn::render {

namespace detail {

/// Packs 8-bit indices, a line of them behind each filter byte, into `bits` bits each, in place.
inline void pack_indices(std::vector<std::uint8_t>& lines, int width, int height, int bits) {
  const std::size_t per_byte = static_cast<std::size_t>(8 / bits), from_line = static_cast<std::size_t>(width) + 1;
  const std::size_t to_line = (static_cast<std::size_t>(width) + per_byte - 1) / per_byte + 1;
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    const std::uint8_t* from = lines.data() + y * from_line + 1;
    std::uint8_t* to = lines.data() + y * to_line;
    *to++ = 0;
    for (std::size_t x = 0; x < static_cast<std::size_t>(width); x += per_byte) {
      unsigned byte = 0;
      for (std::size_t i = 0; i < per_byte; ++i)
        byte = byte << bits | (x + i < static_cast<std::size_t>(width) ? from[x + i] : 0u);
      *to++ = static_cast<std::uint8_t>(byte);
    }
  }
  lines.resize(to_line * static_cast<std::size_t>(height));
}

/// Stores each line as its difference to the line above (filter "up") where most pixels repeat the one above, as in a
/// smooth map: much smaller then, and sooner compressed. Noise only grows by it.
inline void filter_lines(std::vector<std::uint8_t>& lines, std::size_t line) {
  const std::size_t height = lines.size() / line;
  std::size_t seen = 0, repeated = 0;
  for (std::size_t y = 1; y < height; y += 7) {
    const std::uint8_t *here = lines.data() + y * line, *above = here - line;
    if (std::memcmp(here + 1, above + 1, line - 1) == 0) continue;  // large cells: found again without help
    for (std::size_t x = 1; x < line; ++x) repeated += here[x] == above[x];
    seen += line - 1;
  }
  if (seen == 0 || repeated * 10 < seen * 6) return;
  for (std::size_t y = height - 1; y > 0; --y) {
    std::uint8_t *here = lines.data() + y * line, *above = here - line;
    for (std::size_t x = 1; x < line; ++x) here[x] = static_cast<std::uint8_t>(here[x] - above[x]);
    here[0] = 2;
  }
}

/// The picture's lines, each behind a filter byte 0: indices into the palette, or RGB.
inline std::vector<std::uint8_t> lines_of(const Image& image) {
  const std::size_t line = static_cast<std::size_t>(image.width()) * (image.has_palette() ? 1 : sizeof(Color));
  std::vector<std::uint8_t> lines((line + 1) * static_cast<std::size_t>(image.height()));
  for (int y = 0; y < image.height(); ++y) {
    const void* row = image.has_palette() ? static_cast<const void*>(image.indices(y)) : image.colors(y);
    std::memcpy(lines.data() + static_cast<std::size_t>(y) * (line + 1) + 1, row, line);
  }
  return lines;
}

inline void append_number(std::vector<std::uint8_t>& to, std::size_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<std::uint8_t>(number >> shift));
}

inline void append_chunk(std::vector<std::uint8_t>& png, std::string_view type, const std::uint8_t* data,
                         std::size_t size) {
  append_number(png, size);
  const std::size_t start = png.size();
  png.insert(png.end(), type.begin(), type.end());
  png.insert(png.end(), data, data + size);
  append_number(png, crc32(png.data() + start, png.size() - start));
}

}  // namespace detail

/// The bytes of a PNG file. Throws UsageError for a picture without pixels.
inline std::vector<std::uint8_t> encode_png(const Image& image) {
  static_assert(sizeof(Color) == 3);
  if (image.width() == 0) throw UsageError("png: the picture is 0 x 0 pixels, expected at least 1 x 1");
  std::vector<std::uint8_t> lines = detail::lines_of(image);
  const bool palette = image.has_palette();
  const std::size_t colors = image.palette().size();
  const int bits = !palette || colors > 16 ? 8 : colors > 4 ? 4 : colors > 2 ? 2 : 1;
  if (bits < 8) detail::pack_indices(lines, image.width(), image.height(), bits);
  if (palette && bits == 8) detail::filter_lines(lines, static_cast<std::size_t>(image.width()) + 1);
  constexpr std::size_t million = 1000000;
  const Effort effort = lines.size() > 4 * million ? Effort::fast
                        : lines.size() > million   ? Effort::normal
                                                   : Effort::small;
  const std::vector<std::uint8_t> data = zlib_compress(lines.data(), lines.size(), effort);
  std::vector<std::uint8_t>().swap(lines);

  constexpr std::string_view signature = "\x89PNG\r\n\x1a\n", software("Software\0attn", 13);
  std::vector<std::uint8_t> png(signature.begin(), signature.end()), header;
  png.reserve(data.size() + 1024);
  detail::append_number(header, static_cast<std::size_t>(image.width()));
  detail::append_number(header, static_cast<std::size_t>(image.height()));
  const int palette_or_rgb = palette ? 3 : 2;
  for (const int field : {bits, palette_or_rgb, 0, 0, 0}) header.push_back(static_cast<std::uint8_t>(field));
  detail::append_chunk(png, "IHDR", header.data(), header.size());
  if (palette) detail::append_chunk(png, "PLTE", &image.palette().data()->r, colors * sizeof(Color));
  detail::append_chunk(png, "tEXt", reinterpret_cast<const std::uint8_t*>(software.data()), software.size());
  detail::append_chunk(png, "IDAT", data.data(), data.size());
  detail::append_chunk(png, "IEND", nullptr, 0);
  return png;
}

/// Writes a PNG file, whole or not at all. Throws FileError.
inline void write_png(const std::string& path, const Image& image) {
  const std::vector<std::uint8_t> png = encode_png(image);
  OutputFile file(path);
  file.write(png.data(), png.size());
  file.commit();
}

}  // namespace attn::render
