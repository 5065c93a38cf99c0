#include "catch.hpp"

#include <attn/render/stb.hpp>

TEST_CASE("the names are ours, and the program's own are free again") {
  CHECK(reinterpret_cast<void*>(&attn::render::stb::attn_GetGlyphShape) != nullptr);
#ifdef stbtt_GetGlyphShape
  FAIL("stbtt_GetGlyphShape is still renamed");
#endif
}
