#include <attn/base/freed_memory.hpp>

#include "catch.hpp"

#include <vector>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ATTN_OTHER_ALLOCATOR
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ATTN_OTHER_ALLOCATOR
#endif
#endif

#if defined(__GLIBC__) && !defined(ATTN_OTHER_ALLOCATOR)
#include <sys/resource.h>

namespace {

/// How often the system had to find a page while 8 MB were filled and freed ten times.
long faults() {
  const auto so_far = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
  };
  const auto fill = [] { return std::vector<char>(std::size_t{8} << 20, 'x').back(); };
  CHECK(fill() == 'x');
  const long before = so_far();
  for (int i = 0; i < 10; ++i) CHECK(fill() == 'x');
  return so_far() - before;
}

}  // namespace

TEST_CASE("freed memory: what is kept isn't cleared and mapped anew") {
  attn::keep_freed_memory(std::size_t{64} << 20);
  CHECK(faults() < 200);  // of 2048 pages, ten times
}
#else
TEST_CASE("freed memory: nothing happens where the allocator can't be told") { attn::keep_freed_memory(1); }
#endif
