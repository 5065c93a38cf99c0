// The maps that a command asked for, out of all that its input has: which they are, before any is made.
#pragma once

#include "input/attention_source.hpp"
#include "input/labels.hpp"
#include "input/selection.hpp"

#include <attn/io/array_labels.hpp>

/// One map of the result: that of a head, or of several heads put together.
struct ChosenMap {
  attn::Index layer, batch;
  std::vector<attn::Index> heads;
  std::string name;  // "layer 0, head 3"
};

struct MapSelection {
  std::vector<ChosenMap> maps;                    // in the order of the result
  std::vector<std::string> axes;                  // names of the kept axes: layer, batch, head
  std::vector<std::vector<attn::Index>> indices;  // along each kept axis: what the input calls its entries
  std::string reduce = "none";                    // how heads are put together: mean, max
  Range rows{0, 0}, columns{0, 0};                // the window
  AxisLabels labels, all_labels;                  // of the window, and of the whole map
  std::string note;                               // "mean of heads 0–11"

  /// The shape of a result that has [rows x columns] numbers for each map.
  attn::Shape shape(attn::Index of_rows, attn::Index of_columns) const;

  /// What the n-th map is called along each kept axis.
  std::vector<attn::Index> place(std::size_t n) const;
};

/// "queries 0–7 of 512" or "query 3 of 512" where a window was chosen, else nothing.
std::string describe_window(const std::string& one, const std::string& many, Range range, attn::Index size);

/// The selection for a picture, which shows one batch entry: the first, unless the user names another. Throws
/// UsageError.
SelectOptions one_batch_entry(SelectOptions select, const std::optional<MapAxis>& batches);

/// Throws UsageError for an index out of range, ShapeError for labels that don't fit.
template <class T>
MapSelection choose_maps(const AttentionSource<T>& source, const SelectOptions& options, const LabelOptions& labels);
