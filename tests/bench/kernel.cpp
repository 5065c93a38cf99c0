// One case of attention, measured in a process of its own:
//
//   attn_bench_kernel CASE N THREADS [f32|f64] [causal]      prints {"s": …, "low": …, "high": …, "mb": …, "gflops": …}
//   attn_bench_kernel about                              prints how it was compiled
//
//   output           12 heads, output only
//   weights_reused   12 heads, output and weights, into memory that is used again
//   weights_fresh    the same into new memory each time
//   weights_eigen    weights_reused by kernel/row_blocks.hpp: plain Eigen
//   pooled           one head, mean and largest weight of each of 1024 x 1024 cells
//   small            one head, output and weights, into memory that is used again
//   small_eigen      the same in four lines of Eigen
//
// Scalars are float, or double with f64. GFLOP/s count 4·N²·64 a head, for pooled 2·N²·64 (it has no values), half of
// that where causal.
#include <attn/kernel/fast_attention.hpp>
#include <attn/kernel/pooled_map.hpp>

#include "measure.hpp"

#include <atomic>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <thread>

#ifndef ATTN_BENCH_FLAGS
#define ATTN_BENCH_FLAGS "unknown"
#endif

namespace {

using attn::Index;
using attn::Matrix;
using namespace attn::bench;

constexpr Index kHeads = 12, kCells = 1024;

/// Calls task(0) … task(tasks − 1), each by the next thread that is free.
void in_threads(int threads, Index tasks, const std::function<void(Index)>& task) {
  std::atomic<Index> next{0};
  const auto work = [&] {
    for (Index t = next++; t < tasks; t = next++) task(t);
  };
  std::vector<std::jthread> others;
  for (int t = 1; t < threads; ++t) others.emplace_back(work);
  work();
}

/// Output and weights of all heads by plain Eigen, a head a task.
template <class T>
void row_blocks(const Input<T>& input, int threads, Matrix<T>& output, Matrix<T>& weights) {
  in_threads(threads, input.heads, [&](Index h) {
    attn::attention_by_row_blocks(input.head(input.q, h), input.head(input.k, h), input.head(input.v, h),
                                  attn::NoMask{}, attn::NoBias{}, {}, input.head(output, h), input.head(weights, h));
  });
}

/// How many threads the kernel takes.
void use(int threads) {
#if defined(_OPENMP)
  omp_set_num_threads(threads);
#else
  if (threads > 1) throw std::runtime_error("was compiled without OpenMP: one thread only");
#endif
}

template <class T>
attn::StridedMap<T> map_of(Matrix<T>& all, Index first, Index rows) {
  return {all.data() + first * all.cols(), rows, all.cols(), Eigen::OuterStride<>(all.cols())};
}

/// All heads at once by the kernel; without weights where `weights` is empty.
template <class T>
void kernel(const Input<T>& input, Matrix<T>& output, Matrix<T>& weights) {
  std::vector<attn::HeadInPlace<T>> heads;
  std::vector<attn::StridedMap<T>> maps;
  for (Index h = 0; h < input.heads; ++h) {
    const auto view = [&](const Matrix<T>& all) {
      return attn::StridedView<T>(all.data() + h * input.N * kWidth, input.N, kWidth, Eigen::OuterStride<>(kWidth));
    };
    heads.push_back({view(input.q), view(input.k), view(input.v), map_of(output, h * input.N, input.N)});
    if (weights.size() > 0) maps.push_back(map_of(weights, h * input.N, input.N));
  }
  const std::span<const attn::HeadInPlace<T>> all(heads);
  if (weights.size() > 0) {
    attn::WholeWeights<T> whole(maps);
    attn::streaming_attention_into(all, attn::NoMask{}, attn::NoBias{}, {}, whole);
  } else {
    attn::streaming_attention_into(all, attn::NoMask{}, attn::NoBias{}, {});
  }
}

template <class T>
Times output_only(const Input<T>& input, int threads) {
  use(threads);
  Matrix<T> output(input.heads * input.N, kWidth), none;
  return measure([&] { kernel(input, output, none); }, [&] { check_attention_rows<T>(input, output.data(), nullptr); });
}

template <class T>
Times weights_reused(const Input<T>& input, int threads) {
  use(threads);
  Matrix<T> output(input.heads * input.N, kWidth), weights(input.heads * input.N, input.N);
  return measure([&] { kernel(input, output, weights); },
                 [&] { check_attention_rows(input, output.data(), weights.data()); });
}

template <class T>
Times weights_fresh(const Input<T>& input, int threads) {
  use(threads);
  Matrix<T> output, weights;
  return measure(
      [&] {
        output = Matrix<T>(), weights = Matrix<T>();  // given back first: two results at a time would be unfair
        output.resize(input.heads * input.N, kWidth), weights.resize(input.heads * input.N, input.N);
        attn::ask_for_huge_pages(weights.data(), static_cast<std::size_t>(weights.size()) * sizeof(T));
        kernel(input, output, weights);
      },
      [&] { check_attention_rows(input, output.data(), weights.data()); });
}

template <class T>
Times weights_eigen(const Input<T>& input, int threads) {
  Eigen::setNbThreads(1);  // a head is a task: threads of Eigen's own within it would fight
  Matrix<T> output(input.heads * input.N, kWidth), weights(input.heads * input.N, input.N);
  return measure([&] { row_blocks(input, threads, output, weights); },
                 [&] { check_attention_rows(input, output.data(), weights.data()); });
}

template <class T>
Times pooled(const Input<T>& input, int threads, bool causal) {
  use(threads);
  std::optional<attn::PooledMap<T>> map;
  return measure(
      [&] {
        map.emplace(input.N, input.N, kCells, kCells);
        if (causal)
          attn::streaming_weights(input.q, input.k, attn::CausalMask{}, attn::NoBias{}, {}, *map);
        else
          attn::streaming_weights(input.q, input.k, attn::NoMask{}, attn::NoBias{}, {}, *map);
      },
      [&] { check_pooled_rows<T>(input, causal, map->mean(), map->max()); });
}

template <class T>
Times small(const Input<T>& input) {
  use(1);
  Matrix<T> output(input.N, kWidth), weights(input.N, input.N);
  return measure(
      [&] {
        attn::fast_attention_into(input.q, input.k, input.v, attn::NoMask{}, attn::NoBias{}, {}, output, weights);
      },
      [&] { check_attention_rows(input, output.data(), weights.data()); });
}

template <class T>
Times small_eigen(const Input<T>& input) {
  Matrix<T> output(input.N, kWidth), weights(input.N, input.N);
  const T scale = T(1) / std::sqrt(T(kWidth));
  return measure(
      [&] {
        weights.noalias() = scale * input.q * input.k.transpose();
        weights = (weights.colwise() - weights.rowwise().maxCoeff().eval()).array().exp();
        weights.array().colwise() /= weights.rowwise().sum().array().eval();
        output.noalias() = weights * input.v;
      },
      [&] { check_attention_rows(input, output.data(), weights.data()); });
}

template <class T>
void run(const std::string& what, Index N, int threads, bool causal) {
  const bool one_head = what == "pooled" || what.rfind("small", 0) == 0;
  const Input<T> input(one_head ? 1 : kHeads, N);
  double operations = (what == "pooled" ? 2.0 : 4.0) * double(input.heads) * double(N) * double(N) * double(kWidth);
  if (causal) operations /= 2;
  print_times(what == "output"           ? output_only(input, threads)
              : what == "weights_reused" ? weights_reused(input, threads)
              : what == "weights_fresh"  ? weights_fresh(input, threads)
              : what == "weights_eigen"  ? weights_eigen(input, threads)
              : what == "pooled"         ? pooled(input, threads, causal)
              : what == "small"          ? small(input)
              : what == "small_eigen"    ? small_eigen(input)
                                         : throw std::invalid_argument("no such case: " + what),
              operations);
}

void about() {
  std::printf("{\"compiler\": \"%s\", \"flags\": \"%s\", \"eigen\": \"%d.%d.%d\", \"eigen_simd\": \"%s\"}\n",
              __VERSION__, ATTN_BENCH_FLAGS, EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION,
              Eigen::SimdInstructionSetsInUse());
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 2 && std::strcmp(argv[1], "about") == 0) return about(), 0;
  if (argc < 4) throw std::invalid_argument("usage: attn_bench_kernel CASE N THREADS [f32|f64] [causal]");
  const std::vector<std::string> more(argv + 4, argv + argc);
  for (const std::string& word : more)
    if (word != "f32" && word != "f64" && word != "causal") throw std::invalid_argument("no such word: " + word);
  const auto asked_for = [&](const char* word) { return std::find(more.begin(), more.end(), word) != more.end(); };
  const auto run_typed = asked_for("f64") ? run<double> : run<float>;
  run_typed(argv[1], std::stol(argv[2]), std::stoi(argv[3]), asked_for("causal"));
} catch (const std::exception& e) {
  std::fprintf(stderr, "attn_bench_kernel: %s\n", e.what());
  return 1;
}
