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

/// Writes the tensor as one JSON object, one line a matrix row; the array's key is labels.name. Throws ShapeError for
/// labels that don't fit, FileError.
template <class T>
void write_json(OutputFile& file, const Tensor<T>& tensor, const ArrayLabels& labels = {}) {
  using Number = typename ComputeScalarOf<T>::type;
  check_labels(labels, tensor.shape());
  BufferedText out(file);
  const auto list = [&out](const char* key, const auto& values, auto&& put) {
    if (values.empty()) return;
    out.put(std::string("\"") + key + "\": [");
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out.put(", ");
      put(values[i]);
    }
    out.put("],\n ");
  };
  const auto put_string = [&out](const std::string& text) { out.put(json_string(text)); };
  const auto put_index = [&out](Index n) { out.put(std::to_string(n)); };

  const Shape& shape = tensor.shape();
  out.put("{\"shape\": [");
  for (std::size_t axis = 0; axis < shape.size(); ++axis) out.put((axis ? ", " : "") + std::to_string(shape[axis]));
  out.put("],\n ");
  list("axes", labels.axis_names, put_string);
  list("axis_indices", labels.axis_indices, [&](const std::vector<Index>& indices) {
    out.put('[');
    for (std::size_t i = 0; i < indices.size(); ++i) {
      if (i > 0) out.put(", ");
      put_index(indices[i]);
    }
    out.put(']');
  });
  list("row_labels", labels.row_labels, put_string);
  list("column_labels", labels.column_labels, put_string);
  const auto put_first = [&out](const char* key, Index first, bool labelled) {
    if (first > 0 && !labelled) out.put(std::string("\"") + key + "\": " + std::to_string(first) + ",\n ");
  };
  put_first("first_row", labels.first_row, !labels.row_labels.empty());
  put_first("first_column", labels.first_column, !labels.column_labels.empty());
  out.put(json_string(labels.name) + ": ");

  const T* element = tensor.data();
  const auto nested = [&](const auto& self, std::size_t axis) -> void {
    if (axis == shape.size()) {
      const auto value = static_cast<Number>(*element++);
      if (std::isfinite(value))
        out.put_number(value);
      else
        out.put("null");
      return;
    }
    out.put('[');
    for (Index i = 0; i < shape[axis]; ++i) {
      if (i > 0) out.put(axis + 1 == shape.size() ? ", " : ",\n  ");
      self(self, axis + 1);
    }
    out.put(']');
  };
  nested(nested, 0);
  out.put("}\n");
  out.flush();
}

}  // namespace attn::io
