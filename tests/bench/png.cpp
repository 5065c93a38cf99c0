// Heatmaps from numbers to PNG bytes: labelled figures, and one pixel a cell.
//
// Peers to run beside it: seaborn.heatmap with all labels, matplotlib's imsave. "noise" is about as hard to compress as
// soft-maxed attention: heavy-tailed noise on a diagonal band; "smooth" has no noise at all. What was timed is checked
// to be a PNG file.
#include <attn/render/heatmap.hpp>
#include <attn/render/png.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace attn;
using namespace attn::render;

enum Content { kNoise, kSmooth };

Matrix<float> content(Index n, Content kind) {
  Matrix<float> m(n, n);
  std::uint64_t state = 88172645463325252ull;
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) {
      const float far = static_cast<float>(std::abs(i - j)) / static_cast<float>(n);
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      const float u = static_cast<float>(state >> 40) * (1.0f / (1 << 24));
      m(i, j) = kind == kNoise
                    ? std::pow(u, 6.0f) * (0.2f + 0.8f * std::exp(-16 * far))
                    : std::exp(-8 * far) * (1 + 0.5f * std::sin(static_cast<float>(j) * 40 / static_cast<float>(n)));
    }
  return m;
}

const Font& font() {
  static const Font dejavu = Font::system();
  return dejavu;
}

void count(benchmark::State& state, const Image& image, const std::vector<std::uint8_t>& png, Index n) {
  if (png.size() < 8 || png[1] != 'P' || image.width() < n / 8) throw std::runtime_error("not a picture");
  state.counters["png_bytes"] = static_cast<double>(png.size());
  state.counters["cells_per_s"] =
      benchmark::Counter(static_cast<double>(n * n), benchmark::Counter::kIsIterationInvariantRate);
}

void labelled_figure(benchmark::State& state) {
  const Index n = state.range(0);
  const Matrix<float> matrix = content(n, kNoise);
  HeatmapOptions options;
  options.title = "Attention Map - Layer 1, Head 1";
  for (Index i = 0; i < n; ++i) options.row_labels.push_back("tok" + std::to_string(i));
  options.column_labels = options.row_labels;
  Image image;
  std::vector<std::uint8_t> png;
  for (auto _ : state) {
    image = heatmap(MatrixView(matrix), options, font());
    png = encode_png(image);
    benchmark::DoNotOptimize(png.data());
  }
  count(state, image, png, n);
}

void pixel_a_cell(benchmark::State& state) {
  const Index n = state.range(0);
  const Matrix<float> matrix = content(n, static_cast<Content>(state.range(1)));
  HeatmapOptions options;
  options.cell = 1;
  Image image;
  std::vector<std::uint8_t> png;
  for (auto _ : state) {
    image = heatmap(MatrixView(matrix), options, font());
    png = encode_png(image);
    benchmark::DoNotOptimize(png.data());
  }
  count(state, image, png, n);
  state.SetLabel(state.range(1) == kNoise ? "noise" : "smooth");
}

/// From the font's bytes to the picture's, as a small program does once.
void four_tokens(benchmark::State& state) {
  Matrix<float> matrix(4, 4);
  matrix << 0.7f, 0.1f, 0.1f, 0.1f, 0.2f, 0.6f, 0.1f, 0.1f, 0.05f, 0.15f, 0.5f, 0.3f, 0.25f, 0.25f, 0.25f, 0.25f;
  HeatmapOptions options;
  options.title = "Attention Map";
  options.row_labels = options.column_labels = {"machine", "learning", "is", "fascinating"};
  Image image;
  std::vector<std::uint8_t> png;
  for (auto _ : state) {
    const Font fresh = Font::system();
    image = heatmap(MatrixView(matrix), options, fresh);
    png = encode_png(image);
    benchmark::DoNotOptimize(png.data());
  }
  count(state, image, png, 4);
}

}  // namespace

BENCHMARK(four_tokens)->Unit(benchmark::kMillisecond);
BENCHMARK(labelled_figure)->Arg(64)->Arg(512)->Arg(2048)->Unit(benchmark::kMillisecond);
BENCHMARK(pixel_a_cell)->ArgsProduct({{512, 2048, 4096, 8192}, {kNoise, kSmooth}})->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
