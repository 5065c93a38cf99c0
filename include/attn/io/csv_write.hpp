// Writes matrices as .csv or .tsv, row by row, numbers with the shortest digits that read back as the same.
//
//     plain          one line a row, nothing but numbers
//     with labels    a header with an empty corner, and a first column of labels; labels that aren't given are counted
//     rank > 2       a tidy table: the indices of the leading axes, `query`, then one column a key (tidy_rows.hpp)
#pragma once

#include <attn/base/tensor.hpp>
#include <attn/io/array_labels.hpp>
#include <attn/io/buffered_text.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attn::io {

/// `text` as a field: in quotes where it has a separator, a quote or a line break in it.
inline std::string csv_field(std::string_view text, char separator) {
  const char special[] = {separator, '"', '\n', '\r'};
  if (text.find_first_of(std::string_view(special, sizeof special)) == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + '"';
}

/// The rows of a tensor as lines, as they come; half and bfloat16 as float.
template <class T>
class CsvRows {
 public:
  /// Writes the header, if there is one. Throws ShapeError for labels that don't fit the shape, FileError.
  CsvRows(OutputFile& file, Shape shape, const ArrayLabels& labels, char separator)
      : out_(file), shape_(std::move(shape)), labels_(labels), separator_(separator) {
    check_labels(labels, shape_);
    axes_ = shape_.size() > 2 ? shape_.size() - 2 : 0;
    rows_ = shape_.size() < 2 ? 1 : shape_[shape_.size() - 2];
    cols_ = shape_.empty() ? 1 : shape_.back();
    labelled_ = axes_ > 0 || !labels.row_labels.empty() || !labels.column_labels.empty();
    if (!labelled_) return;
    for (std::size_t axis = 0; axis < axes_; ++axis) {
      out_.put(labels.axis_names.empty() ? "axis" + std::to_string(axis)
                                         : csv_field(labels.axis_names[axis], separator));
      out_.put(separator);
    }
    if (axes_ > 0) out_.put("query");
    for (Index j = 0; j < cols_; ++j) {
      out_.put(separator);
      out_.put(label(labels.column_labels, j, labels.first_column));
    }
    out_.put('\n');
  }

  /// The next elements in C order, whole rows.
  void append(const T* elements, Index count) {
    for (const T* const end = elements + count; elements != end; ++row_) {
      if (row_ % rows_ == 0) indices_ = indices_of(row_ / rows_);
      out_.put(indices_);
      if (labelled_) out_.put(label(labels_.row_labels, row_ % rows_, labels_.first_row));
      for (Index j = 0; j < cols_; ++j) {
        if (labelled_ || j > 0) out_.put(separator_);
        out_.put_number(static_cast<Number>(*elements++));
      }
      out_.put('\n');
    }
  }

  void finish() { out_.flush(); }

 private:
  using Number = typename ComputeScalarOf<T>::type;

  std::string label(const std::vector<std::string>& given, Index i, Index first) const {
    return given.empty() ? std::to_string(first + i) : csv_field(given[static_cast<std::size_t>(i)], separator_);
  }

  /// What the n-th matrix is called along the leading axes, a separator behind each.
  std::string indices_of(Index n) const {
    std::string indices;
    for (std::size_t axis = axes_, rest = static_cast<std::size_t>(n); axis-- > 0;) {
      const auto size = static_cast<std::size_t>(shape_[axis]);
      const auto i = static_cast<Index>(rest % size);
      rest /= size;
      const Index shown = labels_.axis_indices.empty() ? i : labels_.axis_indices[axis][static_cast<std::size_t>(i)];
      indices = std::to_string(shown) + separator_ + indices;
    }
    return indices;
  }

  BufferedText out_;
  Shape shape_;
  ArrayLabels labels_;
  char separator_;
  std::size_t axes_ = 0;
  Index rows_ = 0, cols_ = 0, row_ = 0;  // of a matrix; rows that were written, of all matrices
  bool labelled_ = false;
  std::string indices_;
};

/// Writes the tensor as text. Throws ShapeError for labels that don't fit it, FileError.
template <class T>
void write_csv(OutputFile& file, const Tensor<T>& tensor, const ArrayLabels& labels = {}, char separator = ',') {
  CsvRows<T> rows(file, tensor.shape(), labels, separator);
  if (tensor.cols() > 0) rows.append(tensor.data(), tensor.size());
  rows.finish();
}

}  // namespace attn::io
