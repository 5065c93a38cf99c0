// Vectors that hold one number for each column of a matrix: the bias of a linear layer, the gain of a norm.
//
// They may be rows or columns, and empty where a model has none.
#pragma once

#include <attn/base/shape.hpp>

namespace attn {

/// Throws ShapeError unless `vector` has `columns` entries, or none.
template <class B>
void check_per_column(const std::string& where, const std::string& what, const Eigen::MatrixBase<B>& vector,
                      Index columns) {
  const bool fits = vector.size() == 0 || ((vector.rows() == 1 || vector.cols() == 1) && vector.size() == columns);
  check_shape(fits, where, what, shape_of(vector), to_string(Shape{columns}), "one entry for each column, or none");
}

/// The vector as a row of scalar T, whichever way it stood.
template <class T, class B>
RowVector<T> as_row(const Eigen::MatrixBase<B>& vector) {
  RowVector<T> row(vector.size());
  for (Index n = 0; n < row.size(); ++n) row(n) = static_cast<T>(vector.cols() == 1 ? vector(n, 0) : vector(0, n));
  return row;
}

}  // namespace attn
