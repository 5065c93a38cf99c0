// --labels and its kin: the names of the tokens on the two axes.
#pragma once

#include <attn/base/matrix.hpp>

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

struct LabelOptions {
  std::vector<std::string> both, query, key;
  std::string both_file, query_file, key_file;
};

struct AxisLabels {
  std::vector<std::string> rows, columns;  // empty: none
};

void add_label_options(CLI::App& app, LabelOptions& options);

/// The labels of a map of Nq queries and Nk keys; `from_file` are those that came with the input and serve where the
/// user gave none. Throws ShapeError where the number doesn't fit, FormatError where a label isn't UTF-8.
AxisLabels resolve_labels(const LabelOptions& options, AxisLabels from_file, attn::Index Nq, attn::Index Nk);
