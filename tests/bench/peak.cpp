// What this machine can do at most, as lines of JSON:
//
//   attn_bench_peak THREADS
//
//   {"name": "fma", "type": "f32", "bits": 512, "threads": 1, "gflops": …}        multiply-add and nothing else
//   {"name": "sgemm", "library": "OpenBLAS", "threads": 1, "gflops": …}           1024 x 1024 times 1024 x 1024
//
// Fused multiply-add of each vector width that the processor has; the best of them is the peak. OpenBLAS, BLIS and
// oneDNN are loaded while it runs and are left out, with a word on stderr, where they aren't installed.
#include "measure.hpp"

#include <dlfcn.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <thread>

#if defined(__x86_64__) && defined(__GNUC__)
#define ATTN_BENCH_X86
#include <immintrin.h>
#endif
#ifdef _OPENMP
#include <omp.h>
#endif

namespace {

using attn::Index;
using attn::Matrix;
using attn::bench::measure;

// ---- fused multiply-add

#ifdef ATTN_BENCH_X86

// 12 sums that don't wait for each other hide a latency of up to 6 cycles at two instructions a cycle. The instruction
// is written out, so that no compiler makes something else of it.
#define ATTN_BENCH_FMA(name, isa, vector, instruction)                                     \
  __attribute__((target(isa), noinline)) void name(long turns) {                           \
    vector s0{}, s1{}, s2{}, s3{}, s4{}, s5{}, s6{}, s7{}, s8{}, s9{}, s10{}, s11{};       \
    const vector x = s0 + 0.5f;                                                            \
    for (; turns > 0; --turns) {                                                           \
      asm volatile(instruction " %6, %6, %0\n\t" instruction " %6, %6, %1\n\t" instruction \
                               " %6, %6, %2\n\t" instruction " %6, %6, %3\n\t" instruction \
                               " %6, %6, %4\n\t" instruction " %6, %6, %5"                 \
                   : "+v"(s0), "+v"(s1), "+v"(s2), "+v"(s3), "+v"(s4), "+v"(s5)            \
                   : "v"(x));                                                              \
      asm volatile(instruction " %6, %6, %0\n\t" instruction " %6, %6, %1\n\t" instruction \
                               " %6, %6, %2\n\t" instruction " %6, %6, %3\n\t" instruction \
                               " %6, %6, %4\n\t" instruction " %6, %6, %5"                 \
                   : "+v"(s6), "+v"(s7), "+v"(s8), "+v"(s9), "+v"(s10), "+v"(s11)          \
                   : "v"(x));                                                              \
    }                                                                                      \
  }
constexpr double kChains = 12;

ATTN_BENCH_FMA(fma_f32_512, "avx512f", __m512, "vfmadd231ps")
ATTN_BENCH_FMA(fma_f64_512, "avx512f", __m512d, "vfmadd231pd")
ATTN_BENCH_FMA(fma_f32_256, "avx2,fma", __m256, "vfmadd231ps")
ATTN_BENCH_FMA(fma_f64_256, "avx2,fma", __m256d, "vfmadd231pd")

void print_fma(const char* type, int bits, int threads, void (*fma)(long)) {
  constexpr long kTurns = 20'000'000;  // about 0.1 s
  const auto times = measure(
      [&] {
        std::vector<std::jthread> others;
        for (int t = 1; t < threads; ++t) others.emplace_back(fma, kTurns);
        fma(kTurns);
      },
      [] {});
  const double lanes = bits / (type[1] == '3' ? 32 : 64);
  std::printf("{\"name\": \"fma\", \"type\": \"%s\", \"bits\": %d, \"threads\": %d, \"gflops\": %.5g}\n", type, bits,
              threads, 2 * lanes * kChains * double(kTurns) * threads / times.low * 1e-9);
}

void print_all_fma(int threads) {
  if (__builtin_cpu_supports("avx512f")) {
    print_fma("f32", 512, threads, fma_f32_512);
    print_fma("f64", 512, threads, fma_f64_512);
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    print_fma("f32", 256, threads, fma_f32_256);
    print_fma("f64", 256, threads, fma_f64_256);
  } else {
    std::fprintf(stderr, "attn_bench_peak: no fused multiply-add here: its peak is left out\n");
  }
}

#else
void print_all_fma(int) { std::fprintf(stderr, "attn_bench_peak: the peak is measured on x86-64 only\n"); }
#endif

// ---- sgemm

using Product = std::function<void(int n, const float* a, const float* b, float* c)>;  // row-major, n x n

void print_sgemm(const char* library, int threads, const Product& product) {
  constexpr int n = 1024;
  const Matrix<float> a = Matrix<float>::Random(n, n), b = Matrix<float>::Random(n, n);
  Matrix<float> c(n, n);
  const auto times =
      measure([&] { product(n, a.data(), b.data(), c.data()); },
              [&] {
                for (const Index i : {0, n / 2, n - 1})
                  attn::bench::check_row<float>(library, c.row(i).transpose().cast<double>(),
                                                b.transpose().cast<double>() * a.row(i).transpose().cast<double>());
              });
  std::printf("{\"name\": \"sgemm\", \"library\": \"%s\", \"threads\": %d, \"gflops\": %.5g}\n", library, threads,
              2e-9 * n * n * n / times.median);
}

void* symbol(const char* file, const char* name) {
  void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);  // each BLAS with its own symbols
  void* found = library ? dlsym(library, name) : nullptr;
  if (!found) std::fprintf(stderr, "attn_bench_peak: left out: no %s in %s\n", name, file);
  return found;
}

