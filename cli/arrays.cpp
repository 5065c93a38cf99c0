#include "arrays.hpp"

#include "progress.hpp"

#include <attn/io/read.hpp>
#include <attn/io/write.hpp>

attn::io::Array read_array(const std::string& spec) {
  const Progress progress = Progress::reading(spec);
  return attn::io::read_array(spec);
}

void check_output_format(const std::string& path) { attn::io::check_output_format(path); }

template <class T>
void write_array(const std::string& path, const attn::Tensor<T>& tensor, const attn::io::ArrayLabels& labels) {
  const Progress progress = Progress::writing(path);
  attn::io::write_array(path, tensor, labels);
}
template void write_array(const std::string&, const attn::Tensor<float>&, const attn::io::ArrayLabels&);
template void write_array(const std::string&, const attn::Tensor<double>&, const attn::io::ArrayLabels&);

template attn::Tensor<float> attn::io::to_tensor<float>(const attn::io::Array&);
template attn::Tensor<double> attn::io::to_tensor<double>(const attn::io::Array&);
