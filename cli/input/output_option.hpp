// --output-file: the attention output itself, beside the weights or their picture.
#pragma once

#include "arrays.hpp"
#include "checks.hpp"
#include "input/map_selection.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

inline void add_output_option(CLI::App& app, std::string& path) {
  app.add_option("--output-file", path, "The attention output itself: .csv .tsv .npy .npz .json .safetensors")
      ->type_name("FILE")
      ->check(file_name);
}

/// Throws UsageError for an unknown format, and where both files are the same.
inline void check_output_option(const std::string& path, const std::string& other) {
  if (path.empty()) return;
  check_output_file(path);
  if (path == other)
    throw attn::UsageError("--output-file: " + (path == "-" ? "standard output" : path) +
                           " is wanted for the weights too; say another file with -o");
}

/// The output in a file that appears on commit(); nothing where none is wanted.
template <class T>
std::unique_ptr<attn::OutputFile> prepare_output(const std::string& path, const attn::Tensor<T>& output,
                                                 const AttentionSource<T>& source, const MapSelection& selection) {
  if (path.empty()) return nullptr;
  attn::io::ArrayLabels labels;
  labels.name = "output";
  labels.axis_names = source.output_axes;
  labels.row_labels = selection.all_labels.rows;
  return prepare_array(path, output, labels);
}
