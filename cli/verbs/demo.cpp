// attn demo: a first map, of a trained model that the executable brings along.
#include "arrays.hpp"
#include "console.hpp"
#include "demo_model.hpp"
#include "pictures.hpp"
#include "verbs/verbs.hpp"

#include <cstdio>

namespace {

constexpr const char* kSentence = "boris gave the key to maria .";
constexpr const char* kMasked = "boris gave the [MASK] to [MASK] .";

/// The words of highest logit in the place of each [MASK]: "key, maria".
std::string answers(const attn::Tokenizer& tokenizer, const attn::Encoding& encoding,
                    const attn::Matrix<float>& logits) {
  std::string words;
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    if (encoding.tokens[i] != "[MASK]") continue;
    attn::Index best = 0;
    logits.row(static_cast<attn::Index>(i)).maxCoeff(&best);
    words += (words.empty() ? "" : ", ") + tokenizer.token(static_cast<int>(best));
  }
  return words;
}

void run(const std::string& program) {
  const attn::Tokenizer tokenizer = demo_tokenizer();
  const attn::Encoding encoding = tokenizer.encode(kSentence, kMasked);
  const attn::model::Pass<float> pass = demo_model().forward(attn::model::input_of<float>(encoding));
  const auto& weights = pass.weights.at(attn::model::Part::encoder)[1][0];  // [N x N]

  attn::render::HeatmapOptions options;
  options.title = "layer 1, head 0 of a small BERT";
  options.row_labels = options.column_labels = tokenizer.labels(encoding);
  attn::render::PanelGrid grid;
  grid.panels.emplace_back(weights.data(), weights.rows(), weights.cols(), Eigen::OuterStride<>(weights.cols()));
  print(terminal_picture(grid.panels.front(), options));
  write_picture("demo.png", grid, options, "");
  attn::Tensor<float> tensor(attn::shape_of(weights));
  tensor.matrix() = weights;
  attn::io::ArrayLabels labels;
  labels.row_labels = labels.column_labels = options.row_labels;
  write_array("demo.csv", tensor, labels);

  print(
      std::string("\nThe model reads    ") + kSentence + "  " + kMasked + "\nand fills in       " +
      answers(tokenizer, encoding, pass.outputs.at("logits")) +
      "\n"
      "\n"
      "Each row is a query: how a token divides its attention among all tokens. Rows sum to 1. In this head a [MASK]\n"
      "looks at the word that stands in its place in the other sentence. A weight says where a head looks, and isn't\n"
      "yet the reason for an answer.\n"
      "\n"
      "Written: demo.png (the picture), demo.csv (the numbers).\n"
      "Next:    " +
      program + " explain           how weights are computed, step by step\n         " + program +
      " heatmap --help    your own checkpoints, Q and K, or attention from PyTorch\n");
}

constexpr const char* kExamples = R"(Examples:
  attn demo        prints a map, writes demo.png and demo.csv to the current folder)";

}  // namespace

void add_demo_verb(CLI::App& app, const std::string& program) {
  CLI::App* verb =
      app.add_subcommand("demo", "A first map, of a small model that attn brings along: terminal, demo.png, demo.csv");
  verb->footer(kExamples);
  verb->callback([program] { run(program); });
}
