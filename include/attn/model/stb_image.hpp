// The only place that includes stb_image: PNG and JPEG, its functions static and in a namespace of our own.
//
// A program may include stb_image itself, before or after: nothing here is visible to the linker, and no macro that
// chooses what stb_image does stays defined. Pictures come from strangers: no allocation is larger than a picture of
// the size that was checked can need, and memory that a damaged file leaves unwritten is zero.
#pragma once

#include <attn/base/error.hpp>

#include <cstddef>
#include <cstdlib>

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace attn::model::detail {

/// Bytes that stb_image may ask for at a time, in this thread.
inline std::size_t& stb_image_limit() {
  static thread_local std::size_t limit = 0;
  return limit;
}
inline void* stb_image_allocate(std::size_t size) {
  return size > stb_image_limit() ? nullptr : std::calloc(1, size > 0 ? size : 1);
}
inline void* stb_image_reallocate(void* memory, std::size_t size) {
  return size > stb_image_limit() ? nullptr : std::realloc(memory, size > 0 ? size : 1);
}
[[noreturn]] inline void stb_image_refuses() { throw FormatError("image: it is damaged or of an unknown kind"); }

/// A row of a JPEG's colours, of which each is of two pixels (4:2:2), for single pixels: 3/4 of the own, 1/4 of the
/// next one, rounded as libjpeg does. Stands in for stb_image's function, which exchanges these at the end of a row.
inline unsigned char* doubled_row(unsigned char* to, unsigned char* from, unsigned char*, int width, int) {
  for (int i = 0; i < width; ++i) {
    const int left = width > 2 && i > 0 ? from[i - 1] : from[i],
              right = width > 2 && i + 1 < width ? from[i + 1] : from[i];
    to[2 * i] = static_cast<unsigned char>((3 * from[i] + left + 1) / 4);
    to[2 * i + 1] = static_cast<unsigned char>((3 * from[i] + right + 2) / 4);
  }
  return to;
}

}  // namespace attn::model::detail

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#ifdef STBI_INCLUDE_STB_IMAGE_H
#define ATTN_STB_IMAGE_WAS_INCLUDED
#undef STBI_INCLUDE_STB_IMAGE_H
#endif
#pragma push_macro("STB_IMAGE_IMPLEMENTATION")
#pragma push_macro("STB_IMAGE_STATIC")
#pragma push_macro("STBIDEF")
#pragma push_macro("STBI_ASSERT")
#pragma push_macro("STBI_MALLOC")
#pragma push_macro("STBI_REALLOC")
#pragma push_macro("STBI_REALLOC_SIZED")
#pragma push_macro("STBI_FREE")
#pragma push_macro("STBI_MAX_DIMENSIONS")
#pragma push_macro("STBI_ONLY_PNG")
#pragma push_macro("STBI_ONLY_JPEG")
#pragma push_macro("STBI_NO_PNG")
#pragma push_macro("STBI_NO_JPEG")
#pragma push_macro("STBI_NO_BMP")
#pragma push_macro("STBI_NO_PSD")
#pragma push_macro("STBI_NO_TGA")
#pragma push_macro("STBI_NO_GIF")
#pragma push_macro("STBI_NO_HDR")
#pragma push_macro("STBI_NO_PIC")
#pragma push_macro("STBI_NO_PNM")
#pragma push_macro("STBI_NO_ZLIB")
#pragma push_macro("STBI_NO_STDIO")
#pragma push_macro("STBI_NO_LINEAR")
#pragma push_macro("STBI_NO_SIMD")
#pragma push_macro("STBI_SSE2")
#pragma push_macro("STBI_NEON")
#pragma push_macro("stbi__err")
#undef STB_IMAGE_IMPLEMENTATION
#undef STB_IMAGE_STATIC
#undef STBIDEF
#undef STBI_ASSERT
#undef STBI_MALLOC
#undef STBI_REALLOC
#undef STBI_REALLOC_SIZED
#undef STBI_FREE
#undef STBI_MAX_DIMENSIONS
#undef STBI_ONLY_PNG
#undef STBI_ONLY_JPEG
#undef STBI_NO_PNG
#undef STBI_NO_JPEG
#undef STBI_NO_BMP
#undef STBI_NO_PSD
#undef STBI_NO_TGA
#undef STBI_NO_GIF
#undef STBI_NO_HDR
#undef STBI_NO_PIC
#undef STBI_NO_PNM
#undef STBI_NO_ZLIB
#undef STBI_NO_STDIO
#undef STBI_NO_LINEAR
#undef STBI_NO_SIMD
#undef STBI_SSE2
#undef STBI_NEON
#undef stbi__err
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ASSERT(condition) ((condition) ? (void)0 : ::attn::model::detail::stb_image_refuses())
#define STBI_MALLOC(size) ::attn::model::detail::stb_image_allocate(size)
#define STBI_REALLOC(memory, size) ::attn::model::detail::stb_image_reallocate(memory, size)
#define STBI_FREE(memory) ::std::free(memory)
#define STBI_MAX_DIMENSIONS (1 << 16)
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_NO_SIMD  // the same numbers on every machine
#include <attn/model/stb_image_names.hpp>
// Only where it is defined does a bracket follow the function's name: where it is used, the name means ours.
#define stbi__resample_row_h_2(...) stbi__resample_row_h_2_of_stb(__VA_ARGS__)
namespace attn::model::stb {
constexpr auto stbi__resample_row_h_2 = detail::doubled_row;
#include <stb_image.h>
}  // namespace attn::model::stb
#undef stbi__resample_row_h_2
#define ATTN_STB_IMAGE_NAMES_END
#include <attn/model/stb_image_names.hpp>
#undef ATTN_STB_IMAGE_NAMES_END
#pragma pop_macro("stbi__err")
#pragma pop_macro("STBI_NEON")
#pragma pop_macro("STBI_SSE2")
#pragma pop_macro("STBI_NO_SIMD")
#pragma pop_macro("STBI_NO_LINEAR")
#pragma pop_macro("STBI_NO_STDIO")
#pragma pop_macro("STBI_NO_ZLIB")
#pragma pop_macro("STBI_NO_PNM")
#pragma pop_macro("STBI_NO_PIC")
#pragma pop_macro("STBI_NO_HDR")
#pragma pop_macro("STBI_NO_GIF")
#pragma pop_macro("STBI_NO_TGA")
#pragma pop_macro("STBI_NO_PSD")
#pragma pop_macro("STBI_NO_BMP")
#pragma pop_macro("STBI_NO_JPEG")
#pragma pop_macro("STBI_NO_PNG")
#pragma pop_macro("STBI_ONLY_JPEG")
#pragma pop_macro("STBI_ONLY_PNG")
#pragma pop_macro("STBI_MAX_DIMENSIONS")
#pragma pop_macro("STBI_FREE")
#pragma pop_macro("STBI_REALLOC_SIZED")
#pragma pop_macro("STBI_REALLOC")
#pragma pop_macro("STBI_MALLOC")
#pragma pop_macro("STBI_ASSERT")
#pragma pop_macro("STBIDEF")
#pragma pop_macro("STB_IMAGE_STATIC")
#pragma pop_macro("STB_IMAGE_IMPLEMENTATION")
#ifndef ATTN_STB_IMAGE_WAS_INCLUDED
#undef STBI_INCLUDE_STB_IMAGE_H
#endif
#undef ATTN_STB_IMAGE_WAS_INCLUDED
#pragma GCC diagnostic pop
