// A program may use stb_image itself: its own copy, with its implementation, before ours and again after.
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_BMP
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image.h>
#pragma GCC diagnostic pop

#include <attn/model/stb_image.hpp>

#ifndef STB_IMAGE_IMPLEMENTATION
#error "the program's own macro is gone"
#endif
#if defined(STB_IMAGE_STATIC) || defined(STBI_ONLY_PNG)
#error "a macro of ours is left"
#endif
#undef STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>

#include "catch.hpp"

#include <vector>

using namespace attn;

TEST_CASE("our stb_image and the program's own live beside each other") {
  CHECK(reinterpret_cast<void*>(&::stbi_load_from_memory) !=
        reinterpret_cast<void*>(&model::stb::attn_load_from_memory));
}

TEST_CASE("what stb_image asserts is thrown, and what it asks for is limited and zero") {
  CHECK_THROWS_AS(model::detail::stb_image_refuses(), FormatError);
  model::detail::stb_image_limit() = 100;
  CHECK(model::detail::stb_image_allocate(101) == nullptr);
  CHECK(model::detail::stb_image_reallocate(nullptr, 101) == nullptr);
  auto* memory = static_cast<char*>(model::detail::stb_image_allocate(100));
  REQUIRE(memory != nullptr);
  CHECK(memory[0] + memory[99] == 0);
  std::free(memory);
}

TEST_CASE("colours of two pixels are mixed with their neighbours, in narrow pictures not at all") {
  const auto doubled = [](std::vector<unsigned char> row) {
    std::vector<unsigned char> to(2 * row.size());
    model::detail::doubled_row(to.data(), row.data(), nullptr, static_cast<int>(row.size()), 2);
    return std::vector<int>(to.begin(), to.end());
  };
  CHECK(doubled({0, 100, 202}) == std::vector<int>{0, 25, 75, 126, 176, 202});
  CHECK(doubled({10, 20}) == std::vector<int>{10, 10, 20, 20});
  CHECK(doubled({10}) == std::vector<int>{10, 10});
}
