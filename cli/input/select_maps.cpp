#include "input/select_maps.hpp"

#include "progress.hpp"

#include <attn/base/error.hpp>

#include <algorithm>

using attn::Index;
using attn::Matrix;
using attn::Shape;
using attn::Tensor;

namespace {

std::vector<std::string> window(const std::vector<std::string>& labels, Range range) {
  if (labels.empty()) return {};
  return {labels.begin() + range.begin, labels.begin() + range.end};
}

/// "heads 0–11" for neighbours, "heads 0, 2, 5" otherwise.
std::string describe(const std::string& axis, const std::vector<Index>& indices) {
  const bool neighbours = indices.back() - indices.front() + 1 == static_cast<Index>(indices.size());
  std::string text = axis + (indices.size() > 1 ? "s " : " ");
  if (neighbours && indices.size() > 2)
    return text + std::to_string(indices.front()) + "–" + std::to_string(indices.back());
  for (std::size_t n = 0; n < indices.size(); ++n) text += (n ? ", " : "") + std::to_string(indices[n]);
  return text;
}

template <class T>
typename Tensor<T>::MatrixMap scratch_map(Matrix<T>& scratch) {
  return {scratch.data(), scratch.rows(), scratch.cols()};
}

/// Adds one head's map to the mean or maximum of `count` heads that `sum` will hold.
template <class T>
void accumulate(const std::string& reduce, Eigen::Ref<Matrix<T>> sum, const Eigen::Ref<const Matrix<T>>& map,
                bool first, Index count) {
  if (reduce == "max") {
    if (first)
      sum = map;
    else
      sum = sum.cwiseMax(map);
  } else if (first) {
    sum = map / T(count);
  } else {
    sum += map / T(count);
  }
}

}  // namespace

template <class T>
SelectedMaps<T> select_maps(AttentionSource<T>& source, const SelectOptions& options, const LabelOptions& labels,
                            bool with_output) {
  const auto choose = [](const std::string& text, const std::optional<Index>& size, const std::string& option) {
    if (!size && !text.empty() && text != "all" && text != "0")
      throw attn::UsageError(option + ": " + text + " is out of range: the input has no such axis");
    return parse_indices(size ? text : "", size.value_or(1), option);
  };
  if (with_output && !source.why_no_output().empty())
    throw attn::UsageError("--output-file: " + source.why_no_output());
  const Indices chosen_layers = choose(options.layer, source.layers, "--layer");
  const Indices chosen_batches = choose(options.batch, source.batches, "--batch");
  const Indices chosen_heads = choose(options.head, source.heads, "--head");
  const bool reduce = options.reduce != "none" && source.heads.has_value();
  if (options.reduce != "none" && !source.heads)
    throw attn::UsageError("--reduce " + options.reduce + ": the input has no axis of heads to reduce");

  SelectedMaps<T> selected;
  selected.rows = parse_range(options.rows, source.Nq, "--rows");
  selected.columns = parse_range(options.cols, source.Nk, "--cols");
  const AxisLabels all_labels = resolve_labels(labels, source.labels, source.Nq, source.Nk);
  selected.labels = {window(all_labels.rows, selected.rows), window(all_labels.columns, selected.columns)};
  if (reduce) selected.note = options.reduce + " of " + describe("head", chosen_heads.values);

  Shape shape;
  const auto keep = [&](const char* axis, const std::optional<Index>& size, const Indices& indices) {
    if (!size || indices.single) return;
    selected.axes.push_back(axis);
    selected.indices.push_back(indices.values);
    shape.push_back(static_cast<Index>(indices.values.size()));
  };
  keep("layer", source.layers, chosen_layers);
  keep("batch", source.batches, chosen_batches);
  if (!reduce) keep("head", source.heads, chosen_heads);
  shape.push_back(selected.rows.size());
  shape.push_back(selected.columns.size());
  selected.weights = Tensor<T>(shape);

  const bool whole = selected.rows.size() == source.Nq && selected.columns.size() == source.Nk;
  const auto contains = [](const Indices& chosen, Index i) {
    return std::find(chosen.values.begin(), chosen.values.end(), i) != chosen.values.end();
  };
  const auto walk = [&](const Indices& chosen, const std::optional<Index>& size, const char* option) {
    return with_output ? parse_indices("all", size.value_or(1), option) : chosen;  // an output needs every head
  };
  const Indices batches = walk(chosen_batches, source.batches, "--batch");
  const Indices heads = walk(chosen_heads, source.heads, "--head");
  const auto size = [](const Indices& indices) { return static_cast<Index>(indices.values.size()); };

  Tensor<T> z;  // outputs of all heads
  if (with_output) z = Tensor<T>({size(batches), size(heads), source.Nq, source.dv});
  Matrix<T> scratch, output;
  Index place = 0;
  Progress progress("making maps", size(chosen_layers) * size(batches) * size(heads));
  for (const Index layer : chosen_layers.values)
    for (const Index batch : batches.values) {
      Index reduced = 0;
      for (const Index head : heads.values) {
        const MapIndex index{layer, batch, head};
        const bool chosen = contains(chosen_batches, batch) && contains(chosen_heads, head);
        const bool direct = chosen && whole && !reduce;
        if (!direct) scratch.resize(source.Nq, source.Nk);
        auto weights = direct ? selected.weights.matrix(place) : scratch_map(scratch);
        source.map(index, weights, with_output ? &output : nullptr);
        if (with_output) z.matrix(batch * size(heads) + head) = output;
        if (chosen && !direct) {
          auto target = selected.weights.matrix(place);
          const auto part = weights.block(selected.rows.begin, selected.columns.begin, target.rows(), target.cols());
          if (reduce)
            accumulate<T>(options.reduce, target, part, reduced++ == 0, size(chosen_heads));
          else
            target = part;
        }
        if (chosen && !reduce) {
          selected.names.push_back(source.name_of(index));
          ++place;
        }
        progress.step();
      }
      if (reduced > 0) {
        selected.names.push_back(source.name_of_layer({layer, batch, 0}));
        ++place;
      }
    }
  if (with_output) selected.output = source.finish_output(z);
  return selected;
}

template SelectedMaps<float> select_maps(AttentionSource<float>&, const SelectOptions&, const LabelOptions&, bool);
template SelectedMaps<double> select_maps(AttentionSource<double>&, const SelectOptions&, const LabelOptions&, bool);
