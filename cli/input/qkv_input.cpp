#include "input/qkv_input.hpp"

#include "input/checked_tensor.hpp"

using attn::Index;
using attn::Shape;
using attn::Tensor;
using attn::io::Array;

template <class T>
std::unique_ptr<AttentionSource<T>> open_qkv(const QkvFiles& files, const ScoreOptions& scores, const Array& query,
                                             const Array& key, const std::optional<Array>& value) {
  const std::string expected = "[n x d], [heads x n x d] or [batch x heads x n x d]";
  Tensor<T> q = load<T>(files.query, query, "Q", 2, 4, expected);
  Tensor<T> k = load<T>(files.key, key, "K", 2, 4, expected);
  std::optional<Tensor<T>> v;
  if (value) v = load<T>(files.value, *value, "V", 2, 4, expected);

  const auto against_q = [&](const std::string& where, const char* name, const Tensor<T>& tensor) {
    attn::check_shape(tensor.rank() == q.rank(), where, name, tensor.shape(),
                      "as many axes as Q " + attn::to_string(q.shape()));
  };
  against_q(shown_name(files.key), "K", k);
  attn::check_shape(k.cols() == q.cols(), shown_name(files.key), "K", k.shape(),
                    "as many columns as Q " + attn::to_string(q.shape()));
  const Index rank = q.rank();
  const auto axis = [&](const Tensor<T>& tensor, Index from_end) {
    return rank >= from_end ? tensor.shape()[static_cast<std::size_t>(rank - from_end)] : 1;
  };
  const Index H = axis(q, 3), Hkv = axis(k, 3);
  attn::check_shape(H % Hkv == 0, shown_name(files.key), "K", k.shape(),
                    "a number of heads that divides that of Q " + attn::to_string(q.shape()),
                    "a key/value head serves a whole group of query heads");
  attn::check_shape(axis(q, 4) == axis(k, 4), shown_name(files.key), "K", k.shape(),
                    "the batch of Q " + attn::to_string(q.shape()));
  if (v) {
    against_q(shown_name(files.value), "V", *v);
    Shape expected_v = k.shape();
    expected_v.back() = v->cols();
    attn::check_shape(v->shape() == expected_v, shown_name(files.value), "V", v->shape(),
                      "all but the last size as in K " + attn::to_string(k.shape()));
  }

  auto source = std::make_unique<ComputedSource<T>>(q, k, v, H, Hkv, scores);
  if (rank >= 3) source->heads = MapAxis(H);
  if (rank >= 4) source->batches = MapAxis(axis(q, 4));
  if (rank >= 3) source->output_axes = {"head"};
  if (rank >= 4) source->output_axes = {"batch", "head"};
  source->labels = {query.row_labels, key.row_labels};
  source->finish = [rank](const Tensor<T>& z) {  // [B, H, Nq, dv] without the axes that Q doesn't have
    return z.reshaped(Shape(z.shape().end() - rank, z.shape().end()));
  };
  return source;
}

template std::unique_ptr<AttentionSource<float>> open_qkv(const QkvFiles&, const ScoreOptions&, const Array&,
                                                          const Array&, const std::optional<Array>&);
template std::unique_ptr<AttentionSource<double>> open_qkv(const QkvFiles&, const ScoreOptions&, const Array&,
                                                           const Array&, const std::optional<Array>&);
