// A TrueType or OpenType font file [ISO 14496-22], read with every access checked: fonts come from strangers.
//
// Answers which glyph a character has, how wide it is and how pairs are kerned, and vouches for the outlines that
// stb_truetype, which checks nothing, will read.
#pragma once

#include <attn/base/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace attn::render {

/// Big-endian numbers in untrusted bytes.
class FontBytes {
 public:
  FontBytes() = default;
  FontBytes(std::span<const std::uint8_t> bytes, std::size_t start, std::string what)
      : bytes_(bytes), start_(start), what_(std::move(what)) {}

  std::size_t size() const { return bytes_.size(); }
  unsigned u8(std::size_t at) const { return check(at, 1), bytes_[at]; }
  unsigned u16(std::size_t at) const { return check(at, 2), bytes_[at] * 256u + bytes_[at + 1]; }
  int s16(std::size_t at) const { return static_cast<std::int16_t>(u16(at)); }
  std::uint32_t u32(std::size_t at) const {
    return static_cast<std::uint32_t>(u16(at)) << 16 | (check(at, 4), u16(at + 2));
  }

  /// A part, whose end is checked now.
  FontBytes part(std::size_t at, std::size_t size, const std::string& what) const {
    check(at, size);
    return {bytes_.subspan(at, size), start_ + at, what};
  }
  FontBytes from(std::size_t at, const std::string& what) const {
    check(at, 0);
    return part(at, size() - at, what);
  }

  void check(std::size_t at, std::size_t size) const {
    if (at <= bytes_.size() && size <= bytes_.size() - at) return;
    throw FormatError("font: " + what_ + " is truncated: needs " + std::to_string(size) + " bytes at byte " +
                      std::to_string(start_ + at) + ", ends at byte " + std::to_string(start_ + bytes_.size()));
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t start_ = 0;  // in the file, for messages
  std::string what_ = "the file";
};

class FontFile {
 public:
  /// Finds the tables of the font, or of the first font of a collection. Throws FormatError for what isn't a font or
  /// lies about its sizes, UnsupportedError for one without the outlines or the character table that we read.
  explicit FontFile(std::span<const std::uint8_t> bytes) : file_(bytes, 0, "the file") {
    if (bytes.size() < 12)
      throw FormatError("font: the file has " + std::to_string(bytes.size()) + " bytes, expected a font");
    if (file_.u32(0) == tag("ttcf")) start_ = file_.u32(12);
    const std::uint32_t kind = file_.u32(start_);
    if (kind != 0x00010000 && kind != tag("true") && kind != tag("OTTO"))
      throw FormatError("font: byte " + std::to_string(start_) + " isn't the beginning of a TrueType or OpenType font");
    for (std::size_t i = 0; i < file_.u16(start_ + 4); ++i) {
      const std::size_t entry = start_ + 12 + 16 * i;
      file_.check(file_.u32(entry + 8), file_.u32(entry + 12));
    }
    const FontBytes head = table("head"), hhea = table("hhea");
    units_per_em_ = static_cast<int>(head.u16(18));
    if (units_per_em_ < 16 || units_per_em_ > 16384)
      throw FormatError("font: units per em are " + std::to_string(units_per_em_) + ", expected 16 to 16384");
    ascent_ = hhea.s16(4);
    descent_ = hhea.s16(6);
    if (ascent_ <= descent_ || std::max(std::abs(ascent_), std::abs(descent_)) > kMostEms * units_per_em_)
      throw FormatError("font: its lines reach from " + std::to_string(descent_) + " to " + std::to_string(ascent_) +
                        " units, expected upwards and at most " + std::to_string(kMostEms) + " times the " +
                        std::to_string(units_per_em_) + " of an em");
    glyphs_ = static_cast<int>(table("maxp").u16(4));
    wide_metrics_ = hhea.u16(34);
    metrics_ = table("hmtx");
    if (wide_metrics_ == 0) throw FormatError("font: the table hhea has 0 widths, expected at least 1");
    metrics_.check(0, wide_metrics_ * std::size_t{4});
    choose_character_table();
    if (const auto kern = find("kern"); kern && kern->size() >= 18 && kern->u16(2) >= 1 && kern->u16(8) == 1)
      kerning_ = kern->from(18, "the table kern"), pairs_ = kern->u16(10);
    if (kerning_.size() < pairs_ * std::size_t{6}) pairs_ = kerning_.size() / 6;
    if (find("glyf")) {
      const unsigned format = head.u16(50);
      if (format > 1) throw FormatError("font: the format of loca is " + std::to_string(format) + ", expected 0 or 1");
      long_offsets_ = format == 1;
      outlines_ = table("glyf");
      offsets_ = table("loca");
      offsets_.check(0, (static_cast<std::size_t>(glyphs_) + 1) * (long_offsets_ ? 4 : 2));
    } else {
      throw UnsupportedError("font: its outlines are of a kind that can't be drawn, expected TrueType outlines");
    }
  }

