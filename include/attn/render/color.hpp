// A colour: 8 bits each of red, green and blue.
#pragma once

#include <cstdint>

namespace attn::render {

struct Color {
  std::uint8_t r, g, b;
  friend constexpr bool operator==(const Color&, const Color&) = default;
};

/// `share` / `of` of the way from one colour to another.
constexpr Color mix(Color from, Color to, int share, int of) {
  const auto channel = [=](int a, int b) {
    return static_cast<std::uint8_t>((a * (of - share) + b * share + of / 2) / of);
  };
  return {channel(from.r, to.r), channel(from.g, to.g), channel(from.b, to.b)};
}

}  // namespace attn::render
