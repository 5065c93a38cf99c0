// Attention maps, one at a time: computed from Q and K when they are asked for, or read from a dump.
#pragma once

#include "input/labels.hpp"
#include "input/mask_option.hpp"

#include <attn/base/tensor.hpp>
#include <attn/core/scoring.hpp>

#include <optional>
#include <string>
#include <vector>

/// The place of one map in the input; an axis that the input doesn't have is 0.
struct MapIndex {
  attn::Index layer = 0, batch = 0, head = 0;
};

/// What one map is computed from.
template <class T>
struct Operands {
  attn::Matrix<T> q;                 // [Nq x dk]
  attn::Matrix<T> k;                 // [Nk x dk]
  std::optional<attn::Matrix<T>> v;  // [Nk x dv]
  MaskOption mask;
  attn::Scoring scoring;
};

template <class T>
class AttentionSource {
 public:
  virtual ~AttentionSource() = default;

  std::optional<attn::Index> layers, batches, heads;  // sizes of the axes that the input has
  attn::Index Nq = 0, Nk = 0, dv = 0;                 // dv: where there is an output
  AxisLabels labels;                                  // that came with the input

  /// Writes the weights of one map [Nq x Nk] and, where `output` is given, its output [Nq x dv].
  virtual void map(MapIndex index, Eigen::Ref<attn::Matrix<T>> weights, attn::Matrix<T>* output) = 0;

  /// Q, K and V of a map; none where the weights come from elsewhere.
  virtual std::optional<Operands<T>> operands(MapIndex) const { return std::nullopt; }

  /// Whether map() can give an output; otherwise why not, as a hint.
  virtual std::string why_no_output() const = 0;

  /// What the layer does with the outputs z [batches, heads, Nq, dv] of all heads.
  virtual attn::Tensor<T> finish_output(const attn::Tensor<T>& z) const { return z; }

  /// What was noticed in the maps so far that a reader should know; empty if nothing.
  virtual std::string warning() const { return {}; }

  /// "layer 0, head 3", naming only the axes that this source has; a batch of one isn't worth a word.
  std::string name_of(MapIndex index) const {
    const std::string layer = name_of_layer(index);
    if (!heads) return layer;
    return layer + (layer.empty() ? "" : ", ") + "head " + std::to_string(index.head);
  }

  /// The same without the head: for a map that puts heads together.
  std::string name_of_layer(MapIndex index) const {
    std::string name;
    if (layers) name += "layer " + std::to_string(index.layer);
    if (batches.value_or(1) > 1) name += (name.empty() ? "batch " : ", batch ") + std::to_string(index.batch);
    return name;
  }
};