  std::size_t start() const { return start_; }
  int units_per_em() const { return units_per_em_; }
  int ascent() const { return ascent_; }
  int descent() const { return descent_; }

  /// The glyph of a character; 0 when the font has none.
  int glyph(char32_t code) const {
    const std::uint32_t glyph = character_format_ == 4 ? glyph_by_segment(code) : glyph_by_group(code);
    return glyph < static_cast<std::uint32_t>(glyphs_) ? static_cast<int>(glyph) : 0;
  }

  /// How far the pen moves, in font units; no letter is wider than some ems, and one that says so would cost memory.
  int advance(int glyph) const {
    const std::size_t at = std::min<std::size_t>(static_cast<std::size_t>(glyph), wide_metrics_ - 1);
    return std::min(static_cast<int>(metrics_.u16(at * 4)), kMostEms * units_per_em_);
  }

  /// What is added between two glyphs, in font units.
  int kerning(int left, int right) const {
    const std::uint32_t wanted = static_cast<std::uint32_t>(left) << 16 | static_cast<std::uint32_t>(right);
    std::size_t low = 0, high = pairs_;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      const std::uint32_t pair = kerning_.u32(middle * 6);
      if (pair == wanted) return kerning_.s16(middle * 6 + 4);
      (pair < wanted ? low : high) = pair < wanted ? middle + 1 : middle;
    }
    return 0;
  }

  /// Throws FormatError where reading the glyph's outline would leave its table.
  void check_outline(int glyph) const {
    int parts = 0;
    check_outline(glyph, 0, parts);
  }

 private:
  static constexpr int kMostEms = 16;

  static constexpr std::uint32_t tag(const char (&text)[5]) {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(text[i]);
    return value;
  }

  std::optional<FontBytes> find(const char (&name)[5]) const {
    const std::size_t tables = file_.u16(start_ + 4);
    for (std::size_t i = 0; i < tables; ++i) {
      const std::size_t at = start_ + 12 + 16 * i;
      if (file_.u32(at) == tag(name))
        return file_.part(file_.u32(at + 8), file_.u32(at + 12), std::string("the table ") + name);
    }
    return std::nullopt;
  }

  FontBytes table(const char (&name)[5]) const {
    const auto found = find(name);
    if (!found) throw FormatError(std::string("font: the table ") + name + " is missing");
    return *found;
  }

  /// Prefers the table for all of Unicode (format 12) to that for its first 65536 characters (format 4).
  void choose_character_table() {
    const FontBytes cmap = table("cmap");
    for (std::size_t i = 0; i < cmap.u16(2); ++i) {
      const unsigned platform = cmap.u16(4 + 8 * i), encoding = cmap.u16(6 + 8 * i);
      if (platform != 0 && !(platform == 3 && (encoding == 1 || encoding == 10))) continue;
      const FontBytes characters = cmap.from(cmap.u32(8 + 8 * i), "the table cmap");
      const unsigned format = characters.u16(0);
      if ((format == 4 || format == 12) && format >= character_format_) {
        characters_ = characters;
        character_format_ = format;
      }
    }
    if (character_format_ == 0)
      throw UnsupportedError(
          "font: its characters are numbered in none of the ways that can be read, expected Unicode");
  }

