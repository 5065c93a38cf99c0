#include "input/layer_input.hpp"

#include "input/checked_tensor.hpp"

#include <attn/core/linear.hpp>

using attn::Index;
using attn::Matrix;
using attn::Shape;
using attn::Tensor;
using attn::io::Array;

namespace {

template <class T>
class Layer {
 public:
  explicit Layer(const LayerFiles& files) : files_(files) {}

  /// X W for the matrix of --wq and its kin; checked to be [D x multiple of heads].
  Tensor<T> project(const Tensor<T>& X, const std::string& spec, const Array& array, const char* name,
                    Index heads) const {
    const Matrix<T> W =
        read(spec, array, name, X.cols(), "the width of the embeddings " + attn::to_string(X.shape()));  // [D x H·d]
    attn::check_shape(W.cols() % heads == 0, shown_name(spec), name, attn::shape_of(W),
                      "a number of columns that " + std::to_string(heads) + " heads divide");
    const Index batches = X.matrices(), N = X.rows(), d = W.cols() / heads;
    Tensor<T> projected({batches, heads, N, d});
    for (Index b = 0; b < batches; ++b) {
      const Matrix<T> XW = attn::linear(X.matrix(b), W);  // [N x H·d]
      for (Index h = 0; h < heads; ++h) projected.matrix(b * heads + h) = XW.middleCols(h * d, d);
    }
    return projected;
  }

  /// [rows x anything], turned round if it is stored as PyTorch does.
  Matrix<T> read(const std::string& spec, const Array& array, const char* name, Index rows,
                 const std::string& whose) const {
    const Tensor<T> stored = load<T>(spec, array, name, 2, 2, files_.transposed ? "[out x in]" : "[in x out]");
    Matrix<T> W = files_.transposed ? Matrix<T>(stored.matrix().transpose()) : Matrix<T>(stored.matrix());
    const bool other_way = (files_.transposed ? W.rows() : W.cols()) == rows;
    attn::check_shape(W.rows() == rows, shown_name(spec), name, stored.shape(),
                      std::to_string(rows) + (files_.transposed ? " columns, " : " rows, ") + whose,
                      !other_way          ? ""
                      : files_.transposed ? "without --transposed it would fit"
                                          : "a matrix stored [out x in], as nn.Linear does, needs --transposed");
    return W;
  }

 private:
  const LayerFiles& files_;
};

}  // namespace

template <class T>
std::unique_ptr<AttentionSource<T>> open_layer(const LayerFiles& files, const ScoreOptions& scores,
                                               const LayerArrays& arrays) {
  const Array& embeddings = arrays.embeddings;
  const Tensor<T> X = load<T>(files.embeddings, embeddings, "the embeddings", 2, 3, "[n x D] or [batch x n x D]");
  const Index H = files.heads, Hkv = files.kv_heads > 0 ? files.kv_heads : files.heads;
  if (H % Hkv != 0)
    throw attn::UsageError("--kv-heads: " + std::to_string(Hkv) + " doesn't divide --heads " + std::to_string(H) +
                           "; a key/value head serves a whole group of query heads");
  const Layer<T> layer(files);
  const Tensor<T> q = layer.project(X, files.wq, arrays.wq, "W_q", H);
  const Tensor<T> k = layer.project(X, files.wk, arrays.wk, "W_k", Hkv);
  attn::check_shape(k.cols() == q.cols(), shown_name(files.wk), "W_k", {X.cols(), k.cols() * Hkv},
                    std::to_string(q.cols()) + " columns a head, as W_q has", "say --heads and --kv-heads");
  std::optional<Tensor<T>> v;
  if (arrays.wv) v = layer.project(X, files.wv, *arrays.wv, "W_v", Hkv);
  Matrix<T> Wo;
  if (arrays.wo) Wo = layer.read(files.wo, *arrays.wo, "W_o", v->cols() * H, "the values of all heads side by side");

  auto source = std::make_unique<ComputedSource<T>>(q, k, v, H, Hkv, scores);
  if (H > 1) source->heads = MapAxis(H);
  if (X.rank() == 3) source->batches = MapAxis(X.shape()[0]);
  if (X.rank() == 3) source->output_axes = {"batch"};
  source->labels = {embeddings.row_labels, embeddings.row_labels};
  source->finish = [Wo, rank = X.rank()](const Tensor<T>& z) {
    const Index batches = z.shape()[0], heads = z.shape()[1], N = z.rows(), dv = z.cols();
    const Index D = Wo.size() > 0 ? Wo.cols() : heads * dv;
    Tensor<T> output(rank == 3 ? Shape{batches, N, D} : Shape{N, D});
    Matrix<T> side_by_side(N, heads * dv);
    for (Index b = 0; b < batches; ++b) {
      for (Index h = 0; h < heads; ++h) side_by_side.middleCols(h * dv, dv) = z.matrix(b * heads + h);
      if (Wo.size() > 0)
        output.matrix(b) = attn::linear(side_by_side, Wo);
      else
        output.matrix(b) = side_by_side;
    }
    return output;
  };
  return source;
}

template std::unique_ptr<AttentionSource<float>> open_layer(const LayerFiles&, const ScoreOptions&, const LayerArrays&);
template std::unique_ptr<AttentionSource<double>> open_layer(const LayerFiles&, const ScoreOptions&,
                                                             const LayerArrays&);
