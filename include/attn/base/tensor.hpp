// An n-dimensional array in C order whose last two axes are read as matrices: the weights of many heads, a batch of
// queries.
//
// Like a NumPy array a Tensor is a handle: copies share their elements. That lets a file reader hand out memory that
// belongs to a mapped file without copying it.
#pragma once

#include <attn/base/shape.hpp>

#include <memory>
#include <utility>

namespace attn {

template <class T>
class Tensor {
 public:
  using MatrixMap = Eigen::Map<Matrix<T>>;

  Tensor() = default;

  /// A new tensor; its elements are not initialised. Throws ShapeError if the shape can't be counted.
  explicit Tensor(Shape shape)
      : shape_(std::move(shape)), size_(count(shape_)), data_(new T[static_cast<std::size_t>(size_)]) {}

  /// A tensor over memory that `data` keeps alive: product-of-shape elements in C order.
  Tensor(Shape shape, std::shared_ptr<T[]> data)
      : shape_(std::move(shape)), size_(count(shape_)), data_(std::move(data)) {}

  const Shape& shape() const { return shape_; }
  Index rank() const { return static_cast<Index>(shape_.size()); }
  Index size() const { return size_; }
  T* data() const { return data_.get(); }

  /// The same elements under another shape. Throws ShapeError unless both shapes have as many elements.
  Tensor reshaped(Shape shape) const {
    check_shape(checked_size(shape) == size_, "tensor", "the new shape", shape,
                "as many elements as " + to_string(shape_));
    return Tensor(std::move(shape), data_);
  }

  /// Rows and columns of the matrices, the last two axes; a vector is one row.
  Index rows() const { return rank() < 2 ? 1 : shape_[shape_.size() - 2]; }
  Index cols() const { return rank() < 1 ? 1 : shape_.back(); }

  /// How many matrices there are: the product of the axes before the last two.
  Index matrices() const { return rows() * cols() == 0 ? 0 : size_ / (rows() * cols()); }

  /// The n-th matrix, counted through the leading axes in C order; a view, not a copy.
  MatrixMap matrix(Index n = 0) const { return MatrixMap(data() + n * rows() * cols(), rows(), cols()); }

 private:
  static Index count(const Shape& shape) {
    const std::optional<Index> bytes = checked_size(shape, sizeof(T));
    check_shape(bytes.has_value(), "tensor", "the shape", shape, "a size that memory can hold");
    return *bytes / static_cast<Index>(sizeof(T));
  }

  Shape shape_{0};
  Index size_ = 0;
  std::shared_ptr<T[]> data_;
};

}  // namespace attn
