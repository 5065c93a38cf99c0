#include <attn/model/stb_image.hpp>

// A program may bring its own copy, with its implementation, after ours.
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image.h>
#pragma GCC diagnostic pop

#include "catch.hpp"

TEST_CASE("stb_image's names are ours, and the program's own are free again") {
  CHECK(reinterpret_cast<void*>(&::stbi_info_from_memory) !=
        reinterpret_cast<void*>(&attn::model::stb::attn_info_from_memory));
#ifdef stbi_info_from_memory
  FAIL("stbi_info_from_memory is still renamed");
#endif
}
