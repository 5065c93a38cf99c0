// The colours of a picture, numbered in order of appearance.
#pragma once

#include <attn/render/color.hpp>

#include <array>
#include <bitset>
#include <cstdint>
#include <vector>

namespace attn::render {

/// The colours of a picture in order of appearance, at most 256: a hash table.
class Palette {
 public:
  static constexpr int kFull = -1;

  Palette() {
    entries_.fill(0);  // no slot but its own may hold a key that index_of() takes for found: 0 belongs into slot 0 …
    entries_[0] = 1u << 8;  // … and 1 doesn't
  }

  /// The colour's number, a new one for a colour not seen before; kFull when 256 others are taken.
  int index_of(Color color) {
    const std::uint32_t key = std::uint32_t{color.r} << 16 | std::uint32_t{color.g} << 8 | color.b;
    const std::uint32_t entry = entries_[slot_of(key)];
    return entry >> 8 == key ? static_cast<int>(entry & 255u) : search(color, key);
  }
  const std::vector<Color>& colors() const { return colors_; }

 private:
  static constexpr std::uint32_t kSlots = 4096;
  static std::uint32_t slot_of(std::uint32_t key) { return (key * 2654435769u) >> 20; }

  /// A colour that stands in a slot behind its own, or a new one.
  int search(Color color, std::uint32_t key) {
    std::uint32_t slot = slot_of(key);
    for (; taken_[slot]; slot = (slot + 1) % kSlots)
      if (entries_[slot] >> 8 == key) return static_cast<int>(entries_[slot] & 255u);
    if (colors_.size() == 256) return kFull;
    taken_[slot] = true;
    entries_[slot] = key << 8 | static_cast<std::uint32_t>(colors_.size());
    colors_.push_back(color);
    return static_cast<int>(colors_.size()) - 1;
  }

  std::array<std::uint32_t, kSlots> entries_;  // the colour, and its number in the last 8 bits
  std::bitset<kSlots> taken_;
  std::vector<Color> colors_;
};

}  // namespace attn::render
