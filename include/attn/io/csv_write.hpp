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

namespace attn::io {

/// `text` as a field: in quotes where it has a separator, a quote or a line break in it.
inline std::string csv_field(std::string_view text, char separator) {
  const char special[] = {separator, '"', '\n', '\r'};
  if (text.find_first_of(std::string_view(special, sizeof special)) == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + '"';
}

/// Writes the tensor as text; half and bfloat16 as float. Throws ShapeError for labels that don't fit it, FileError.
template <class T>
void write_csv(OutputFile& file, const Tensor<T>& tensor, const ArrayLabels& labels = {}, char separator = ',') {
  using Number = typename ComputeScalarOf<T>::type;
  check_labels(labels, tensor.shape());
  const std::size_t axes = tensor.rank() > 2 ? static_cast<std::size_t>(tensor.rank() - 2) : 0;
  const bool labelled = axes > 0 || !labels.row_labels.empty() || !labels.column_labels.empty();
  const auto label = [separator](const std::vector<std::string>& given, Index i, Index first) {
    return given.empty() ? std::to_string(first + i) : csv_field(given[static_cast<std::size_t>(i)], separator);
  };
  BufferedText out(file);

  if (labelled) {
    for (std::size_t axis = 0; axis < axes; ++axis) {
      out.put(labels.axis_names.empty() ? "axis" + std::to_string(axis)
                                        : csv_field(labels.axis_names[axis], separator));
      out.put(separator);
    }
    if (axes > 0) out.put("query");
    for (Index j = 0; j < tensor.cols(); ++j) {
      out.put(separator);
      out.put(label(labels.column_labels, j, labels.first_column));
    }
    out.put('\n');
  }

  for (Index n = 0; n < tensor.matrices(); ++n) {
    std::string indices;
    for (std::size_t axis = axes, rest = static_cast<std::size_t>(n); axis-- > 0;) {
      const auto size = static_cast<std::size_t>(tensor.shape()[axis]);
      const auto i = static_cast<Index>(rest % size);
      rest /= size;
      const Index shown = labels.axis_indices.empty() ? i : labels.axis_indices[axis][static_cast<std::size_t>(i)];
      indices = std::to_string(shown) + separator + indices;
    }
    const T* element = tensor.data() + n * tensor.rows() * tensor.cols();
    for (Index i = 0; i < tensor.rows(); ++i) {
      out.put(indices);
      if (labelled) out.put(label(labels.row_labels, i, labels.first_row));
      for (Index j = 0; j < tensor.cols(); ++j) {
        if (labelled || j > 0) out.put(separator);
        out.put_number(static_cast<Number>(*element++));
      }
      out.put('\n');
    }
  }
  out.flush();
}

}  // namespace attn::io
