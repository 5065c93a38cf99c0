// A matrix that shares its memory with others: the maps of many heads, in one block.
#pragma once

#include <attn/base/matrix.hpp>

#include <memory>
#include <new>
#include <utility>

namespace attn {

/// An Eigen matrix to all who read or write it. Copies share their elements, like Tensor's, and so does what is
/// assigned from another SharedMatrix.
template <class T>
class SharedMatrix : public Eigen::Map<Matrix<T>> {
  using Map = Eigen::Map<Matrix<T>>;

 public:
  /// 0 x 0
  SharedMatrix() : Map(nullptr, 0, 0) {}

  /// Over rows · cols elements that `data` keeps alive.
  SharedMatrix(Index rows, Index cols, std::shared_ptr<T[]> data)
      : Map(data.get(), rows, cols), data_(std::move(data)) {}

  /// The elements of a matrix, which aren't copied.
  explicit SharedMatrix(Matrix<T>&& matrix) : SharedMatrix(std::make_shared<Matrix<T>>(std::move(matrix))) {}

  SharedMatrix(const SharedMatrix&) = default;
  SharedMatrix& operator=(const SharedMatrix& other) {
    new (static_cast<Map*>(this)) Map(other);  // Eigen's way to let a Map look elsewhere; its = copies elements
    data_ = other.data_;
    return *this;
  }

 private:
  explicit SharedMatrix(const std::shared_ptr<Matrix<T>>& matrix)
      : SharedMatrix(matrix->rows(), matrix->cols(), std::shared_ptr<T[]>(matrix, matrix->data())) {}

  std::shared_ptr<T[]> data_;
};

}  // namespace attn
