// --threads N: how many threads compute.
#pragma once

#include "checks.hpp"

#include <attn/base/error.hpp>

#include <CLI/CLI.hpp>

#include <string>

#if defined(_OPENMP)
#include <omp.h>
#endif

inline void add_threads_option(CLI::App& app, attn::Index& threads) {
  app.add_option("--threads", threads, "Threads that compute (default: one for each core)")
      ->type_name("N")
      ->check(whole_number(1));
}

/// 0: as OpenMP decides, of which OMP_NUM_THREADS is a part. Throws UsageError for more than this program can have.
inline void use_threads(attn::Index threads) {
  if (threads == 0) return;
#if defined(_OPENMP)
  constexpr attn::Index most = 1024;
  const std::string why;
#else
  constexpr attn::Index most = 1;
  const std::string why = "; this attn was built without OpenMP";
#endif
  if (threads > most)
    throw attn::UsageError("--threads: is " + std::to_string(threads) + ", expected at most " + std::to_string(most) +
                           why);
#if defined(_OPENMP)
  omp_set_num_threads(static_cast<int>(threads));
#endif
}
