// --output-file: the attention output itself, beside the weights or their picture.
#pragma once

#include "arrays.hpp"
#include "checks.hpp"
#include "input/select_maps.hpp"

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
  check_output_format(path);
  if (path == other)
    throw attn::UsageError("--output-file: " + (path == "-" ? "standard output" : path) +
                           " is wanted for the weights too; say another file with -o");
}

/// The output in a file that appears on commit(); nothing where none is wanted.
template <class T>
std::unique_ptr<attn::OutputFile> prepare_output(const std::string& path, const SelectedMaps<T>& maps) {
  return path.empty() ? nullptr : prepare_array(path, maps.output, maps.output_labels);
}
