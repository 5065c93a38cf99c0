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

template <class T>
class DumpedSource : public AttentionSource<T> {
 public:
  DumpedSource(const std::string& where, const Array& array, bool four_axes_begin_with_layers) : where_(where) {
    const Index rank = static_cast<Index>(array.shape.size());
    attn::check_shape(rank >= 2 && rank <= 5, where, "the array of weights", array.shape,
                      "[q x k], [heads x q x k], [batch x heads x q x k] or [layers x batch x heads x q x k]");
    weights_ = attn::io::to_tensor<T>(array);
    attn::check_shape(weights_.size() > 0, where, "the array of weights", array.shape,
                      "at least one row and one column");
    const auto size = [&](Index axis) { return weights_.shape()[static_cast<std::size_t>(axis)]; };
    if (rank >= 3) this->heads = size(rank - 3);
    if (rank == 4 && four_axes_begin_with_layers)
      this->layers = size(0);
    else if (rank >= 4)
      this->batches = size(rank - 4);
    if (rank == 5) this->layers = size(0);
    this->Nq = weights_.rows();
    this->Nk = weights_.cols();
    this->labels = {array.row_labels, array.column_labels};
  }

  void map(MapIndex index, Eigen::Ref<Matrix<T>> weights, Matrix<T>*) override {
    const Index n = (index.layer * this->batches.value_or(1) + index.batch) * this->heads.value_or(1) + index.head;
    weights = weights_.matrix(n);
    look_for_faults(index, weights_.matrix(n));
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

  void look_for_faults(MapIndex index, const typename Tensor<T>::MatrixMap& weights) {
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
      fault->first = name + (name.empty() ? "" : ", ") + "row " + std::to_string(i);
      if (fault == &faults_[3]) fault->first += " (" + number(sum) + ")";
    }
  }

  std::string where_;
  Tensor<T> weights_;
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
