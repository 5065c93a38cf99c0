// Tasks for several threads: OpenMP's where the program is linked to it, one after the other where it isn't.
//
// omp_set_num_threads() and OMP_NUM_THREADS choose how many. Inside a parallel region of the caller's there is one.
#pragma once

#include <attn/base/matrix.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <vector>

#if defined(_OPENMP)
#include <omp.h>
#endif

namespace attn {

/// How many threads parallel_tasks() would use from here.
inline int thread_count() {
#if defined(_OPENMP)
  return omp_in_parallel() && omp_get_active_level() >= omp_get_max_active_levels() ? 1 : omp_get_max_threads();
#else
  return 1;
#endif
}

/// Runs worker(n) for n = 0 … tasks − 1, each once. Every thread begins with a share of its own, neighbours in
/// ascending order, so that a task finds in its core's cache what the task of the same number left there in the call
/// before; then it helps the others. Every thread has a worker of its own, which make_worker() returns: it keeps what a
/// task needs besides, such as memory. What a worker throws ends the tasks that haven't begun, and is thrown here.
template <class MakeWorker>
void parallel_tasks(Index tasks, const MakeWorker& make_worker) {
  struct alignas(64) Share {  // a cache line each: taking a task disturbs no other thread
    std::atomic<Index> next;
    Index end;
  };
  const int threads = static_cast<int>(std::clamp<Index>(tasks, 1, thread_count()));
  std::vector<Share> shares(static_cast<std::size_t>(threads));
  for (Index t = 0; Share & share : shares) {
    share.next = t * tasks / threads;
    share.end = ++t * tasks / threads;
  }
  std::exception_ptr failure;
  std::atomic_flag failed = ATOMIC_FLAG_INIT;
  const auto run = [&](int thread) {
    try {
      auto worker = make_worker();
      for (int t = thread; t < thread + threads; ++t) {
        Share& share = shares[static_cast<std::size_t>(t % threads)];
        for (Index n = share.next++; n < share.end; n = share.next++) worker(n);
      }
    } catch (...) {
      for (Share& share : shares) share.next = share.end;
      if (!failed.test_and_set()) failure = std::current_exception();
    }
  };
#if defined(_OPENMP)
  if (threads > 1) {
#pragma omp parallel num_threads(threads)
    run(omp_get_thread_num());
  } else {
    run(0);
  }
#else
  run(0);
#endif
  if (failure) std::rethrow_exception(failure);
}

/// Runs some(first, count) for strips of `rows` rows that have `numbers` numbers each, enough of them for a task.
template <class Some>
void parallel_rows(Index rows, Index numbers, const Some& some) {
  constexpr Index kAtOnce = 1 << 14;  // numbers: handing out fewer costs more than it saves
  const Index strip = std::max<Index>(1, kAtOnce / std::max<Index>(1, numbers));
  parallel_tasks((rows + strip - 1) / strip,
                 [&] { return [&](Index n) { some(n * strip, std::min(strip, rows - n * strip)); }; });
}

}  // namespace attn
