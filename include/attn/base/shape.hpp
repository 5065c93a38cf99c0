// Shapes: lists of sizes, how they are written in messages, and their overflow-safe product.
#pragma once

#include <attn/base/error.hpp>
#include <attn/base/matrix.hpp>

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace attn {

/// Sizes from the outermost axis to the innermost; empty for a scalar.
using Shape = std::vector<Index>;

/// "[12 x 64 x 64]"; "[]" for a scalar.
inline std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) text += (axis ? " x " : "") + std::to_string(shape[axis]);
  return text + "]";
}

/// The shape of a matrix or Eigen expression.
template <class M>
Shape shape_of(const Eigen::EigenBase<M>& matrix) {
  return {matrix.rows(), matrix.cols()};
}

/// Number of elements times `element_size`, or nothing if that exceeds what an Index can count or a size is negative.
inline std::optional<Index> checked_size(const Shape& shape, Index element_size = 1) {
  constexpr Index most = std::numeric_limits<Index>::max();
  Index size = element_size;
  bool empty = false;
  for (const Index n : shape) {
    if (n < 0) return std::nullopt;
    empty = empty || n == 0;
    if (n > 0 && size > most / n) return std::nullopt;
    size *= n > 0 ? n : 1;
  }
  return empty ? 0 : size;
}

/// Throws ShapeError "where: what is actual, expected …; hint" unless `fits`.
inline void check_shape(bool fits, const std::string& where, const std::string& what, const Shape& actual,
                        const std::string& expected, const std::string& hint = "") {
  if (fits) return;
  throw ShapeError(where + ": " + what + " is " + to_string(actual) + ", expected " + expected +
                   (hint.empty() ? "" : "; " + hint));
}

}  // namespace attn
