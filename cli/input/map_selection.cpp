#include "input/map_selection.hpp"

#include <attn/base/error.hpp>

using attn::Index;
using attn::Shape;

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

}  // namespace

Shape MapSelection::shape(Index of_rows, Index of_columns) const {
  Shape shape;
  for (const auto& axis : indices) shape.push_back(static_cast<Index>(axis.size()));
  shape.push_back(of_rows);
  shape.push_back(of_columns);
  return shape;
}

std::vector<Index> MapSelection::place(std::size_t n) const {
  std::vector<Index> place(indices.size());
  for (std::size_t axis = indices.size(); axis-- > 0; n /= indices[axis].size())
    place[axis] = indices[axis][n % indices[axis].size()];
  return place;
}

std::string describe_window(const std::string& one, const std::string& many, Range range, Index size) {
  if (range.size() == size) return {};
  if (range.size() == 1) return one + " " + std::to_string(range.begin) + " of " + std::to_string(size);
  return many + " " + std::to_string(range.begin) + "–" + std::to_string(range.end - 1) + " of " + std::to_string(size);
}

SelectOptions one_batch_entry(SelectOptions select, const std::optional<MapAxis>& batches) {
  if (!batches) return select;
  if (select.batch.empty()) select.batch = batches->name(0);
  const Indices chosen = parse_indices(select.batch, batches->names, "--batch");
  if (chosen.values.size() > 1)
    throw attn::UsageError("--batch: " + std::to_string(chosen.values.size()) +
                           " entries are chosen, expected one: a picture shows the maps of one batch entry");
  select.batch = batches->name(chosen.values.front());
  return select;
}

template <class T>
MapSelection choose_maps(const AttentionSource<T>& source, const SelectOptions& options, const LabelOptions& labels) {
  const auto choose = [](const std::string& text, const std::optional<MapAxis>& axis, const std::string& option) {
    if (!axis && !text.empty() && text != "all" && text != "0")
      throw attn::UsageError(option + ": " + text + " is out of range: the input has no such axis");
    return parse_indices(axis ? text : "", axis.value_or(MapAxis(1)).names, option);
  };
  const Indices layers = choose(options.layer, source.layers, "--layer");
  const Indices batches = choose(options.batch, source.batches, "--batch");
  const Indices heads = choose(options.head, source.heads, "--head");
  const bool reduce = options.reduce != "none" && source.heads.has_value();
  if (options.reduce != "none" && !source.heads)
    throw attn::UsageError("--reduce " + options.reduce + ": the input has no axis of heads to reduce");

  MapSelection selection;
  selection.reduce = options.reduce;
  selection.rows = parse_range(options.rows, source.Nq, "--rows");
  selection.columns = parse_range(options.cols, source.Nk, "--cols");
  selection.all_labels = resolve_labels(labels, source.labels, source.Nq, source.Nk);
  selection.labels = {window(selection.all_labels.rows, selection.rows),
                      window(selection.all_labels.columns, selection.columns)};

  const auto keep = [&](const char* name, const std::optional<MapAxis>& axis, const Indices& indices) {
    if (!axis || indices.single) return;
    selection.axes.push_back(name);
    selection.indices.push_back(names_at(*axis, indices));
  };
  keep("layer", source.layers, layers);
  keep("batch", source.batches, batches);
  if (!reduce) keep("head", source.heads, heads);
  if (reduce) selection.note = options.reduce + " of " + describe("head", names_at(*source.heads, heads));
  for (const Index layer : layers.values)
    for (const Index batch : batches.values)
      if (reduce)
        selection.maps.push_back({layer, batch, heads.values, source.name_of_layer({layer, batch, 0})});
      else
        for (const Index head : heads.values)
          selection.maps.push_back({layer, batch, {head}, source.name_of({layer, batch, head})});
  return selection;
}

template MapSelection choose_maps(const AttentionSource<float>&, const SelectOptions&, const LabelOptions&);
template MapSelection choose_maps(const AttentionSource<double>&, const SelectOptions&, const LabelOptions&);