  /// Format 4: segments of characters that end at sorted places.
  std::uint32_t glyph_by_segment(char32_t code) const {
    if (code > 0xFFFF) return 0;
    const std::size_t segments = characters_.u16(6) / 2;
    std::size_t low = 0, high = segments;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      (characters_.u16(14 + 2 * middle) < code ? low : high) =
          characters_.u16(14 + 2 * middle) < code ? middle + 1 : middle;
    }
    if (low == segments) return 0;
    const std::size_t start_at = 16 + 2 * segments + 2 * low, shift_at = start_at + 2 * segments;
    const std::size_t range_at = shift_at + 2 * segments;
    const unsigned start = characters_.u16(start_at), range = characters_.u16(range_at);
    if (code < start) return 0;
    if (range == 0) return (code + characters_.u16(shift_at)) & 0xFFFFu;
    const unsigned glyph = characters_.u16(range_at + range + 2 * (code - start));
    return glyph == 0 ? 0 : (glyph + characters_.u16(shift_at)) & 0xFFFFu;
  }

  /// Format 12: sorted groups of consecutive characters with consecutive glyphs.
  std::uint32_t glyph_by_group(char32_t code) const {
    std::size_t low = 0, high = characters_.u32(12);
    while (low < high) {
      const std::size_t middle = (low + high) / 2, at = 16 + 12 * middle;
      if (code < characters_.u32(at))
        high = middle;
      else if (code > characters_.u32(at + 4))
        low = middle + 1;
      else
        return characters_.u32(at + 8) + (code - characters_.u32(at));
    }
    return 0;
  }

  FontBytes outline(int glyph) const {
    const std::size_t i = static_cast<std::size_t>(glyph);
    const std::size_t begin = long_offsets_ ? offsets_.u32(4 * i) : offsets_.u16(2 * i) * std::size_t{2};
    const std::size_t end = long_offsets_ ? offsets_.u32(4 * i + 4) : offsets_.u16(2 * i + 2) * std::size_t{2};
    if (end < begin) throw FormatError("font: glyph " + std::to_string(glyph) + " ends before it begins");
    return outlines_.part(begin, end - begin, "glyph " + std::to_string(glyph));
  }

  void check_outline(int glyph, int depth, int& parts) const {
    if (glyph >= glyphs_ || depth > 8 || ++parts > 64)
      throw FormatError("font: glyph " + std::to_string(glyph) + " is made of parts that don't exist, or of too many");
    const FontBytes data = outline(glyph);
    if (data.size() == 0) return;
    const int contours = data.s16(0);
    if (contours > 0) check_contours(data, static_cast<std::size_t>(contours), glyph);
    if (contours < 0) check_parts(data, glyph, depth, parts);
  }

  /// A simple outline: ends of contours, instructions, then flags and coordinates of variable length.
  static void check_contours(const FontBytes& data, std::size_t contours, int glyph) {
    int last = -1, last_start = 0;
    for (std::size_t c = 0; c < contours; ++c) {
      const int end = static_cast<int>(data.u16(10 + 2 * c));
      if (end <= last) throw FormatError("font: glyph " + std::to_string(glyph) + " has a contour without points");
      last_start = std::exchange(last, end) + 1;
    }
    std::size_t at = 12 + 2 * contours + data.u16(10 + 2 * contours), coordinates = 0;
    unsigned flags = 0;
    for (int point = 0; point <= last;) {
      flags = data.u8(at++);
      const int repeats = flags & 8u ? 1 + static_cast<int>(data.u8(at++)) : 1;
      const std::size_t x = flags & 2u ? 1 : flags & 16u ? 0 : 2, y = flags & 4u ? 1 : flags & 32u ? 0 : 2;
      for (int i = 0; i < repeats && point <= last; ++i, ++point) coordinates += x + y;
    }
    data.check(at, coordinates);
    // For a contour that is one control point stb_truetype would look at the point behind it.
    if (last_start == last && !(flags & 1u))
      throw FormatError("font: glyph " + std::to_string(glyph) + " has a contour of a single control point");
  }

  /// An outline made of other glyphs, moved and scaled.
  void check_parts(const FontBytes& data, int glyph, int depth, int& parts) const {
    std::size_t at = 10;
    for (bool more = true; more;) {
      const unsigned flags = data.u16(at);
      if (!(flags & 2u))  // stb_truetype gives up in the middle of it
        throw FormatError("font: glyph " + std::to_string(glyph) + " has parts that are placed by points");
      check_outline(static_cast<int>(data.u16(at + 2)), depth + 1, parts);
      at += 4 + (flags & 1u ? 4 : 2) + (flags & 8u ? 2 : flags & 64u ? 4 : flags & 128u ? 8 : 0);
      data.check(at, 0);
      more = (flags & 32u) != 0;
    }
  }

  FontBytes file_, metrics_, characters_, kerning_, outlines_, offsets_;
  std::size_t start_ = 0, wide_metrics_ = 0, pairs_ = 0;
  int units_per_em_ = 0, ascent_ = 0, descent_ = 0, glyphs_ = 0;
  unsigned character_format_ = 0;
  bool long_offsets_ = false;
};

}  // namespace attn::render
