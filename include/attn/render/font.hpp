// A font, and the pixels of its glyphs at a size: outlines by stb_truetype.
#pragma once

#include <attn/base/error.hpp>
#include <attn/render/font_file.hpp>
#include <attn/render/stb.hpp>

#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace attn::render {

/// How much of each pixel a glyph covers, 0 to 255, and where these pixels stand from the pen: right and down.
struct GlyphPixels {
  int left = 0, top = 0, width = 0, height = 0;
  std::vector<std::uint8_t> coverage;  // [height x width]
};

class Font {
 public:
  /// A font whose bytes stay where they are as long as the font is used. Throws FormatError for what isn't a sound
  /// font, UnsupportedError for a kind that can't be drawn.
  static Font from_bytes(std::span<const std::uint8_t> bytes) { return Font(nullptr, bytes); }

  /// A .ttf, .otf or .ttc file. Throws FileError, FormatError, UnsupportedError.
  static Font from_file(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
    if (!file) throw FileError(path + ": can't read the font: " + std::strerror(errno));
    auto bytes = std::make_shared<std::vector<std::uint8_t>>();
    constexpr std::size_t most = std::size_t{1} << 28, block = std::size_t{1} << 20;
    for (std::size_t size = 0, got = block; got == block; size += got) {
      if (size >= most)
        throw FormatError(path + ": is larger than " + std::to_string(most) + " bytes, expected a font");
      bytes->resize(size + block);
      got = std::fread(bytes->data() + size, 1, block, file.get());
      bytes->resize(size + got);
    }
    if (std::ferror(file.get())) throw FileError(path + ": can't read the font: " + std::strerror(errno));
    try {
      return Font(bytes, *bytes);
    } catch (const FormatError& error) {
      throw FormatError(path + ": " + error.what());
    } catch (const UnsupportedError& error) {
      throw UnsupportedError(path + ": " + error.what());
    }
  }

  /// DejaVu Sans from where systems keep it. Throws FileError, naming the package, when it isn't there.
  static Font system() {
    for (const char* path :
         {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/dejavu/DejaVuSans.ttf",
          "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf", "/usr/share/fonts/TTF/DejaVuSans.ttf",
          "/usr/local/share/fonts/DejaVuSans.ttf", "/opt/homebrew/share/fonts/DejaVuSans.ttf"}) {
      if (std::FILE* file = std::fopen(path, "rb")) {
        std::fclose(file);
        return from_file(path);
      }
    }
    throw FileError(
        "font: DejaVuSans.ttf isn't in the usual folders; install it (Debian: fonts-dejavu-core) or name a font file");
  }

  const FontFile& file() const { return file_; }

  /// Font units to pixels at about `size` pixels per em, adjusted so that small letters are a whole number of pixels
  /// high: their tops are crisp.
  double scale_for(double size) const {
    const double scale = size / file_.units_per_em(), pixels = std::round(x_height_ * scale);
    return pixels >= 3 ? pixels / x_height_ : scale;  // of fewer, one more or less would be another size
  }

  /// The glyph's pixels, its origin `shift` of a pixel to the right of a pixel's left edge. Nothing for a damaged glyph
  /// or one without ink.
  GlyphPixels draw(int glyph, double scale, double shift) const;

 private:
  Font(std::shared_ptr<const std::vector<std::uint8_t>> owner, std::span<const std::uint8_t> bytes)
      : owner_(std::move(owner)), file_(bytes) {
    stb::attn_InitFont(&info_, const_cast<unsigned char*>(bytes.data()), static_cast<int>(file_.start()));
    const std::vector<Vertex> x = outline(file_.glyph('x'));
    for (const Vertex& vertex : x) x_height_ = std::max<double>(x_height_, vertex.y);
  }

  using Vertex = stb::stbtt_vertex;

  std::vector<Vertex> outline(int glyph) const {
    file_.check_outline(glyph);
    Vertex* vertices = nullptr;
    const int size = stb::attn_GetGlyphShape(&info_, glyph, &vertices);
    const std::unique_ptr<Vertex, void (*)(void*)> owner(vertices, std::free);
    return size > 0 ? std::vector<Vertex>(vertices, vertices + size) : std::vector<Vertex>();
  }

  std::shared_ptr<const std::vector<std::uint8_t>> owner_;
  FontFile file_;
  stb::stbtt_fontinfo info_{};
  double x_height_ = 0;  // of the letter x, in font units
};

inline GlyphPixels Font::draw(int glyph, double scale, double shift) const {
  std::vector<Vertex> vertices;
  try {
    vertices = outline(glyph);
  } catch (const FormatError&) {
    return {};
  }
  if (vertices.empty()) return {};
  // The box of the points, not the one that the file states: that may be a lie.
  double left = 1e9, right = -1e9, bottom = 1e9, top = -1e9;
  const auto include = [&](double x, double y) {
    left = std::min(left, x), right = std::max(right, x), bottom = std::min(bottom, y), top = std::max(top, y);
  };
  for (const Vertex& v : vertices) {
    include(v.x, v.y);
    if (v.type == stb::STBTT_vcurve || v.type == stb::STBTT_vcubic) include(v.cx, v.cy);
    if (v.type == stb::STBTT_vcubic) include(v.cx1, v.cy1);
  }
  GlyphPixels pixels;
  pixels.left = static_cast<int>(std::floor(left * scale + shift));
  pixels.top = static_cast<int>(std::floor(-top * scale));
  pixels.width = static_cast<int>(std::ceil(right * scale + shift)) - pixels.left + 1;
  pixels.height = static_cast<int>(std::ceil(-bottom * scale)) - pixels.top + 1;
  if (pixels.width > 1024 || pixels.height > 1024) return {};
  pixels.coverage.resize(static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height));
  stb::stbtt__bitmap bitmap{pixels.width, pixels.height, pixels.width, pixels.coverage.data()};
  stb::attn_Rasterize(&bitmap, 0.35f, vertices.data(), static_cast<int>(vertices.size()), static_cast<float>(scale),
                      static_cast<float>(scale), static_cast<float>(shift), 0.0f, pixels.left, pixels.top, 1, nullptr);
  return pixels;
}

}  // namespace attn::render
