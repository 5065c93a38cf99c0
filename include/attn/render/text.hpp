// Lines of text in a picture: measured, cut to a width, wrapped, drawn level or running upwards.
//
// How much a letter covers of a pixel is told in 16 steps, so that text of one colour on a plain ground takes no more
// than 16 colours of a palette.
#pragma once

#include <attn/render/font.hpp>
#include <attn/render/image.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace attn::render {

/// A font at one size. Keeps the glyphs that it has drawn, so it isn't for several threads at once.
class Text {
 public:
  static constexpr int kCoverageSteps = 15;

  /// `size`: pixels per em, about (Font::scale_for).
  Text(const Font& font, double size) : font_(font), scale_(font.scale_for(size)) {
    ascent_ = static_cast<int>(std::ceil(font.file().ascent() * scale_));
    descent_ = static_cast<int>(std::ceil(-font.file().descent() * scale_));
    em_ = scale_ * font.file().units_per_em();
    const GlyphPixels& capital = pixels(font.file().glyph('H'), 0);
    const bool plausible = capital.height > 1 && -capital.top > 0.3 * em_ && -capital.top < 1.5 * em_;
    cap_height_ = plausible ? -capital.top : static_cast<int>(std::round(0.7 * em_));
  }

  int ascent() const { return ascent_; }
  int cap_height() const { return cap_height_; }
  int line_height() const { return ascent_ + descent_; }

  /// How far the pen moves, in pixels.
  double width(std::u32string_view text) const {
    double pen = 0;
    int before = 0;
    for (const char32_t code : text) pen += step(before, code);
    return pen;
  }

  /// The text, or as much of its beginning as fits with "…" behind it.
  std::u32string cut(std::u32string_view text, double most) const {
    if (width(text) <= most) return std::u32string(text);
    std::u32string kept;
    const double room = most - width(U"…");
    double pen = 0;
    int before = 0;
    for (const char32_t code : text) {
      pen += step(before, code);
      if (pen > room) break;
      kept += code;
    }
    while (!kept.empty() && kept.back() == ' ') kept.pop_back();
    return kept + U"…";
  }

  /// The text in lines no wider than `most`, broken at spaces; a word that is wider is cut.
  std::vector<std::u32string> wrap(std::u32string_view text, double most) const {
    std::vector<std::u32string> lines;
    std::u32string line;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t space = std::min(text.find(U' ', at), text.size());
      const std::u32string word(text.substr(at, space - at));
      const std::u32string longer = line.empty() ? word : line + U" " + word;
      if (line.empty() || width(longer) <= most) {
        line = longer;
      } else {
        lines.push_back(cut(line, most));
        line = word;
      }
      at = space + 1;
    }
    if (!line.empty()) lines.push_back(cut(line, most));
    return lines;
  }

  /// Draws with the pen beginning at x on the line `baseline`.
  void draw(Image& image, double x, int baseline, std::u32string_view text, Color ink) {
    const int left = static_cast<int>(std::floor(x)) - kMargin;
    render(text, x - left);
    for (int v = 0; v < line_height(); ++v)
      for (int u = 0; u < line_width_; ++u) put(image, left + u, baseline - ascent_ + v, line_[at(u, v)], ink);
  }

  /// Draws upwards: the pen begins at the lower edge y, letters stand on the vertical line `baseline`.
  void draw_up(Image& image, int baseline, double y, std::u32string_view text, Color ink) {
    const int bottom = static_cast<int>(std::ceil(y)) + kMargin;
    render(text, bottom - y);
    for (int u = 0; u < line_width_; ++u)
      for (int v = 0; v < line_height(); ++v) put(image, baseline - ascent_ + v, bottom - 1 - u, line_[at(u, v)], ink);
  }

 private:
  static constexpr int kMargin = 2;  // pixels that letters may reach out on either side

  std::size_t at(int u, int v) const {
    return static_cast<std::size_t>(v) * static_cast<std::size_t>(line_width_) + static_cast<std::size_t>(u);
  }

  static void put(Image& image, int x, int y, std::uint8_t coverage, Color ink) {
    if (coverage > 0 && image.contains(x, y)) image.set(x, y, mix(image.at(x, y), ink, coverage, kCoverageSteps));
  }

  /// How far the pen moves for a character after the glyph `before`, which becomes this character's. Never back.
  double step(int& before, char32_t code) const {
    const int glyph = font_.file().glyph(code);
    const double kerning = before && glyph ? font_.file().kerning(before, glyph) * scale_ : 0;
    before = glyph;
    return glyph ? std::max(0.0, kerning + font_.file().advance(glyph) * scale_) : std::round(0.62 * em_);
  }

  const GlyphPixels& pixels(int glyph, int quarter) {
    const auto [entry, is_new] = glyphs_.try_emplace(glyph * 4 + quarter);
    if (is_new) entry->second = font_.draw(glyph, scale_, quarter / 4.0);
    return entry->second;
  }

  /// Fills line_ with the coverage of the whole text, so that letters that touch are drawn once.
  void render(std::u32string_view text, double pen) {
    line_width_ = static_cast<int>(std::ceil(pen + width(text))) + kMargin;
    line_.assign(static_cast<std::size_t>(line_width_) * static_cast<std::size_t>(line_height()), 0);
    int before = 0;
    for (const char32_t code : text) {
      const double next = pen + step(before, code);
      if (before == 0) {
        box(static_cast<int>(std::round(pen)), static_cast<int>(std::round(next)));
      } else {
        const double start = next - font_.file().advance(before) * scale_;
        const int quarters = static_cast<int>(std::floor(start * 4 + 0.5));
        glyph(pixels(before, ((quarters % 4) + 4) % 4), static_cast<int>(std::floor(quarters / 4.0)));
      }
      pen = next;
    }
  }

  void glyph(const GlyphPixels& pixels, int pen) {
    for (int y = 0; y < pixels.height; ++y)
      for (int x = 0; x < pixels.width; ++x) {
        const int u = pen + pixels.left + x, v = ascent_ + pixels.top + y;
        if (u < 0 || v < 0 || u >= line_width_ || v >= line_height()) continue;
        const int covered = pixels.coverage[static_cast<std::size_t>(y) * static_cast<std::size_t>(pixels.width) +
                                            static_cast<std::size_t>(x)];
        const int sum = line_[at(u, v)] + (covered * kCoverageSteps + 127) / 255;
        line_[at(u, v)] = static_cast<std::uint8_t>(std::min(sum, kCoverageSteps));
      }
  }

  /// What stands for a character that the font doesn't have.
  void box(int left, int right) {
    const int top = ascent_ - cap_height_, bottom = ascent_ - 1;
    for (int v = std::max(top, 0); v <= std::min(bottom, line_height() - 1); ++v)
      for (int u = std::max(left + 1, 0); u < std::min(right - 1, line_width_); ++u)
        if (v == top || v == bottom || u == left + 1 || u == right - 2) line_[at(u, v)] = kCoverageSteps;
  }

  const Font& font_;
  double scale_ = 1, em_ = 1;
  int ascent_ = 0, descent_ = 0, cap_height_ = 0;
  std::unordered_map<int, GlyphPixels> glyphs_;  // by 4 · glyph + quarter of a pixel
  std::vector<std::uint8_t> line_;               // [line_height x line_width_], 0 to kCoverageSteps
  int line_width_ = 0;
};

}  // namespace attn::render
