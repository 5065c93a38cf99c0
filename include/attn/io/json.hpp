// A tensor and its labels as JSON, for programs that have no better format.
//
//     {"shape": [2, 2], "axes": ["query", "key"], "row_labels": ["a", "b"], "column_labels": ["a", "b"],
//      "weights": [[1, 0], [0.5, 0.5]]}
//
// Numbers have the shortest digits that read back as the same. JSON has no NaN and no infinity: they become null.
#pragma once

#include <attn/base/tensor.hpp>
#include <attn/io/array_labels.hpp>
#include <attn/io/buffered_text.hpp>

#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attn::io {

/// `text` as a JSON string. The text must be UTF-8 for the result to be JSON.
inline std::string json_string(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      result += {'\\', c};
    else if (byte < 0x20)
      result += {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
    else
      result += c;
  }
  return result + '"';
}

/// The rows of a tensor as one JSON object, one line a matrix row, as they come; the array's key is labels.name.
template <class T>
class JsonRows {
 public:
  /// Writes what stands before the numbers. Throws ShapeError for labels that don't fit the shape, FileError.
  JsonRows(OutputFile& file, Shape shape, const ArrayLabels& labels) : out_(file), shape_(std::move(shape)) {
    check_labels(labels, shape_);
    out_.put("{\"shape\": [");
    for (std::size_t axis = 0; axis < shape_.size(); ++axis)
      out_.put((axis ? ", " : "") + std::to_string(shape_[axis]));
    out_.put("],\n ");
    const auto put_string = [this](const std::string& text) { out_.put(json_string(text)); };
    list("axes", labels.axis_names, put_string);
    list("axis_indices", labels.axis_indices, [this](const std::vector<Index>& indices) {
      out_.put('[');
      for (std::size_t i = 0; i < indices.size(); ++i) out_.put((i > 0 ? ", " : "") + std::to_string(indices[i]));
      out_.put(']');
    });
    list("row_labels", labels.row_labels, put_string);
    list("column_labels", labels.column_labels, put_string);
    const auto put_first = [this](const char* key, Index first, bool labelled) {
      if (first > 0 && !labelled) out_.put(std::string("\"") + key + "\": " + std::to_string(first) + ",\n ");
    };
    put_first("first_row", labels.first_row, !labels.row_labels.empty());
    put_first("first_column", labels.first_column, !labels.column_labels.empty());
    out_.put(json_string(labels.name) + ": ");
    if (checked_size(shape_) == 0) put_empty(0);
  }

  /// The next elements in C order, whole rows.
  void append(const T* elements, Index count) {
    if (shape_.empty()) return put_number(*elements);
    for (const T* const end = elements + count; elements != end; ++row_) {
      if (row_ > 0) out_.put(",\n  ");
      put_brackets(row_, '[');
      for (Index j = 0; j < shape_.back(); ++j) {
        if (j > 0) out_.put(", ");
        put_number(*elements++);
      }
      put_brackets(row_ + 1, ']');
    }
  }

  void finish() {
    out_.put("}\n");
    out_.flush();
  }

 private:
  using Number = typename ComputeScalarOf<T>::type;

  template <class Values, class Put>
  void list(const char* key, const Values& values, const Put& put) {
    if (values.empty()) return;
    out_.put(std::string("\"") + key + "\": [");
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out_.put(", ");
      put(values[i]);
    }
    out_.put("],\n ");
  }

  void put_number(T element) {
    const auto value = static_cast<Number>(element);
    if (std::isfinite(value))
      out_.put_number(value);
    else
      out_.put("null");
  }

  /// A bracket for the row itself, and one for each axis whose entries begin or end between rows `row` − 1 and `row`.
  void put_brackets(Index row, char bracket) {
    out_.put(bracket);
    Index rows = 1;  // in an entry of the axis
    for (std::size_t axis = shape_.size() - 1; axis-- > 0;) {
      rows *= shape_[axis];
      if (row % rows != 0) return;
      out_.put(bracket);
    }
  }

  /// An array without elements, from `axis` on.
  void put_empty(std::size_t axis) {
    out_.put('[');
    for (Index i = 0; axis + 1 < shape_.size() && i < shape_[axis]; ++i) {
      if (i > 0) out_.put(",\n  ");
      put_empty(axis + 1);
    }
    out_.put(']');
  }

  BufferedText out_;
  Shape shape_;
  Index row_ = 0;  // rows that were written, of all matrices
};

/// Writes the tensor as one JSON object. Throws ShapeError for labels that don't fit, FileError.
template <class T>
void write_json(OutputFile& file, const Tensor<T>& tensor, const ArrayLabels& labels = {}) {
  JsonRows<T> rows(file, tensor.shape(), labels);
  if (tensor.size() > 0) rows.append(tensor.data(), tensor.size());
  rows.finish();
}

}  // namespace attn::io
