// attn demo: a first map, from input that the executable brings along.
#include "arrays.hpp"
#include "demo_input.hpp"
#include "pictures.hpp"
#include "verbs/verbs.hpp"

#include <attn/core/attention.hpp>

#include <cstdio>

namespace {

attn::Tensor<float> as_tensor(const attn::Matrix<float>& matrix) {
  attn::Tensor<float> tensor(attn::shape_of(matrix));
  tensor.matrix() = matrix;
  return tensor;
}

void run(const std::string& program) {
  const attn::Matrix<float> x = demo_embeddings();          // [4 x 8]
  const auto [output, weights] = attn::attention(x, x, x);  // [4 x 8], [4 x 4]
  attn::render::HeatmapOptions options;
  options.title = "Self-attention of four tokens";
  options.row_labels = options.column_labels = demo_tokens();
  options.annotate = true;

  attn::render::PanelGrid grid;
  grid.panels.emplace_back(weights.data(), weights.rows(), weights.cols(), Eigen::OuterStride<>(weights.cols()));
  std::fputs(terminal_picture(grid.panels.front(), options).c_str(), stdout);
  write_picture("demo.png", grid, options, "");
  attn::io::ArrayLabels labels;
  labels.row_labels = labels.column_labels = demo_tokens();
  write_array("demo.csv", as_tensor(weights), labels);
  std::fputs(
      "\n"
      "Each row is a query: how \"fascinating\" divides its attention among the four keys. Rows sum to 1.\n"
      "The embeddings are random, so this shows the mathematics and no language.\n"
      "\n"
      "Written: demo.png (the picture), demo.csv (the numbers).\n"
      "Next:    ",
      stdout);
  std::printf("%s explain           the same computation, step by step\n", program.c_str());
  std::printf("         %s heatmap --help    pictures of your own Q and K, or of attention from PyTorch\n",
              program.c_str());
}

constexpr const char* kExamples = R"(Examples:
  attn demo        prints a map, writes demo.png and demo.csv to the current folder)";

}  // namespace

void add_demo_verb(CLI::App& app, const std::string& program) {
  CLI::App* verb =
      app.add_subcommand("demo", "A first map from input that attn brings along: terminal, demo.png, demo.csv");
  verb->footer(kExamples);
  verb->callback([program] { run(program); });
}
