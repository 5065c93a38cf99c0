#include <attn/base/parallel.hpp>

#include "catch.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using attn::Index;

namespace {

/// Tasks in the order in which they begin; as() is called within each.
template <class As>
std::vector<Index> order(Index tasks, const As& as) {
  std::mutex mutex;
  std::vector<Index> begun;
  const auto so_far = [&] {
    const std::lock_guard lock(mutex);
    return begun.size();
  };
  attn::parallel_tasks(tasks, [&] {
    return [&](Index n) {
      {
        const std::lock_guard lock(mutex);
        begun.push_back(n);
      }
      as(n, so_far);
    };
  });
  return begun;
}

/// How often each of `tasks` tasks is run.
std::vector<int> runs(Index tasks) {
  std::vector<int> count(static_cast<std::size_t>(tasks));
  attn::parallel_tasks(tasks, [&] { return [&](Index n) { ++count[static_cast<std::size_t>(n)]; }; });
  return count;
}

}  // namespace

TEST_CASE("parallel: every task runs once") {
  for (const Index tasks : {0, 1, 2, 3, 1000})
    CHECK(runs(tasks) == std::vector<int>(static_cast<std::size_t>(tasks), 1));
}

TEST_CASE("parallel: each thread has a worker of its own") {
  std::mutex mutex;
  int workers = 0, sum = 0;
  struct Own {
    std::mutex& mutex;
    int& sum;
    int mine = 0;
    void operator()(Index n) { mine += static_cast<int>(n); }
    ~Own() {
      const std::lock_guard lock(mutex);
      sum += mine;
    }
  };
  attn::parallel_tasks(100, [&] {
    const std::lock_guard lock(mutex);
    ++workers;
    return Own{mutex, sum};
  });
  CHECK(sum == 4950);
  CHECK(workers >= 1);
  CHECK(workers <= attn::thread_count());
}

TEST_CASE("parallel: what a worker throws is thrown to the caller, and ends the tasks that haven't begun") {
  std::mutex mutex;
  Index begun = 0;
  const auto run = [&] {
    attn::parallel_tasks(1000000, [&] {
      return [&](Index n) {
        {
          const std::lock_guard lock(mutex);
          ++begun;
        }
        if (n == 10) throw std::runtime_error("task 10");
      };
    });
  };
  CHECK_THROWS_WITH(run(), "task 10");
  CHECK(begun >= 11);
  CHECK(begun < 1000000);
  CHECK(runs(20) == std::vector<int>(20, 1));  // and nothing is left over
}

TEST_CASE("parallel: a worker that can't be made") {
  const auto make = []() -> void (*)(Index) { throw std::runtime_error("no memory"); };
  CHECK_THROWS_WITH(attn::parallel_tasks(5, make), "no memory");
}

TEST_CASE("parallel: every row once, in strips") {
  for (const Index rows : {0, 1, 5, 1000})
    for (const Index numbers : {0, 1, 768, 1 << 20}) {
      std::vector<int> count(static_cast<std::size_t>(rows));
      attn::parallel_rows(rows, numbers, [&](Index first, Index some) {
        for (Index i = first; i < first + some; ++i) ++count[static_cast<std::size_t>(i)];
      });
      CHECK(count == std::vector<int>(static_cast<std::size_t>(rows), 1));
    }
}

TEST_CASE("parallel: from several threads at once") {
  std::vector<std::vector<int>> counts(4);
  std::vector<std::thread> threads;
  for (auto& count : counts) threads.emplace_back([&count] { count = runs(500); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& count : counts) CHECK(count == std::vector<int>(500, 1));
}

#if defined(_OPENMP)
TEST_CASE("parallel: one thread goes from the first task to the last") {
  const int before = omp_get_max_threads();
  omp_set_num_threads(1);
  CHECK(order(5, [](Index, const auto&) {}) == std::vector<Index>{0, 1, 2, 3, 4});
  omp_set_num_threads(before);
}

TEST_CASE("parallel: a thread begins with its own share, and helps with those of others") {
  if (omp_get_thread_limit() < 2) return;
  const int before = omp_get_max_threads();
  omp_set_num_threads(2);
  const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::vector<Index> begun = order(10, [&](Index n, const auto& so_far) {
    // Until both threads have one; then the thread of task 5 leaves all the rest to the other.
    while (so_far() < (n == 5 ? 10 : 2) && std::chrono::steady_clock::now() < late) std::this_thread::yield();
  });
  CHECK(std::chrono::steady_clock::now() < late);
  omp_set_num_threads(before);
  REQUIRE(begun.size() == 10);
  std::sort(begun.begin(), begun.begin() + 2);
  CHECK(begun == std::vector<Index>{0, 5, 1, 2, 3, 4, 6, 7, 8, 9});
}

TEST_CASE("parallel: as many threads as OpenMP is told, one within a region of the caller's") {
  const int before = omp_get_max_threads();
  omp_set_num_threads(1);
  CHECK(attn::thread_count() == 1);
  CHECK(runs(50) == std::vector<int>(50, 1));
  omp_set_num_threads(3);
  CHECK(attn::thread_count() == 3);
  CHECK(runs(50) == std::vector<int>(50, 1));
  int threads = 0;
  std::vector<std::vector<int>> counts(3);
#pragma omp parallel num_threads(3)
  {
    counts[static_cast<std::size_t>(omp_get_thread_num())] = runs(50);
#pragma omp critical
    threads = std::max(threads, attn::thread_count());
  }
  CHECK(threads == 1);
  for (const auto& count : counts) CHECK((count.empty() || count == std::vector<int>(50, 1)));
  omp_set_num_threads(before);
}
#else
TEST_CASE("parallel: one thread without OpenMP") { CHECK(attn::thread_count() == 1); }
#endif
