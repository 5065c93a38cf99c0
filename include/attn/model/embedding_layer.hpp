// From what a model reads to the vectors that enter its first block.
//
//     tokens:  norm(scale · E[token] (W) + P[position] + S[segment]) W'
//     images:  [class token; patches W + b] + P,  patches of P x P pixels          [Dosovitskiy 2021, eq. 1]
#pragma once

#include <attn/base/tensor.hpp>
#include <attn/core/embedding.hpp>
#include <attn/model/layers.hpp>

#include <string>
#include <vector>

namespace attn::model {

template <class T>
struct EmbeddingLayer {
  Table<T> tokens = {};               // [V x E]
  double scale = 1;                   // of the tokens' vectors …
  bool scale_is_of_table = false;     // … and their gradients: the table would hold scaled vectors, as in Gemma 3
  Linear<T> widen_tokens = {};        // [D x E], before positions are added
  Table<T> positions = {};            // [P x E]; empty where attention knows positions by itself
  Index first_position = 0;           // the row of the first token
  std::optional<Index> padding = {};  // tokens of this id aren't counted …
  bool counts_visible = false;        // … nor what the mask hides, where so: they have row first_position − 1
  Table<T> segments = {};             // [S x E]
  Norm<T> norm = {};
  Linear<T> widen = {};  // [D x E], last of all

  Linear<T> patches = {};         // [D x C·P·P], for images
  RowVector<T> class_token = {};  // [D]
  Index patch_size = 0;           // P, in pixels

  bool of_images() const { return patch_size > 0; }

  /// How many tokens there may be; 0: as many as one likes.
  Index most() const { return positions.empty() ? 0 : positions.rows() - first_position; }
};

namespace detail {

/// A row for each patch, from the top left to the bottom right: its channels one after the other, each row by row.
template <class T>
Matrix<T> patches_of(const Tensor<T>& image, Index size) {
  const Index C = image.shape()[0], H = image.shape()[1], W = image.shape()[2];
  Matrix<T> patches((H / size) * (W / size), C * size * size);
  for (Index p = 0; p < patches.rows(); ++p) {
    const Index top = p / (W / size) * size, left = p % (W / size) * size;
    for (Index c = 0; c < C; ++c)
      for (Index y = 0; y < size; ++y)
        patches.row(p).segment((c * size + y) * size, size) = image.matrix(c).row(top + y).segment(left, size);
  }
  return patches;
}

}  // namespace detail

/// The vectors of an image [C x H x W]: [1 + patches x D]. Throws ShapeError for one of another size than the model's.
template <class T>
Matrix<T> embed_image(const EmbeddingLayer<T>& layer, const Tensor<T>& image) {
  const Index P = layer.patch_size, side = P > 0 ? P : 1;
  const bool fits = image.rank() == 3 && image.shape()[0] * P * P == layer.patches.weight.cols() &&
                    image.shape()[1] % side == 0 && image.shape()[2] % side == 0 &&
                    1 + (image.shape()[1] / side) * (image.shape()[2] / side) == layer.positions.rows();
  check_shape(fits, "embedding", "the image", image.shape(),
              std::to_string(layer.positions.rows() - 1) + " patches of " + std::to_string(P) + " x " +
                  std::to_string(P) + " pixels");
  const Matrix<T> patches = layer.patches(detail::patches_of(image, P));
  Matrix<T> x(patches.rows() + 1, patches.cols());
  x << layer.class_token, patches;
  return x + layer.positions.view();
}

/// The row of the table of positions for each token.
template <class T>
std::vector<Index> positions_of(const EmbeddingLayer<T>& layer, const std::vector<Index>& ids,
                                const std::vector<bool>& visible) {
  std::vector<Index> positions;
  Index next = layer.first_position;
  for (std::size_t n = 0; n < ids.size(); ++n) {
    const bool counts = ids[n] != layer.padding && (visible[n] || !layer.counts_visible);
    positions.push_back(counts ? next++ : layer.first_position - 1);
  }
  return positions;
}

namespace detail {

/// What enters the norm: scale · E[token] (W) + P[position] + S[segment].
template <class T>
Matrix<T> sum_of_embeddings(const EmbeddingLayer<T>& layer, const std::vector<Index>& ids,
                            const std::vector<Index>& segments, const std::vector<bool>& visible) {
  const auto N = static_cast<Index>(ids.size());
  if (layer.most() > 0 && N > layer.most())
    throw UsageError("the text has " + std::to_string(N) + " tokens, the model has positions for " +
                     std::to_string(layer.most()));
  Matrix<T> x = embed(layer.tokens.view(), ids);
  if (layer.scale != 1) x *= T(layer.scale);
  if (!layer.widen_tokens.empty()) x = layer.widen_tokens(x);
  if (!layer.positions.empty()) x += embed(layer.positions.view(), positions_of(layer, ids, visible));
  if (!layer.segments.empty())
    x += embed(layer.segments.view(), segments.empty() ? std::vector<Index>(ids.size(), 0) : segments);
  return x;
}

}  // namespace detail

/// The vectors of tokens [N] with their segments [N] or none: [N x D]; `visible` [N] is false for padding. Throws
/// UsageError for too many tokens, or one that isn't there.
template <class T>
Matrix<T> embed_tokens(const EmbeddingLayer<T>& layer, const std::vector<Index>& ids,
                       const std::vector<Index>& segments, const std::vector<bool>& visible) {
  const Matrix<T> x = layer.norm(detail::sum_of_embeddings(layer, ids, segments, visible));
  return layer.widen.empty() ? x : layer.widen(x);
}

}  // namespace attn::model
