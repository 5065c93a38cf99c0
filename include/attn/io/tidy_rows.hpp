// The rows of a tidy table, whose first columns are indices: which axes do they make?
//
//     layer,head,query,the,cat
//     0,0,the,1,0                 rows with the same indices are one matrix; the matrices must come in C order, the
//     0,0,cat,0.5,0.5             last index counting fastest, and none may be missing: here [1 x 2 x 2 x 2]
//     0,1,the,1,0
//     0,1,cat,0.1,0.9
#pragma once

#include <attn/base/error.hpp>
#include <attn/base/shape.hpp>
#include <attn/io/in_quotes.hpp>

#include <algorithm>
#include <charconv>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace attn::io {

class TidyRows {
 public:
  explicit TidyRows(std::size_t axes) : axes_(axes) {}

  void begin_row() { current_.clear(); }
  void index(std::string value) { current_.push_back(std::move(value)); }
  void end_row() {
    if (axes_ == 0) return;
    if (groups_.empty() || groups_.back() != current_) {
      groups_.push_back(current_);
      begins_.push_back(rows_);
    }
    ++rows_;
  }

  /// The axes of the indices, then the number of rows in each matrix. Throws FormatError where they make no grid.
  Shape shape(const std::string& file, Index rows) const {
    if (axes_ == 0) return {rows};
    const auto count = static_cast<Index>(groups_.size());
    const Index each = rows / count;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const Index actual = (g + 1 < begins_.size() ? begins_[g + 1] : rows) - begins_[g];
      if (actual != each || rows % count != 0)
        throw FormatError(file + ": " + std::to_string(actual) + " rows with the indices " + text(groups_[g]) +
                          ", expected the same number for all; there are " + std::to_string(rows) + " rows for " +
                          std::to_string(count) + " of them");
    }
    const std::vector<std::vector<std::string>> values = values_along_axes();
    Shape shape;
    for (const auto& axis : values) shape.push_back(static_cast<Index>(axis.size()));
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      std::size_t rest = g;
      for (std::size_t axis = axes_; axis-- > 0;) {
        const std::string& expected = values[axis][rest % values[axis].size()];
        rest /= values[axis].size();
        if (groups_[g][axis] != expected || (axis == 0 && rest != 0))
          throw FormatError(file + ": the rows with the indices " + text(groups_[g]) +
                            " are out of order or others are missing, expected " + to_string(shape) +
                            " of them with the last index counting fastest");
      }
    }
    if (checked_size(shape) != count)
      throw FormatError(file + ": " + std::to_string(count) + " matrices, expected " + to_string(shape) +
                        " for the indices that appear");
    shape.push_back(each);
    return shape;
  }

  /// What the entries of each axis are called, in the file's order. Empty where an axis is told by words.
  std::vector<std::vector<Index>> indices() const {
    std::vector<std::vector<Index>> all;
    for (const auto& axis : values_along_axes()) {
      std::vector<Index>& numbers = all.emplace_back();
      for (const std::string& value : axis) {
        Index number = 0;
        const char* end = value.data() + value.size();
        const auto [stop, error] = std::from_chars(value.data(), end, number);
        if (error != std::errc() || stop != end || number < 0) return {};
        numbers.push_back(number);
      }
    }
    return all;
  }

  /// Row labels are kept once if all matrices have the same, and dropped otherwise.
  void merge_labels(std::vector<std::string>& labels) const {
    if (groups_.size() < 2 || labels.empty()) return;
    const std::size_t each = labels.size() / groups_.size();
    for (std::size_t i = each; i < labels.size(); ++i)
      if (labels[i] != labels[i - each]) return labels.clear();
    labels.resize(each);
  }

 private:
  /// The values along each axis, as they first appear.
  std::vector<std::vector<std::string>> values_along_axes() const {
    std::vector<std::vector<std::string>> values(axes_);
    for (std::size_t axis = 0; axis < axes_; ++axis) {
      std::set<std::string_view> seen;
      for (const auto& group : groups_)
        if (seen.insert(group[axis]).second) values[axis].push_back(group[axis]);
    }
    return values;
  }

  static std::string text(const std::vector<std::string>& group) {
    std::string all;
    for (const auto& value : group) all += (all.empty() ? "" : ",") + value;
    return in_quotes(all);
  }

  std::size_t axes_;
  Index rows_ = 0;
  std::vector<std::string> current_;
  std::vector<std::vector<std::string>> groups_;  // indices of each matrix, in the file's order
  std::vector<Index> begins_;                     // its first row
};

}  // namespace attn::io
