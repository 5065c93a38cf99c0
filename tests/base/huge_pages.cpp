#include <attn/base/huge_pages.hpp>

#include "catch.hpp"

#include <algorithm>
#include <vector>

TEST_CASE("huge pages: memory of any size and place stays as it is") {
  std::vector<char> memory(std::size_t{9} << 20, 'x');
  attn::ask_for_huge_pages(nullptr, 0);
  for (const std::size_t offset : {0, 1, 4096, 1 << 21})
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{3} << 20, std::size_t{7} << 20})
      attn::ask_for_huge_pages(memory.data() + offset, bytes);
  CHECK(std::count(memory.begin(), memory.end(), 'x') == static_cast<std::ptrdiff_t>(memory.size()));
}
