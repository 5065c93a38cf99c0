// attn explain: the computation of one small map, step by step, with the formulas.
#include "checks.hpp"
#include "columns.hpp"
#include "four_tokens.hpp"
#include "input/input_options.hpp"
#include "input/selection.hpp"
#include "verbs/verbs.hpp"

#include <attn/base/error.hpp>
#include <attn/core/attention.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

using attn::Index;
using attn::Matrix;

namespace {

constexpr Index kMostTokens = 16;   // more rows than a screen shows explain nothing
constexpr Index kMostColumns = 12;  // the rest of a long vector is elided

struct ExplainOptions {
  InputOptions input;
  LabelOptions labels;
  Index head = 0, batch = 0;
};

/// What there is to explain, in double.
struct Example {
  Matrix<double> q, k, v;  // [Nq x dk], [Nk x dk], [Nk x dv]; v may be empty
  MaskOption mask;
  attn::Scoring scoring;
  AxisLabels labels;
};

std::string number(double value, int decimals) {
  if (std::isinf(value)) return value < 0 ? "−∞" : "∞";
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string label(const std::vector<std::string>& labels, const char* otherwise, Index i) {
  if (labels.empty()) return otherwise + std::to_string(i);
  return shown(labels[static_cast<std::size_t>(i)]);
}

/// A matrix as text: a label before each row and, where `columns` is given, above each column.
void print(const Matrix<double>& matrix, const std::vector<std::string>& rows, const std::vector<std::string>* columns,
           const char* row_name, int decimals) {
  const Index shown = columns ? matrix.cols() : std::min(matrix.cols(), kMostColumns);
  int margin = 0, width = 0;
  for (Index i = 0; i < matrix.rows(); ++i) {
    margin = std::max(margin, width_of(label(rows, row_name, i)));
    for (Index j = 0; j < shown; ++j) width = std::max(width, width_of(number(matrix(i, j), decimals)));
  }
  std::string text;
  if (columns) {
    for (Index j = 0; j < shown; ++j) width = std::max(width, width_of(label(*columns, "k", j)));
    text += "  " + padded("", margin, false);
    for (Index j = 0; j < shown; ++j) text += "  " + padded(label(*columns, "k", j), width, true);
    text += '\n';
  }
  for (Index i = 0; i < matrix.rows(); ++i) {
    text += "  " + padded(label(rows, row_name, i), margin, false);
    for (Index j = 0; j < shown; ++j) text += "  " + padded(number(matrix(i, j), decimals), width, true);
    text += shown < matrix.cols() ? "  …\n" : "\n";
  }
  std::fputs(text.c_str(), stdout);
}

template <class... Arguments>
void say(const char* format, Arguments... arguments) {
  if constexpr (sizeof...(arguments) == 0)
    std::fputs(format, stdout);
  else
    std::printf(format, arguments...);
}

void explain(const Example& example) {
  const auto& [q, k, v, mask, scoring, labels] = example;
  const auto shape = [](const Matrix<double>& matrix) { return attn::to_string(attn::shape_of(matrix)); };
  say("Attention(Q, K, V) = softmax(Q Kᵀ / √dk) V        [Vaswani 2017, eq. 1]\n\n");
  say("Q: what each token looks for, a row each, dk = %lld numbers %s\n", static_cast<long long>(q.cols()),
      shape(q).c_str());
  print(q, labels.rows, nullptr, "q", 3);
  say("\nK: what each token offers to be found by %s\n", shape(k).c_str());
  print(k, labels.columns, nullptr, "k", 3);
  if (v.size() > 0) {
    say("\nV: what each token passes on %s\n", shape(v).c_str());
    print(v, labels.columns, nullptr, "v", 3);
  }

  const Matrix<double> products = q * k.transpose();  // [Nq x Nk]
  say("\n1. Compare every query with every key: Q Kᵀ, a dot product for each pair %s\n", shape(products).c_str());
  print(products, labels.rows, &labels.columns, "q", 3);

  const double scale = scoring.scale_for(q.cols());
  Matrix<double> scores = scale * products;  // [Nq x Nk]
  if (scoring.scale)
    say("\n2. Scale: S = %g · Q Kᵀ\n", scale);
  else
    say("\n2. Scale: S = Q Kᵀ / √dk = Q Kᵀ / %.4f, so that the size of the vectors doesn't sharpen the softmax\n",
        1 / scale);
  print(scores, labels.rows, &labels.columns, "q", 3);

  if (mask.any()) {
    attn::hide(scores, mask);
    say("\n   Mask: the score of a key that a query must not see becomes −∞\n");
    print(scores, labels.rows, &labels.columns, "q", 3);
  }

  const Matrix<double> weights = attn::softmax(scores);  // [Nq x Nk]
  say("\n3. Normalise each row with softmax: A_ij = exp(S_ij − max_i) / Σ_j exp(S_ij − max_i)\n");
  say("   These are the attention weights: row i is how query i divides its attention, and sums to 1\n");
  print(weights, labels.rows, &labels.columns, "q", 4);

  if (v.size() > 0) {
    const Matrix<double> output = weights * v;  // [Nq x dv]
    say("\n4. Mix the values: output = A V %s\n", shape(output).c_str());
    print(output, labels.rows, nullptr, "q", 3);
  }
  say("\nA weight says how much of a value went into the mix, not why, and not what it did afterwards.\n");
}

void check_index(Index index, Index count, const std::string& option) {
  parse_indices(std::to_string(index), MapAxis(count).names, option);
}

Example shipped_example(const ExplainOptions& options) {
  check_index(options.head, 1, "--head");
  check_index(options.batch, 1, "--batch");
  const Matrix<double> x = four_embeddings().cast<double>();  // [4 x 8]
  const AxisLabels tokens{four_tokens(), four_tokens()};
  return {x,
          x,
          x,
          parse_mask(options.input.scores.masks, x.rows(), x.rows()),
          {.scale = options.input.scores.scale},
          resolve_labels(options.labels, tokens, x.rows(), x.rows())};
}

Example read_example(const ExplainOptions& options) {
  AnySource any = open_input(options.input, false);
  return std::visit(
      [&](auto& source) -> Example {
        check_index(options.head, size_of(source->heads), "--head");
        check_index(options.batch, size_of(source->batches), "--batch");
        const auto operands = source->operands({0, options.batch, options.head});
        if (!operands)
          throw attn::UsageError(
              "explain: --weights has no Q and K to explain; say --query and --key, or attn heatmap");
        attn::check_shape(source->Nq <= kMostTokens && source->Nk <= kMostTokens, "explain", "the map",
                          {source->Nq, source->Nk}, "at most " + attn::to_string(attn::Shape{kMostTokens, kMostTokens}),
                          "attn heatmap draws larger ones");
        Example example{operands->q.template cast<double>(),
                        operands->k.template cast<double>(),
                        {},
                        operands->mask,
                        operands->scoring,
                        resolve_labels(options.labels, source->labels, source->Nq, source->Nk)};
        if (operands->v) example.v = operands->v->template cast<double>();
        return example;
      },
      any);
}

void run(const ExplainOptions& options) {
  explain(has_input(options.input) ? read_example(options) : shipped_example(options));
}

constexpr const char* kExamples = R"(Examples:
  attn explain                                                four tokens that attn brings along
  attn explain --mask causal
  attn explain --query q.npy --key k.npy --value v.npy
  attn explain --query q.npy --key k.npy --mask causal --labels "machine learning is fascinating"
  attn explain --embeddings x.npy --wq wq.npy --wk wk.npy --wv wv.npy --heads 2 --head 1)";

}  // namespace

void add_explain_verb(CLI::App& app) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* verb =
      app.add_subcommand("explain", "The computation step by step, with the formulas, for a map of up to 16 x 16");
  add_input_options(*verb, options->input);
  add_label_options(*verb, options->labels);
  const char* group = "SELECT: which map";
  verb->add_option("--head", options->head, "Head (default: 0)")->type_name("N")->check(whole_number(0))->group(group);
  verb->add_option("--batch", options->batch, "Batch entry (default: 0)")
      ->type_name("N")
      ->check(whole_number(0))
      ->group(group);
  verb->footer(kExamples);
  verb->callback([options] { run(*options); });
}
