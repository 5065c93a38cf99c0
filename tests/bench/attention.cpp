// How long attention takes: 12 heads of 64 columns, float, one thread.
//
//   fresh       core attention(), the reference: new memory each time
//   row_blocks  kernel/row_blocks.hpp into memory that is used again
//
// The rival is PyTorch's  softmax(q @ k.T / 8) @ v,  fresh and with out= into the same tensors.
#include <attn/core/attention.hpp>
#include <attn/kernel/row_blocks.hpp>

#include <benchmark/benchmark.h>

#include <vector>

namespace {

using attn::Index;
using Matrix = attn::Matrix<float>;

constexpr Index kHeads = 12, kWidth = 64;

struct Heads {
  std::vector<Matrix> q, k, v;
  explicit Heads(Index N) {
    for (Index h = 0; h < kHeads; ++h) {
      q.push_back(1.7f * Matrix::Random(N, kWidth));  // variance 1, like normal numbers
      k.push_back(1.7f * Matrix::Random(N, kWidth));
      v.push_back(1.7f * Matrix::Random(N, kWidth));
    }
  }
};

void count_operations(benchmark::State& state) {
  const double N = static_cast<double>(state.range(0));
  state.counters["GFLOP/s"] =
      benchmark::Counter(4e-9 * kHeads * N * N * kWidth, benchmark::Counter::kIsIterationInvariantRate);
}

void fresh(benchmark::State& state) {
  const Heads heads(state.range(0));
  for (auto _ : state) {
    std::vector<attn::Attention<float>> results;  // all heads are kept, as a caller would
    for (std::size_t h = 0; h < kHeads; ++h) results.push_back(attn::attention(heads.q[h], heads.k[h], heads.v[h]));
    benchmark::DoNotOptimize(results.data());
    benchmark::ClobberMemory();
  }
  count_operations(state);
}

void row_blocks(benchmark::State& state) {
  const Index N = state.range(0);
  const Heads heads(N);
  std::vector<Matrix> outputs(kHeads, Matrix::Zero(N, kWidth)), weights(kHeads, Matrix::Zero(N, N));
  for (auto _ : state) {
    for (std::size_t h = 0; h < kHeads; ++h)
      attn::attention_by_row_blocks(heads.q[h], heads.k[h], heads.v[h], attn::NoMask{}, attn::NoBias{}, {}, outputs[h],
                                    weights[h]);
    benchmark::ClobberMemory();
  }
  const attn::Attention<float> expected = attn::attention(heads.q[0], heads.k[0], heads.v[0]);
  if (!outputs[0].isApprox(expected.output, 1e-4f)) state.SkipWithError("row blocks don't agree with attention()");
  count_operations(state);
}

BENCHMARK(fresh)->Arg(128)->Arg(512)->Arg(2048)->Unit(benchmark::kMillisecond);
BENCHMARK(row_blocks)->Arg(128)->Arg(512)->Arg(2048)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
