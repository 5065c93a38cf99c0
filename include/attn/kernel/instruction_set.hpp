// Which vector instructions the kernel uses: the best that this processor has, found out while the program runs.
//
// So a program compiled for any x86-64 is as fast as one compiled with -march=native. ATTN_INSTRUCTIONS=avx512, avx2 or
// baseline in the environment forbids better ones: to test them, and to compare.
#pragma once

#include <cstdlib>
#include <string_view>

// Functions can be compiled for other instructions than the program around them: GCC and Clang, x86-64.
#if defined(__x86_64__) && defined(__GNUC__)
#define ATTN_CHOOSES_INSTRUCTIONS 1
#else
#define ATTN_CHOOSES_INSTRUCTIONS 0
#endif

namespace attn {

/// In ascending order. kBaseline is what the program is compiled for: SSE2 on any x86-64, NEON on any AArch64.
enum class InstructionSet { kBaseline, kAvx2, kAvx512 };

constexpr std::string_view name_of(InstructionSet set) {
  return set == InstructionSet::kAvx512 ? "avx512" : set == InstructionSet::kAvx2 ? "avx2" : "baseline";
}

namespace detail {

inline InstructionSet find_instruction_set() {
  InstructionSet best = InstructionSet::kBaseline;
#if ATTN_CHOOSES_INSTRUCTIONS
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    best = InstructionSet::kAvx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) best = InstructionSet::kAvx512;
  }
#endif
  if (const char* wish = std::getenv("ATTN_INSTRUCTIONS"))
    for (const InstructionSet set : {InstructionSet::kBaseline, InstructionSet::kAvx2})
      if (wish == name_of(set) && set < best) best = set;
  return best;
}

}  // namespace detail

/// The instruction set that the kernel uses; the environment is read once.
inline InstructionSet instruction_set() {
  static const InstructionSet set = detail::find_instruction_set();
  return set;
}

}  // namespace attn
