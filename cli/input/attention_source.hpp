// Attention maps, one at a time and in parts: computed from Q and K when they are asked for, or read from a dump.
#pragma once

#include "input/labels.hpp"
#include "input/mask_option.hpp"
#include "input/product.hpp"
#include "input/selection.hpp"
#include "progress.hpp"

#include <attn/base/tensor.hpp>
#include <attn/core/scoring.hpp>
#include <attn/text/words.hpp>

#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The place of one map in the input, counted from 0; an axis that the input doesn't have is 0.
struct MapIndex {
  attn::Index layer = 0, batch = 0, head = 0;
};

/// An axis of maps: what its entries are called, in their order. 0, 1, 2 … unless the input says otherwise.
struct MapAxis {
  std::vector<attn::Index> names;

  explicit MapAxis(attn::Index size) : names(static_cast<std::size_t>(size)) {
    std::iota(names.begin(), names.end(), attn::Index{0});
  }
  attn::Index size() const { return static_cast<attn::Index>(names.size()); }
  std::string name(attn::Index i) const { return std::to_string(names[static_cast<std::size_t>(i)]); }
};

/// The size of an axis that may not be there.
inline attn::Index size_of(const std::optional<MapAxis>& axis) { return axis ? axis->size() : 1; }

/// The picture whose patches the tokens of a map are, behind a first one that is none.
struct PatchedPicture {
  attn::Index width = 0, height = 0;  // in pixels
  std::vector<std::uint8_t> pixels;   // [height x width x 3]: red, green, blue
  attn::Index down = 0, across = 0;   // patches
};

/// What is known of the tokens of an axis besides their labels; nothing, where they don't come from a text.
struct TokenKinds {
  std::vector<bool> special;  // put around the text
  std::vector<int> segments;  // 1 from the second text of a pair on
  attn::Words words;
};

/// How the weights of a map came about.
template <class T>
struct Neurons {
  attn::Matrix<T> q;       // [rows x dk] as they meet the keys
  attn::Matrix<T> k;       // [columns x dk]
  attn::Matrix<T> scores;  // [rows x columns] what softmax is taken of; −∞ where a key is hidden
};

/// How scores were made of dot products: times `scale`, then what `then` says, in words.
struct ScoreRule {
  double scale;
  std::string then;
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

  std::optional<MapAxis> layers, batches, heads;  // those that the input has
  attn::Index Nq = 0, Nk = 0, dv = 0;             // dv: where there is an output
  AxisLabels labels;                              // that came with the input
  std::string note;                               // what a figure should say of how the maps were made
  std::vector<std::string> output_axes;           // names of the output's axes before its last two
  std::optional<PatchedPicture> picture;          // where there is one
  TokenKinds query_kinds, key_kinds;

  using MatrixMap = typename attn::Tensor<T>::MatrixMap;

  /// Says which layers' maps will be asked for, before the first of them is. What was said before is remembered.
  virtual void prepare(const std::vector<attn::Index>&) {}

  /// Writes some rows and columns of one map's weights and, where `output` is given, the output [rows x dv] of these
  /// rows, for which all columns must be asked for.
  virtual void window(MapIndex index, Range rows, Range columns, Eigen::Ref<attn::Matrix<T>> weights,
                      MatrixMap* output) = 0;

  /// Whether stream() can be called: weights are computed, and need not be kept.
  virtual bool streams() const { return false; }

  /// Hands the weights of some rows, all their columns, to the products' workers, and writes the output of these rows
  /// where `output` is given. `progress` counts work().
  virtual void stream(MapIndex, Range, std::span<Product<T>* const>, MatrixMap*, Progress&) {}

  /// How much there is to do for some rows of a map: as many weights as they see.
  virtual attn::Index work(Range rows) const { return rows.size() * Nk; }

  /// Q, K and V of a map; none where the weights come from elsewhere.
  virtual std::optional<Operands<T>> operands(MapIndex) const { return std::nullopt; }

  /// How a map's scores are made, where neurons() can be asked for; prepare() comes first.
  virtual std::optional<ScoreRule> rule(MapIndex) const { return std::nullopt; }
  virtual Neurons<T> neurons(MapIndex, Range, Range) const { return {}; }

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
    return layer + (layer.empty() ? "" : ", ") + "head " + heads->name(index.head);
  }

  /// The same without the head: for a map that puts heads together.
  std::string name_of_layer(MapIndex index) const {
    std::string name;
    if (layers) name += "layer " + layers->name(index.layer);
    if (size_of(batches) > 1) name += (name.empty() ? "batch " : ", batch ") + batches->name(index.batch);
    return name;
  }
};
