#include <attn/kernel/aligned_memory.hpp>

#include <cstdint>
#include <utility>

#include "catch.hpp"

TEMPLATE_TEST_CASE("aligned memory: begins at a cache line, and is handed on", "", float, double) {
  for (const Index size : {1, 3, 1000, 3 << 20}) {
    attn::detail::AlignedMemory<TestType> memory(size);
    CHECK(reinterpret_cast<std::uintptr_t>(memory.data()) % 64 == 0);
    memory.data()[0] = 4;
    memory.data()[size - 1] = 5;
    const TestType* data = memory.data();
    const attn::detail::AlignedMemory<TestType> other = std::move(memory);
    CHECK(other.data() == data);
    CHECK(other.data()[size - 1] == 5);
    CHECK(memory.data() == nullptr);
  }
  CHECK(attn::detail::AlignedMemory<TestType>().data() == nullptr);
}
