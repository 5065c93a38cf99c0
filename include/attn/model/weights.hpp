// The tensors of a checkpoint, by name: taken where they lie in the mapped file, checked, and counted.
#pragma once

#include <attn/base/shape.hpp>
#include <attn/io/array.hpp>
#include <attn/io/names.hpp>
#include <attn/model/layers.hpp>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace attn::model {

class Weights {
 public:
  /// `where` is what messages call the checkpoint.
  Weights(std::vector<io::Array> arrays, std::string where) : where_(std::move(where)) {
    for (io::Array& array : arrays) {
      std::string name = array.name;
      arrays_.emplace(std::move(name), std::move(array));
    }
  }

  bool has(const std::string& name) const { return arrays_.count(name) > 0; }

  /// `prefix` where names begin with it, nothing where they don't: heads put their model behind one.
  std::string prefix(const std::string& prefix) const {
    const auto first = arrays_.lower_bound(prefix);
    return first != arrays_.end() && first->first.starts_with(prefix) ? prefix : "";
  }

  /// A tensor of this shape in scalar T; it shares the file's memory where that holds T. Throws FormatError where it
  /// isn't there, ShapeError where it has another shape.
  template <class T>
  Tensor<T> tensor(const std::string& name, const Shape& shape) {
    const io::Array& array = find(name);
    check_shape(array.shape == shape, where_, "tensor " + quoted(name), array.shape, to_string(shape),
                "is config.json from another model?");
    used_.insert(name);
    return io::to_tensor<T>(array);
  }

  /// The number of rows of a table [rows x columns].
  Index rows(const std::string& name) const {
    const io::Array& array = find(name);
    check_shape(array.shape.size() == 2, where_, "tensor " + quoted(name), array.shape, "a matrix");
    return array.shape[0];
  }

  template <class T>
  Table<T> table(const std::string& name, Index rows, Index cols) {
    return Table<T>(tensor<T>(name, {rows, cols}));
  }

  /// name.weight [out x in], and name.bias [out] where there is to be one.
  template <class T>
  Linear<T> linear(const std::string& name, Index in, Index out, bool bias = true) {
    return {Table<T>(tensor<T>(name + ".weight", {out, in})), false,
            bias ? row<T>(name + ".bias", out) : RowVector<T>()};
  }

  /// The same of a layer whose weight is [in x out]: GPT-2's "Conv1D".
  template <class T>
  Linear<T> linear_of_columns(const std::string& name, Index in, Index out) {
    return {Table<T>(tensor<T>(name + ".weight", {in, out})), true, row<T>(name + ".bias", out)};
  }

  /// name.weight and name.bias, or name.gamma and name.beta as older files have it; [D].
  template <class T>
  Norm<T> norm_layer(const std::string& name, Index D, double eps) {
    const bool old = !has(name + ".weight") && has(name + ".gamma");
    return {NormKind::layer, eps, 0, row<T>(name + (old ? ".gamma" : ".weight"), D),
            row<T>(name + (old ? ".beta" : ".bias"), D)};
  }

  /// name.weight [D]; `unit` is added to it.
  template <class T>
  Norm<T> norm_rms(const std::string& name, Index D, double eps, double unit = 0) {
    return {NormKind::rms, eps, unit, row<T>(name + ".weight", D), {}};
  }

  template <class T>
  RowVector<T> row(const std::string& name, Index size) {
    return Eigen::Map<const RowVector<T>>(tensor<T>(name, {size}).data(), size);
  }

  /// Tensors that nobody asked for. Those that end with a name that is `harmless` are computed from others, or buffers.
  std::vector<std::string> unused(const std::set<std::string>& harmless = {}) const {
    std::vector<std::string> names;
    for (const auto& [name, array] : arrays_) {
      const bool known = std::any_of(harmless.begin(), harmless.end(), [&n = name](const std::string& end) {
        return n == end || n.ends_with("." + end);
      });
      if (!used_.count(name) && !known) names.push_back(name);
    }
    return names;
  }

  /// Says that a tensor is known, but not needed.
  void pass_over(const std::string& name) { used_.insert(name); }

  const std::string& where() const { return where_; }

 private:
  const io::Array& find(const std::string& name) const {
    const auto found = arrays_.find(name);
    if (found != arrays_.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [other, array] : arrays_) names.push_back(other);
    const std::vector<std::string> close = io::close_names(names, name, 3);
    throw FormatError(where_ + ": has no tensor " + quoted(name) +
                      (close.empty() ? "" : "; near it: " + io::list_names(close)));
  }

  /// Long enough for the end of a name, which tells weights from biases.
  static std::string quoted(const std::string& name) { return io::in_quotes(name, 120); }

  std::string where_;
  std::map<std::string, io::Array> arrays_;
  std::set<std::string> used_;
};

}  // namespace attn::model
