// The library's file formats, compiled once for all verbs: they are costly to compile.
#pragma once

#include <attn/base/output_file.hpp>
#include <attn/io/array.hpp>
#include <attn/io/array_labels.hpp>

#include <memory>
#include <string>

/// Throws UsageError where `spec` is standard input and so was another one before.
void claim_stdin(const std::string& spec);

/// attn::io::read_array(spec). Throws UsageError where standard input is asked for twice.
attn::io::Array read_array(const std::string& spec);

/// What messages call the input: "stdin" for "-".
std::string shown_name(const std::string& spec);

/// Throws UsageError where no format of arrays is called like that, and FileError where the file can't be written:
/// before the work.
void check_output_file(const std::string& path);

/// A file of float or double that gets its rows one after the other, in C order: attn::io::ArrayWriter.
template <class T>
class RowsFile {
 public:
  virtual ~RowsFile() = default;
  virtual void append(const attn::ConstView<T>& rows) = 0;
  virtual std::unique_ptr<attn::OutputFile> finish() = 0;  // whole, until commit()
};
template <class T>
std::unique_ptr<RowsFile<T>> open_rows(const std::string& path, const attn::Shape& shape,
                                       const attn::io::ArrayLabels& labels);

/// Writes a tensor of float or double as attn::io::write_array() does, but for the last step: commit() makes the file
/// appear. So of two files neither is written if one of them can't be.
template <class T>
std::unique_ptr<attn::OutputFile> prepare_array(const std::string& path, const attn::Tensor<T>& tensor,
                                                const attn::io::ArrayLabels& labels);

/// Writes a tensor of float or double: attn::io::write_array(path, tensor, labels).
template <class T>
void write_array(const std::string& path, const attn::Tensor<T>& tensor, const attn::io::ArrayLabels& labels) {
  prepare_array(path, tensor, labels)->commit();
}

extern template attn::Tensor<float> attn::io::to_tensor<float>(const attn::io::Array&);
extern template attn::Tensor<double> attn::io::to_tensor<double>(const attn::io::Array&);
