// The layers that a model's blocks are built of, with their parameters where the checkpoint has them.
//
//     Linear   Y = X Wᵀ + b        Norm   core/norm.hpp        Table   rows by number
#pragma once

#include <attn/base/huge_pages.hpp>
#include <attn/base/tensor.hpp>
#include <attn/core/linear.hpp>
#include <attn/core/norm.hpp>
#include <attn/kernel/fast_activation.hpp>
#include <attn/kernel/packed_product.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace attn::model {

/// A matrix of parameters [rows x cols] that lies in a mapped file, or in memory of its own. Copies share it.
template <class T>
class Table {
 public:
  Table() = default;
  explicit Table(Tensor<T> tensor) : tensor_(std::move(tensor)), rows_(tensor_.rows()), cols_(tensor_.cols()) {}
  explicit Table(const Matrix<T>& matrix) : Table(Tensor<T>({matrix.rows(), matrix.cols()})) {
    tensor_.matrix() = matrix;
  }

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  bool empty() const { return rows_ == 0; }
  StridedView<T> view() const { return {tensor_.data() + first_, rows_, cols_, Eigen::OuterStride<>(tensor_.cols())}; }

  /// Some of its rows or columns.
  Table middle_rows(Index begin, Index count) const {
    Table part = *this;
    part.first_ += begin * tensor_.cols();
    part.rows_ = count;
    return part;
  }
  Table middle_cols(Index begin, Index count) const {
    Table part = *this;
    part.first_ += begin;
    part.cols_ = count;
    return part;
  }

 private:
  Tensor<T> tensor_;
  Index first_ = 0, rows_ = 0, cols_ = 0;
};

template <class T>
struct Linear {
  Table<T> weight;               // [out x in]
  bool columns_are_out = false;  // [in x out] !! GPT-2 !!
  RowVector<T> bias = {};        // [out] or empty

  bool empty() const { return weight.empty(); }
  Index out() const { return columns_are_out ? weight.cols() : weight.rows(); }

  /// [N x out] from x [N x in].
  Matrix<T> operator()(const Matrix<T>& x) const { return product(x, columns_are_out, bias); }

  /// The gradient of x [N x in] from that of the layer's output [N x out].
  Matrix<T> backward(const Matrix<T>& d_y) const { return product(d_y, !columns_are_out, {}); }

  /// The layer that computes `count` of the outputs only.
  Linear part(Index begin, Index count) const {
    return {columns_are_out ? weight.middle_cols(begin, count) : weight.middle_rows(begin, count), columns_are_out,
            bias.size() > 0 ? RowVector<T>(bias.segment(begin, count)) : RowVector<T>()};
  }

 private:
  /// X W + b or, unless the weight lies `as_it_is`, X Wᵀ + b.
  Matrix<T> product(const Matrix<T>& x, bool as_it_is, const RowVector<T>& b) const {
    constexpr Index kFewRows = 16;  // for which packing costs more than it saves
    const StridedView<T> w = weight.view();
    if (x.rows() < kFewRows) return as_it_is ? linear(x, w, b) : linear(x, w.transpose(), b);
    Matrix<T> y = new_matrix<T>(x.rows(), as_it_is ? w.cols() : w.rows());
    packed_product_into(StridedView<T>(x.data(), x.rows(), x.cols(), Eigen::OuterStride<>(x.cols())), w,
                        as_it_is ? RightFactor::as_it_is : RightFactor::transposed, b, y);
    return y;
  }
};

enum class NormKind { none, layer, rms };

template <class T>
struct Norm {
  NormKind kind = NormKind::none;
  double eps = 0;
  double unit = 0;         // is added to the gain, for models that store gain − 1
  RowVector<T> gain = {};  // [D]
  RowVector<T> shift = {};

  /// [N x D] from x [N x D]; x itself where there is no norm. Rows by several threads.
  Matrix<T> operator()(Matrix<T> x) const {
    if (kind == NormKind::none) return x;
    parallel_rows(x.rows(), x.cols(), [&](Index first, Index count) {
      auto rows = x.middleRows(first, count);
      rows = kind == NormKind::layer ? norm_layer(rows, gain, shift, eps) : norm_rms(rows, gain, eps, unit);
    });
    return x;
  }
};

/// Through a wider space and back; gated where there is a gate: core/feed_forward.hpp.
template <class T>
struct FeedForwardLayer {
  Linear<T> in, out;
  Activation activation = Activation::gelu_erf;
  Linear<T> gate = {};

  /// [N x D] from x [N x D].
  Matrix<T> operator()(const Matrix<T>& x) const {
    Matrix<T> hidden = gate.empty() ? in(x) : gate(x);  // [N x F]
    activate_in_place(hidden, activation);
    if (!gate.empty()) hidden.array() *= in(x).array();
    return out(hidden);
  }
};

}  // namespace attn::model
