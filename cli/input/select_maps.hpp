// The maps that a command asked for, out of all that its input has.
#pragma once

#include "input/attention_source.hpp"
#include "input/labels.hpp"
#include "input/selection.hpp"

#include <attn/io/array_labels.hpp>

/// Maps that were chosen from a source, put together into one tensor.
template <class T>
struct SelectedMaps {
  attn::Tensor<T> weights;                        // [kept axes …, rows, columns]
  std::vector<std::string> axes;                  // names of the kept axes: layer, batch, head
  std::vector<std::vector<attn::Index>> indices;  // along each kept axis: the indices in the input
  std::vector<std::string> names;                 // of each map: "layer 0, head 3"
  AxisLabels labels;                              // of the window
  Range rows{0, 0}, columns{0, 0};                // the window
  std::string note;                               // "mean of heads 0–11"
  attn::Tensor<T> output;                         // of all heads, when asked for
  attn::io::ArrayLabels output_labels;            // its name, axes and rows
};

/// Computes or reads the maps that `options` choose, one scratch map at a time beside the result; with the output of
/// all heads where it is asked for. Throws UsageError for an index out of range, ShapeError for labels that don't fit.
template <class T>
SelectedMaps<T> select_maps(AttentionSource<T>& source, const SelectOptions& options, const LabelOptions& labels,
                            bool with_output);
