// What goes into a file beside the numbers: names of the array, its axes, rows and columns.
#pragma once

#include <attn/base/shape.hpp>

#include <string>
#include <vector>

namespace attn::io {

/// Everything may be left empty; what a format can't hold is left out.
struct ArrayLabels {
  std::string name = "weights";                  // of the array, in .npz, .safetensors and .json
  std::vector<std::string> axis_names;           // of the axes before the last two: layer, batch, head
  std::vector<std::vector<Index>> axis_indices;  // along each of these: what to call its entries; 0, 1, … if empty
  std::vector<std::string> row_labels;           // [rows]
  std::vector<std::string> column_labels;        // [columns]
  Index first_row = 0, first_column = 0;         // what rows and columns without labels are counted from
};

/// Throws ShapeError where the number of labels isn't that of what they label.
inline void check_labels(const ArrayLabels& labels, const Shape& shape) {
  const auto check = [](const char* what, std::size_t actual, std::size_t expected) {
    check_shape(actual == 0 || actual == expected, "labels", what, {static_cast<Index>(actual)},
                to_string(Shape{static_cast<Index>(expected)}));
  };
  const std::size_t leading = shape.size() < 2 ? 0 : shape.size() - 2;
  check("the number of axis names", labels.axis_names.size(), leading);
  check("the number of axes with indices", labels.axis_indices.size(), leading);
  for (std::size_t axis = 0; axis < labels.axis_indices.size(); ++axis)
    check("the number of indices along an axis", labels.axis_indices[axis].size(),
          static_cast<std::size_t>(shape[axis]));
  check("the number of row labels", labels.row_labels.size(),
        shape.size() < 2 ? 1 : static_cast<std::size_t>(shape[shape.size() - 2]));
  check("the number of column labels", labels.column_labels.size(),
        shape.empty() ? 1 : static_cast<std::size_t>(shape.back()));
}

}  // namespace attn::io
