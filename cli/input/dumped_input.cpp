#include "input/dumped_input.hpp"

#include "input/checked_tensor.hpp"

#include <array>
#include <cmath>
#include <sstream>

using attn::Index;
using attn::Matrix;
using attn::Tensor;
using attn::io::Array;

namespace {

std::string number(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

/// What the axes before the last two are: as the file names them, if it does, else by their number.
std::vector<std::string> names_of_axes(const Array& array, bool four_axes_begin_with_layers) {
  const std::vector<std::string> all{"layer", "batch", "head"};
  std::size_t known = 0;  // names that come in this order
  for (const std::string& name : all) known += known < array.axis_names.size() && array.axis_names[known] == name;
  const std::size_t axes = array.shape.size() - 2;
  if (known == axes && known > 0) return array.axis_names;
  if (axes == 2 && four_axes_begin_with_layers) return {"layer", "head"};
  return {all.end() - static_cast<std::ptrdiff_t>(axes), all.end()};
}

/// Some rows of the n-th matrix of an array in C order; shares its memory.
Array rows_of(const Array& array, Index n, Range rows) {
  const Index Nq = array.shape[array.shape.size() - 2], Nk = array.shape.back();
  const auto row_size = static_cast<std::size_t>(Nk * size_of(array.dtype));
  const auto begin = static_cast<std::size_t>(n * Nq + rows.begin), count = static_cast<std::size_t>(rows.size());
  return {"", array.dtype, {rows.size(), Nk}, array.bytes.slice(begin * row_size, count * row_size), array.byte_order};
}

template <class T>
class DumpedSource : public AttentionSource<T> {
 public:
  DumpedSource(const std::string& where, const Array& array, bool four_axes_begin_with_layers) : where_(where) {
    const std::size_t rank = array.shape.size();
    attn::check_shape(rank >= 2 && rank <= 5, where, "the array of weights", array.shape,
                      "[q x k], [heads x q x k], [batch x heads x q x k] or [layers x batch x heads x q x k]");
    attn::check_shape(*attn::checked_size(array.shape) > 0, where, "the array of weights", array.shape,
                      "at least one row and one column");
    weights_ = array.fortran_order ? attn::io::to_native(array) : array;
    this->Nq = array.shape[rank - 2];
    this->Nk = array.shape[rank - 1];
    this->labels = {array.row_labels, array.column_labels};
    const std::vector<std::string> names = names_of_axes(array, four_axes_begin_with_layers);
    for (std::size_t axis = 0; axis < names.size(); ++axis) {
      MapAxis entries(array.shape[axis]);
      if (!array.axis_indices.empty()) entries.names = array.axis_indices[axis];
      (names[axis] == "layer" ? this->layers : names[axis] == "batch" ? this->batches : this->heads) = entries;
    }
  }

  using typename AttentionSource<T>::MatrixMap;

  void window(MapIndex index, Range rows, Range columns, Eigen::Ref<Matrix<T>> weights, MatrixMap*) override {
    const Index n = (index.layer * size_of(this->batches) + index.batch) * size_of(this->heads) + index.head;
    const Tensor<T> whole_rows = attn::io::to_tensor<T>(rows_of(weights_, n, rows));
    weights = whole_rows.matrix().middleCols(columns.begin, columns.size());
    look_for_faults(index, rows.begin, whole_rows.matrix());
  }

  std::string why_no_output() const override { return "with --weights nothing is computed, so there is no output"; }

  std::string warning() const override {
    std::string text;
    for (const Fault& fault : faults_)
      if (fault.rows > 0)
        text += (text.empty() ? where_ + ": " : "; ") + std::to_string(fault.rows) +
                (fault.rows == 1 ? std::string(" row ") + fault.one : std::string(" rows ") + fault.many) +
                ", the first is " + fault.first;
    return text;
  }

 private:
  struct Fault {
    const char* one;
    const char* many;
    Index rows = 0;
    std::string first = {};
  };

  void look_for_faults(MapIndex index, Index first_row, const MatrixMap& weights) {
    // A row of n weights that were rounded to half precision is off by about n · 2⁻¹² of its mass at most.
    const double tolerance = 1e-3;
    for (Index i = 0; i < weights.rows(); ++i) {
      const auto row = weights.row(i);
      const double sum = static_cast<double>(row.sum());
      Fault* fault = nullptr;
      if (std::isnan(sum) || std::isinf(sum))
        fault = &faults_[row.hasNaN() ? 0 : 1];
      else if (row.minCoeff() < T(0))
        fault = &faults_[2];
      else if (std::abs(sum - 1) > tolerance)
        fault = &faults_[3];
      if (fault == nullptr || fault->rows++ > 0) continue;
      const std::string name = this->name_of(index);
      fault->first = name + (name.empty() ? "" : ", ") + "row " + std::to_string(first_row + i);
      if (fault == &faults_[3]) fault->first += " (" + number(sum) + ")";
    }
  }

  std::string where_;
  Array weights_;  // in C order; numbers are made of it some rows at a time
  std::array<Fault, 4> faults_{{{"has NaN", "have NaN"},
                                {"has infinity", "have infinity"},
                                {"has negative values", "have negative values"},
                                {"doesn't sum to 1", "don't sum to 1"}}};
};

}  // namespace

template <class T>
std::unique_ptr<AttentionSource<T>> open_dumped(const std::string& file, const Array& weights,
                                                bool four_axes_begin_with_layers) {
  return std::make_unique<DumpedSource<T>>(file, weights, four_axes_begin_with_layers);
}

template std::unique_ptr<AttentionSource<float>> open_dumped(const std::string&, const Array&, bool);
template std::unique_ptr<AttentionSource<double>> open_dumped(const std::string&, const Array&, bool);
