// The only place that includes stb: its functions, static and in a namespace of our own.
//
// A program may include the same stb headers before or after, with or without their implementations, in any number of
// translation units: nothing here is visible to the linker, and no macro of stb's stays defined. Fonts come from
// strangers, so what stb asserts, it throws here.
#pragma once

#include <attn/base/error.hpp>

#include <math.h>
#include <stdlib.h>
#include <string.h>

namespace attn::render::detail {
[[noreturn]] inline void stb_refuses() { throw FormatError("font: an outline is damaged or of an unknown kind"); }
}  // namespace attn::render::detail

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"

// ---- stb_truetype: outlines to pixels

#ifdef __STB_INCLUDE_STB_TRUETYPE_H__
#define ATTN_STB_TRUETYPE_WAS_INCLUDED
#undef __STB_INCLUDE_STB_TRUETYPE_H__
#endif
#pragma push_macro("STB_TRUETYPE_IMPLEMENTATION")
#pragma push_macro("STBTT_STATIC")
#pragma push_macro("STBTT_DEF")
#pragma push_macro("STBTT_assert")
#pragma push_macro("STB_RECT_PACK_VERSION")
#undef STB_TRUETYPE_IMPLEMENTATION
#undef STBTT_STATIC
#undef STBTT_DEF
#undef STBTT_assert
#undef STB_RECT_PACK_VERSION
#define STB_TRUETYPE_IMPLEMENTATION
#define STBTT_STATIC
#include <attn/render/stb_names.hpp>
#define STBTT_assert(condition) ((condition) ? (void)0 : ::attn::render::detail::stb_refuses())
namespace attn::render::stb {
// Declared here, or "typedef struct stbtt_fontinfo stbtt_fontinfo" would mean the program's own.
struct stbtt_pack_context;
struct stbtt_fontinfo;
struct stbrp_rect;
#include <stb_truetype.h>
}  // namespace attn::render::stb
#define ATTN_STB_NAMES_END
#include <attn/render/stb_names.hpp>
#undef ATTN_STB_NAMES_END
#pragma pop_macro("STB_RECT_PACK_VERSION")
#pragma pop_macro("STBTT_assert")
#pragma pop_macro("STBTT_DEF")
#pragma pop_macro("STBTT_STATIC")
#pragma pop_macro("STB_TRUETYPE_IMPLEMENTATION")
#ifndef ATTN_STB_TRUETYPE_WAS_INCLUDED
#undef __STB_INCLUDE_STB_TRUETYPE_H__
#endif
#undef ATTN_STB_TRUETYPE_WAS_INCLUDED

// ---- stb_image_write: its deflate, where no faster one is linked

#if !defined(ATTN_WITH_LIBDEFLATE) && !defined(ATTN_WITH_ZLIB)
#ifdef INCLUDE_STB_IMAGE_WRITE_H
#define ATTN_STB_IMAGE_WRITE_WAS_INCLUDED
#undef INCLUDE_STB_IMAGE_WRITE_H
#endif
#pragma push_macro("STB_IMAGE_WRITE_IMPLEMENTATION")
#pragma push_macro("STB_IMAGE_WRITE_STATIC")
#pragma push_macro("STBIWDEF")
#pragma push_macro("STBI_WRITE_NO_STDIO")
#undef STB_IMAGE_WRITE_IMPLEMENTATION
#undef STB_IMAGE_WRITE_STATIC
#undef STBIWDEF
#undef STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#include <assert.h>
#include <stdarg.h>
namespace attn::render::stb {
#include <stb_image_write.h>
}
#pragma pop_macro("STBI_WRITE_NO_STDIO")
#pragma pop_macro("STBIWDEF")
#pragma pop_macro("STB_IMAGE_WRITE_STATIC")
#pragma pop_macro("STB_IMAGE_WRITE_IMPLEMENTATION")
#ifndef ATTN_STB_IMAGE_WRITE_WAS_INCLUDED
#undef INCLUDE_STB_IMAGE_WRITE_H
#endif
#undef ATTN_STB_IMAGE_WRITE_WAS_INCLUDED
#endif

#pragma GCC diagnostic pop
