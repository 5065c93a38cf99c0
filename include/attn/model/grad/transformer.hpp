// A forward pass in reverse: how a scalar of a model's output changes with everything before it.
//
//     d = backward(model, input, "logits", d_logits, gradients);      d_logits: 1 where the logit asked about is, else
//     0
//
// `gradients` are hooks that receive the gradient at each site: at Site::weights that of every attention matrix. Of the
// forward pass only the stream before each block is kept; the rest is computed again, so hooks of the forward pass are
// called twice and more. What they changed counts as having been added: its gradient goes on to what was there before.
#pragma once

#include <attn/core/grad/scoring.hpp>
#include <attn/model/grad/block.hpp>
#include <attn/model/transformer.hpp>

#include <map>
#include <string>
#include <utility>

namespace attn::model {

template <class T>
struct Gradient {
  std::map<Part, Matrix<T>> states;      // of what enters the first block of a stack [N x D]
  std::map<Part, Matrix<T>> embeddings;  // of the tokens' vectors as they were looked up [N x E]
  Tensor<T> image = {};                  // of the pixels [C x H x W]
};

namespace detail {

/// The gradient of the states, from that of run_head(head, states, keys).
template <class T>
Matrix<T> head_backward(const OutputHead<T>& head, const Matrix<T>& states, const std::vector<bool>& keys,
                        Matrix<T> d) {
  const Index row = row_of(head, states, keys);
  const Matrix<T> x = row < 0 ? states : Matrix<T>(states.row(row));
  const Matrix<T> wide = head.dense.empty() ? x : head.dense(x);
  Matrix<T> bent = wide;
  if (head.tanh) bent = wide.array().tanh();
  if (head.activation) bent = activate(wide, *head.activation);
  soft_cap_backward(d, head.soft_cap ? run_head(head, states, keys) : d, head.soft_cap);
  d = backward(head.out, d);
  d *= T(head.scale);
  d = backward(head.norm, bent, d);
  if (head.activation) d = activation_backward(wide, *head.activation, d);
  if (head.tanh) d.array() *= T(1) - bent.array().square();
  d = backward(head.dense, d);
  if (row < 0) return d;
  Matrix<T> d_states = Matrix<T>::Zero(states.rows(), states.cols());
  d_states.row(row) = d;
  return d_states;
}

/// Through all blocks of a stack, from the gradient of what run_stack() returned to that of x.
template <class T>
Matrix<T> stack_backward(const Stack<T>& stack, const std::vector<Matrix<T>>& states, const std::vector<bool>& keys,
                         const Context<T>* context, const Hooks<T>& hooks, const Matrix<T>& d_out,
                         const Hooks<T>& gradients, Matrix<T>* d_context) {
  static const std::vector<bool> none;
  Matrix<T> d = backward(stack.last_norm, states.back(), d_out);
  for (std::size_t l = stack.blocks.size(); l-- > 0;)
    d = block_backward(stack.blocks[l], stack.bias, states[l], keys, context ? &context->states : nullptr,
                       context ? context->keys : none, HookPoint{stack.part, static_cast<Index>(l)}, hooks,
                       std::move(d), gradients, d_context);
  return d;
}

template <class T>
Matrix<T> embedding_backward(const EmbeddingLayer<T>& layer, const std::vector<Index>& ids,
                             const std::vector<Index>& segments, const std::vector<bool>& visible, Matrix<T> d) {
  d = backward(layer.widen, d);
  d = backward(layer.norm, sum_of_embeddings(layer, ids, segments, visible), d);
  d = backward(layer.widen_tokens, d);
  return layer.scale_is_of_table ? d : Matrix<T>(d * T(layer.scale));
}

/// Of the pixels, from that of the vectors [1 + patches x D].
template <class T>
Tensor<T> image_backward(const EmbeddingLayer<T>& layer, const Shape& shape, const Matrix<T>& d) {
  const Matrix<T> d_patches = backward(layer.patches, Matrix<T>(d.bottomRows(d.rows() - 1)));
  const Index C = shape[0], W = shape[2], P = layer.patch_size;
  Tensor<T> image(shape);
  for (Index p = 0; p < d_patches.rows(); ++p)
    for (Index c = 0; c < C; ++c)
      for (Index y = 0; y < P; ++y)
        image.matrix(c).row(p / (W / P) * P + y).segment(p % (W / P) * P, P) =
            d_patches.row(p).segment((c * P + y) * P, P);
  return image;
}

}  // namespace detail

/// The gradients of the scalar whose gradient with respect to the named output is d_output, a matrix of its shape.
/// `hooks` are those of the forward pass. Throws UsageError for an output that the model doesn't have, ShapeError where
/// d_output doesn't fit, and what forward() throws.
template <class T>
Gradient<T> backward(const Transformer<T>& model, const Input<T>& input, const std::string& output,
                     const Matrix<T>& d_output, const Hooks<T>& gradients = {}, const Hooks<T>& hooks = {}) {
  Keep keep;
  keep.weights = nullptr;
  keep.states = true;
  Pass<T> pass = forward(model, input, keep, hooks);
  const auto found = pass.outputs.find(output);
  if (found == pass.outputs.end())
    throw UsageError("backward: the model has no output " + output + ", expected logits or another one of its outputs");
  check_shape(shape_of(d_output) == shape_of(found->second), "backward", "the gradient of " + output,
              shape_of(d_output), to_string(shape_of(found->second)));
  const bool two = model.encoder && model.decoder;
  const Stack<T>& last = model.decoder ? *model.decoder : *model.encoder;
  const Stack<T>& first = model.encoder ? *model.encoder : *model.decoder;
  const bool images = first.embedding.of_images();
  const auto mask_of = [](const std::vector<bool>& mask, Index size) {
    return detail::mask_or_all(mask, static_cast<std::size_t>(size));
  };
  const std::vector<bool> keys =
      mask_of(images ? std::vector<bool>() : input.mask, pass.states.at(first.part).front().rows());
  const std::vector<bool> last_keys =
      two ? mask_of(input.decoder_mask, static_cast<Index>(input.decoder_ids.size())) : keys;

  // From the output back to the last states, through the heads that it was made of.
  Matrix<T> d = d_output;
  std::string name = output;
  for (auto head = model.heads.rbegin(); head != model.heads.rend(); ++head)
    if (head->name == name) {
      d = detail::head_backward(*head, pass.outputs.at(head->from), last_keys, std::move(d));
      name = head->from;
    }

  Gradient<T> gradient;
  if (two) {
    const Matrix<T>& context_states = pass.outputs.at("encoder_last_hidden_state");
    const Context<T> context{context_states, keys};
    Matrix<T> d_context = Matrix<T>::Zero(context_states.rows(), context_states.cols());
    if (name == "encoder_last_hidden_state") {
      d_context = std::move(d);
    } else {
      d = detail::stack_backward(last, pass.states.at(last.part), last_keys, &context, hooks, d, gradients, &d_context);
      gradient.embeddings[last.part] = detail::embedding_backward(last.embedding, input.decoder_ids, {}, last_keys, d);
      gradient.states[last.part] = std::move(d);
    }
    d = std::move(d_context);
  }
  d = detail::stack_backward<T>(first, pass.states.at(first.part), keys, nullptr, hooks, d, gradients, nullptr);
  if (images)
    gradient.image = detail::image_backward(first.embedding, input.image.shape(), d);
  else
    gradient.embeddings[first.part] = detail::embedding_backward(first.embedding, input.ids, input.segments, keys, d);
  gradient.states[first.part] = std::move(d);
  return gradient;
}

}  // namespace attn::model
