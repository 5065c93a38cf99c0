// Compresses with what attn::render brought along, and says what that is.
#include <attn/render/deflate.hpp>

#include <cstdio>

int main() {
#if defined(ATTN_WITH_LIBDEFLATE)
  const char* compressor = "libdeflate";
#elif defined(ATTN_WITH_ZLIB)
  const char* compressor = "zlib";
#else
  const char* compressor = "stb_image_write";
#endif
  const std::vector<std::uint8_t> zeros(1000);
  const std::size_t size = attn::render::zlib_compress(zeros.data(), zeros.size(), attn::render::Effort::normal).size();
  if (size >= zeros.size()) return 1;
  std::printf("compressed by %s\n", compressor);
}