void print_cblas(const char* library, const char* file, int threads) {
  using Sgemm = void (*)(int, int, int, int, int, int, float, const float*, int, const float*, int, float, float*, int);
  constexpr int kRowMajor = 101, kAsItIs = 111;
  if (const auto sgemm = reinterpret_cast<Sgemm>(symbol(file, "cblas_sgemm")))
    print_sgemm(library, threads, [sgemm](int n, const float* a, const float* b, float* c) {
      sgemm(kRowMajor, kAsItIs, kAsItIs, n, n, n, 1, a, n, b, n, 0, c, n);
    });
}

void print_onednn(int threads) {
  using Long = std::int64_t;
  using Sgemm =
      int (*)(char, char, Long, Long, Long, float, const float*, Long, const float*, Long, float, float*, Long);
  if (const auto sgemm = reinterpret_cast<Sgemm>(symbol("libdnnl.so.2", "dnnl_sgemm")))
    print_sgemm("oneDNN", threads, [sgemm](int n, const float* a, const float* b, float* c) {
      sgemm('N', 'N', n, n, n, 1, a, n, b, n, 0, c, n);
    });
}

void print_eigen(int threads) {
  print_sgemm("Eigen", threads, [](int n, const float* a, const float* b, float* c) {
    using Map = Eigen::Map<const Matrix<float>>;
    Eigen::Map<Matrix<float>>(c, n, n).noalias() = Map(a, n, n) * Map(b, n, n);
  });
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) throw std::invalid_argument("usage: attn_bench_peak THREADS");
  const int threads = std::stoi(argv[1]);
#ifdef _OPENMP
  omp_set_num_threads(threads);
#else
  if (threads > 1) std::fprintf(stderr, "attn_bench_peak: compiled without OpenMP: Eigen has one thread\n");
#endif
  setenv("OPENBLAS_NUM_THREADS", argv[1], 1), setenv("BLIS_NUM_THREADS", argv[1], 1);  // read when they are loaded
  print_all_fma(threads);
  print_cblas("OpenBLAS", "libopenblas.so.0", threads);
  print_cblas("BLIS", "libblis.so.4", threads);
  print_onednn(threads);
  print_eigen(threads);
} catch (const std::exception& e) {
  std::fprintf(stderr, "attn_bench_peak: %s\n", e.what());
  return 1;
}
