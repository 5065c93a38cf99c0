// Memory in large pages: the system clears and maps fresh memory a page at a time, and with the usual 4 KiB that takes
// as long as filling it with attention weights.
#pragma once

#include <attn/base/matrix.hpp>

#include <cstddef>
#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace attn {

/// Asks for huge pages where `bytes` of fresh memory contain whole ones; elsewhere and where there are none it does
/// nothing. Call it before the memory is first written.
inline void ask_for_huge_pages(void* memory, std::size_t bytes) {
#if defined(__linux__)
  constexpr std::uintptr_t kPage = std::uintptr_t{2} << 20;
  const auto begin = (reinterpret_cast<std::uintptr_t>(memory) + kPage - 1) / kPage * kPage;
  const auto end = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / kPage * kPage;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#else
  static_cast<void>(memory);
  static_cast<void>(bytes);
#endif
}

/// A new matrix, not initialised; a larger one in huge pages.
template <class T>
Matrix<T> new_matrix(Index rows, Index cols) {
  Matrix<T> matrix(rows, cols);
  ask_for_huge_pages(matrix.data(), static_cast<std::size_t>(matrix.size()) * sizeof(T));
  return matrix;
}

}  // namespace attn
