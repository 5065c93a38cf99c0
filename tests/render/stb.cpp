// A program may use stb itself: its own copy, with its implementation, before ours and again after.
#define STB_TRUETYPE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_truetype.h>
#pragma GCC diagnostic pop

#include <attn/render/stb.hpp>

#ifndef STB_TRUETYPE_IMPLEMENTATION
#error "the program's own macro is gone"
#endif
#ifdef STBTT_STATIC
#error "a macro of ours is left"
#endif
#undef STB_TRUETYPE_IMPLEMENTATION
#include <stb_truetype.h>

#include "catch.hpp"

using namespace attn;

TEST_CASE("our stb and the program's own live beside each other") {
  CHECK(reinterpret_cast<void*>(&::stbtt_InitFont) != reinterpret_cast<void*>(&render::stb::attn_InitFont));
}

TEST_CASE("what stb asserts is thrown") { CHECK_THROWS_AS(render::detail::stb_refuses(), FormatError); }
