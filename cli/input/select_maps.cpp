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
  bool neighbours = true;
  for (std::size_t n = 1; n < indices.size(); ++n) neighbours = neighbours && indices[n] == indices[n - 1] + 1;
  std::string text = axis + (indices.size() > 1 ? "s " : " ");
  if (neighbours && indices.size() > 2)
    return text + std::to_string(indices.front()) + "–" + std::to_string(indices.back());
  for (std::size_t n = 0; n < indices.size(); ++n) text += (n ? ", " : "") + std::to_string(indices[n]);
  return text;
}

/// What the input calls the chosen entries of an axis.
std::vector<Index> names_at(const MapAxis& axis, const Indices& indices) {
  std::vector<Index> names;
  for (const Index i : indices.values) names.push_back(axis.names[static_cast<std::size_t>(i)]);
  return names;
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
  const auto choose = [](const std::string& text, const std::optional<MapAxis>& axis, const std::string& option) {
    if (!axis && !text.empty() && text != "all" && text != "0")
      throw attn::UsageError(option + ": " + text + " is out of range: the input has no such axis");
    return parse_indices(axis ? text : "", axis.value_or(MapAxis(1)).names, option);
  };
  if (with_output && !source.why_no_output().empty())
    throw attn::UsageError("--output-file: " + source.why_no_output());
  const Indices layers = choose(options.layer, source.layers, "--layer");
  const Indices batches = choose(options.batch, source.batches, "--batch");
  const Indices heads = choose(options.head, source.heads, "--head");
  const bool reduce = options.reduce != "none" && source.heads.has_value();
  if (options.reduce != "none" && !source.heads)
    throw attn::UsageError("--reduce " + options.reduce + ": the input has no axis of heads to reduce");

  SelectedMaps<T> selected;
  selected.rows = parse_range(options.rows, source.Nq, "--rows");
  selected.columns = parse_range(options.cols, source.Nk, "--cols");
  const AxisLabels all_labels = resolve_labels(labels, source.labels, source.Nq, source.Nk);
  selected.labels = {window(all_labels.rows, selected.rows), window(all_labels.columns, selected.columns)};

  Shape shape;
  const auto keep = [&](const char* name, const std::optional<MapAxis>& axis, const Indices& indices) {
    if (!axis || indices.single) return;
    selected.axes.push_back(name);
    selected.indices.push_back(names_at(*axis, indices));
    shape.push_back(static_cast<Index>(indices.values.size()));
  };
  keep("layer", source.layers, layers);
  keep("batch", source.batches, batches);
  if (!reduce) keep("head", source.heads, heads);
  shape.push_back(selected.rows.size());
  shape.push_back(selected.columns.size());
  selected.weights = Tensor<T>(shape);
  if (reduce) selected.note = options.reduce + " of " + describe("head", names_at(*source.heads, heads));
  for (const Index layer : layers.values)
    for (const Index batch : batches.values)
      if (reduce)
        selected.names.push_back(source.name_of_layer({layer, batch, 0}));
      else
        for (const Index head : heads.values) selected.names.push_back(source.name_of({layer, batch, head}));

  // The map of (layer, batch, head) is the n-th of the result: where the user named it. An output needs every head of
  // every batch entry, so then those that he didn't name are computed as well.
  const auto count = [](const Indices& indices) { return static_cast<Index>(indices.values.size()); };
  const Index all_batches = size_of(source.batches), all_heads = size_of(source.heads);
  Tensor<T> z;  // outputs of all heads
  if (with_output) z = Tensor<T>({all_batches, all_heads, source.Nq, source.dv});
  const bool whole = selected.rows.size() == source.Nq && selected.columns.size() == source.Nk;
  Matrix<T> scratch, output;
  const auto make_map = [&](MapIndex index, std::optional<Index> n, bool first_head) {
    const bool direct = n && whole && !reduce;
    if (!direct) scratch.resize(source.Nq, source.Nk);
    auto weights = direct ? selected.weights.matrix(*n) : scratch_map(scratch);
    source.map(index, weights, with_output ? &output : nullptr);
    if (with_output) z.matrix(index.batch * all_heads + index.head) = output;
    if (direct || !n) return;
    auto target = selected.weights.matrix(*n);
    const auto part = weights.block(selected.rows.begin, selected.columns.begin, target.rows(), target.cols());
    if (reduce)
      accumulate<T>(options.reduce, target, part, first_head, count(heads));
    else
      target = part;
  };

  const auto place_of = [](const Indices& indices, Index value) -> std::optional<Index> {
    const auto at = std::find(indices.values.begin(), indices.values.end(), value);
    return at == indices.values.end() ? std::nullopt : std::optional<Index>(at - indices.values.begin());
  };
  Progress progress("making maps", with_output ? count(layers) * all_batches * all_heads
                                               : count(layers) * count(batches) * count(heads));
  for (Index l = 0; l < count(layers); ++l)
    for (Index batch = 0; batch < all_batches; ++batch) {
      bool first_head = true;
      for (Index head = 0; head < all_heads; ++head) {
        const std::optional<Index> b = place_of(batches, batch), h = place_of(heads, head);
        std::optional<Index> n;
        if (b && h) n = reduce ? l * count(batches) + *b : (l * count(batches) + *b) * count(heads) + *h;
        if (!n && !with_output) continue;
        make_map({layers.values[static_cast<std::size_t>(l)], batch, head}, n, first_head);
        first_head = first_head && !n;
        progress.step();
      }
    }
  if (with_output) {
    selected.output = source.finish_output(z);
    selected.output_labels.name = "output";
    selected.output_labels.axis_names = source.output_axes;
    selected.output_labels.row_labels = all_labels.rows;
  }
  return selected;
}

template SelectedMaps<float> select_maps(AttentionSource<float>&, const SelectOptions&, const LabelOptions&, bool);
template SelectedMaps<double> select_maps(AttentionSource<double>&, const SelectOptions&, const LabelOptions&, bool);
