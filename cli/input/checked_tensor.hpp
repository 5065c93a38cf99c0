// Input arrays as tensors, with their rank and their numbers checked before anything is computed.
#pragma once

#include "arrays.hpp"

#include <attn/base/error.hpp>

#include <string>

/// "queries.npy: matrix 3, row 17"
template <class T>
std::string place_in(const std::string& where, const attn::Tensor<T>& tensor, attn::Index matrix, attn::Index row) {
  return where + (tensor.matrices() > 1 ? ": matrix " + std::to_string(matrix) + ", row " : ": row ") +
         std::to_string(row);
}

/// Throws NumericError naming the first row that isn't finite.
template <class T>
void check_finite(const std::string& where, const std::string& name, const attn::Tensor<T>& tensor) {
  for (attn::Index n = 0; n < tensor.matrices(); ++n) {
    const auto matrix = tensor.matrix(n);
    if (matrix.allFinite()) continue;
    attn::Index row = 0;
    while (matrix.row(row).allFinite()) ++row;
    const char* what = matrix.row(row).hasNaN() ? "NaN" : "infinity";
    throw attn::NumericError(place_in(where, tensor, n, row) + " of " + name + " has " + what +
                             ", expected finite numbers; look for an overflow where it was computed");
  }
}

/// The array that was read from `spec` as a tensor of finite numbers. `name` and `expected` are for the message of the
/// ShapeError that an array of another rank, or without elements, gets.
template <class T>
attn::Tensor<T> load(const std::string& spec, const attn::io::Array& array, const std::string& name,
                     attn::Index least_rank, attn::Index most_rank, const std::string& expected) {
  const attn::Index rank = static_cast<attn::Index>(array.shape.size());
  const std::string where = shown_name(spec);
  attn::check_shape(rank >= least_rank && rank <= most_rank, where, name, array.shape, expected);
  attn::Tensor<T> tensor = attn::io::to_tensor<T>(array);
  attn::check_shape(tensor.size() > 0, where, name, array.shape, "at least one row and one column");
  check_finite(where, name, tensor);
  return tensor;
}
