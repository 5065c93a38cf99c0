// One tensor into a file of any format that we write, whole or not at all.
#pragma once

#include <attn/base/output_file.hpp>
#include <attn/io/csv_write.hpp>
#include <attn/io/format.hpp>
#include <attn/io/json.hpp>
#include <attn/io/npy.hpp>
#include <attn/io/npz.hpp>
#include <attn/io/safetensors.hpp>

#include <string>

namespace attn::io {

/// The format that write_array() will choose for `path`; "-" is CSV on stdout. Throws UsageError for an unknown
/// extension, so that it can be said before the work and not after it.
inline Format check_output_format(const std::string& path) {
  if (path == "-" || path == "/dev/stdout") return Format::csv;
  if (const auto format = format_of_extension(path)) return *format;
  throw UsageError(path +
                   ": can't tell the format: unknown extension, expected .csv .tsv .npy .npz .json or .safetensors");
}

/// Writes `tensor` into an open file; the caller commits it. Throws FileError, and ShapeError where labels don't fit.
template <class T>
void write_array(OutputFile& file, Format format, const Tensor<T>& tensor, const ArrayLabels& labels = {}) {
  check_labels(labels, tensor.shape());
  switch (format) {
    case Format::csv:
      write_csv(file, tensor, labels, ',');
      break;
    case Format::tsv:
      write_csv(file, tensor, labels, '\t');
      break;
    case Format::json:
      write_json(file, tensor, labels);
      break;
    case Format::npy:
      write_npy(file, to_array(tensor));
      break;
    case Format::npz:
      write_npz(file, {to_array(tensor, labels.name)});
      break;
    case Format::safetensors:
      write_safetensors(file, {to_array(tensor, labels.name)});
      break;
  }
}

/// Writes `tensor` in the format that the extension of `path` names; "-" is CSV on stdout. Throws UsageError,
/// FileError, and ShapeError where labels don't fit.
template <class T>
void write_array(const std::string& path, const Tensor<T>& tensor, const ArrayLabels& labels = {}) {
  const Format format = check_output_format(path);
  OutputFile file(path);
  write_array(file, format, tensor, labels);
  file.commit();
}

}  // namespace attn::io
