// The library's file formats, compiled once for all verbs: they are costly to compile.
#pragma once

#include <attn/io/array.hpp>
#include <attn/io/array_labels.hpp>

#include <string>

/// attn::io::read_array(spec).
attn::io::Array read_array(const std::string& spec);

/// attn::io::check_output_format(path).
void check_output_format(const std::string& path);

/// attn::io::write_array(path, tensor, labels), for float and double.
template <class T>
void write_array(const std::string& path, const attn::Tensor<T>& tensor, const attn::io::ArrayLabels& labels);

extern template attn::Tensor<float> attn::io::to_tensor<float>(const attn::io::Array&);
extern template attn::Tensor<double> attn::io::to_tensor<double>(const attn::io::Array&);
