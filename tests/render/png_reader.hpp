// Reads PNG files for the tests, with stb_image: another program's eyes than ours.
#pragma once

#include <attn/render/image.hpp>

#include <cstdint>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>
#undef STB_IMAGE_IMPLEMENTATION
#pragma GCC diagnostic pop

namespace attn::render::test {

inline Image read_png(const std::vector<std::uint8_t>& png) {
  int width = 0, height = 0, channels = 0;
  unsigned char* pixels =
      stbi_load_from_memory(png.data(), static_cast<int>(png.size()), &width, &height, &channels, 3);
  if (pixels == nullptr) return {};
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const unsigned char* p = pixels + 3 * (y * width + x);
      image.set(x, y, {p[0], p[1], p[2]});
    }
  stbi_image_free(pixels);
  return image;
}

}  // namespace attn::render::test
