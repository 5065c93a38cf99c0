// A font from a stranger: letters of any bytes that pass for one are measured, kerned and drawn.
#include <attn/render/text.hpp>

#include <cstdint>
#include <cstdlib>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attn::render;
  const std::vector<std::uint8_t> bytes(data, data + size);  // of exactly this size, so that a read beyond it is seen
  try {
    const Font font = Font::from_bytes(bytes);
    for (const double pixels : {13.0, 40.0}) {
      Text text(font, pixels);
      Image image(200, 60);
      text.draw(image, 2, 40, U"AVé fi\u4E2D", {0, 0, 0});
      text.draw_up(image, 150, 58, U"To", {0, 0, 0});
    }
  } catch (const attn::Error& error) {
    if (error.what()[0] == '\0') std::abort();
  }
  return 0;
}
