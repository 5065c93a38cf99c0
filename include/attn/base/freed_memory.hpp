// What becomes of memory that is freed: a pass through a model frees and asks for the same sizes in every layer, and
// memory that went back to the system meanwhile must be cleared and mapped again, which takes a tenth of the pass and
// more.
#pragma once

#include <algorithm>
#include <climits>
#include <cstddef>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace attn {

/// Lets the process keep up to `bytes` of freed memory for what it asks for next, instead of giving it back at once. It
/// is the program's choice, made once when it starts; the library never makes it. Only glibc is told; elsewhere nothing
/// happens. Pieces of more than 32 MiB go back all the same.
inline void keep_freed_memory(std::size_t bytes) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the largest that it takes; what is under it can be kept
  mallopt(M_TRIM_THRESHOLD, static_cast<int>(std::min<std::size_t>(bytes, INT_MAX)));
#else
  static_cast<void>(bytes);
#endif
}

}  // namespace attn
