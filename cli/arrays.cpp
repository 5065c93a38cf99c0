#include "arrays.hpp"

#include "progress.hpp"

#include <attn/io/read.hpp>
#include <attn/io/write.hpp>

namespace {
bool is_stdin(const std::string& spec) { return spec == "-" || spec.starts_with("-:"); }
}  // namespace

void claim_stdin(const std::string& spec) {
  static bool claimed = false;
  if (is_stdin(spec) && claimed)
    throw attn::UsageError("stdin: is wanted by two options, but can be read only once; save it to a file first");
  claimed = claimed || is_stdin(spec);
}

attn::io::Array read_array(const std::string& spec) {
  claim_stdin(spec);
  const Progress progress = Progress::reading(spec);
  return attn::io::read_array(spec);
}

std::string shown_name(const std::string& spec) { return is_stdin(spec) ? "stdin" + spec.substr(1) : spec; }

void check_output_format(const std::string& path) { attn::io::check_output_format(path); }

template <class T>
std::unique_ptr<attn::OutputFile> prepare_array(const std::string& path, const attn::Tensor<T>& tensor,
                                                const attn::io::ArrayLabels& labels) {
  const Progress progress = Progress::writing(path);
  auto file = std::make_unique<attn::OutputFile>(path);
  attn::io::write_array(*file, attn::io::check_output_format(path), tensor, labels);
  return file;
}
template std::unique_ptr<attn::OutputFile> prepare_array(const std::string&, const attn::Tensor<float>&,
                                                         const attn::io::ArrayLabels&);
template std::unique_ptr<attn::OutputFile> prepare_array(const std::string&, const attn::Tensor<double>&,
                                                         const attn::io::ArrayLabels&);

template attn::Tensor<float> attn::io::to_tensor<float>(const attn::io::Array&);
template attn::Tensor<double> attn::io::to_tensor<double>(const attn::io::Array&);
