// A whole model: one stack, or an encoder and the decoder that reads it.
#pragma once

#include <attn/model/output_head.hpp>
#include <attn/model/stack.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace attn::model {

/// One text, or one image.
template <class T>
struct Input {
  std::vector<Index> ids = {};          // [N]
  std::vector<bool> mask = {};          // [N] false for padding; empty: all are tokens
  std::vector<Index> segments = {};     // [N], or empty
  Tensor<T> image = {};                 // [C x H x W], for models of images
  std::vector<Index> decoder_ids = {};  // [U], for encoder–decoder models
  std::vector<bool> decoder_mask = {};  // [U], or empty
};

template <class T>
struct Transformer {
  std::string family;
  std::optional<Stack<T>> encoder = {};
  std::optional<Stack<T>> decoder = {};
  std::vector<OutputHead<T>> heads = {};
  std::vector<std::string> unused = {};  // tensors of the checkpoint that nothing needed
};

namespace detail {
inline std::vector<bool> mask_or_all(const std::vector<bool>& mask, std::size_t size) {
  if (mask.empty()) return std::vector<bool>(size, true);
  check_shape(mask.size() == size, "forward", "the attention mask", {static_cast<Index>(mask.size())},
              to_string(Shape{static_cast<Index>(size)}), "one entry for each token");
  return mask;
}
}  // namespace detail

/// One forward pass. Throws UsageError for input that the model can't read: none, too long, unknown tokens. `batch` is
/// what hooks are told.
template <class T>
Pass<T> forward(const Transformer<T>& model, const Input<T>& input, const Keep& keep = {},
                const Hooks<T>& watching = {}, Index batch = -1) {
  Pass<T> pass;
  Hooks<T> hooks = watching;
  for (const Site site : keep.sites)
    hooks.add(site, [&kept = pass.sites[site]](HookPoint at, Eigen::Ref<Matrix<T>> matrix) {
      at.batch = -1;
      kept[at] = matrix;
    });
  const Stack<T>& first = model.encoder ? *model.encoder : *model.decoder;
  const bool two = model.encoder && model.decoder;
  if (input.ids.empty() && !first.embedding.of_images()) throw UsageError("forward: there is no token to read");
  Matrix<T> x;
  std::vector<bool> keys;
  if (first.embedding.of_images()) {
    x = embed_image(first.embedding, input.image);
    keys.assign(static_cast<std::size_t>(x.rows()), true);
  } else {
    keys = detail::mask_or_all(input.mask, input.ids.size());
    x = embed_tokens(first.embedding, input.ids, input.segments, keys);
  }
  const Index last_blocks = wanted_blocks(model.decoder ? *model.decoder : first, keep, hooks, batch);
  const bool reads_on = two && (last_blocks > 0 || keep.outputs || keep.states);
  const Index first_blocks = reads_on ? static_cast<Index>(first.blocks.size())
                             : two    ? wanted_blocks(first, keep, hooks, batch)
                                      : last_blocks;
  x = run_stack<T>(first, first_blocks, std::move(x), keys, nullptr, keep, hooks, batch, pass);
  if (reads_on) {
    if (input.decoder_ids.empty()) throw UsageError("forward: the decoder has no token to read");
    const Context<T> context{x, keys};
    std::vector<bool> decoder_keys = detail::mask_or_all(input.decoder_mask, input.decoder_ids.size());
    Matrix<T> y = embed_tokens(model.decoder->embedding, input.decoder_ids, {}, decoder_keys);
    y = run_stack<T>(*model.decoder, last_blocks, std::move(y), decoder_keys, &context, keep, hooks, batch, pass);
    if (keep.outputs) pass.outputs["encoder_last_hidden_state"] = x;
    x = std::move(y);
    keys = std::move(decoder_keys);
  }
  if (!keep.outputs) return pass;
  pass.outputs["last_hidden_state"] = std::move(x);
  for (const OutputHead<T>& head : model.heads)
    pass.outputs[head.name] = run_head(head, pass.outputs.at(head.from), keys);
  return pass;
}

/// A pass for each input, which need not be of one length: nothing is padded, and each is as it is by itself. Hooks are
/// told which one it is.
template <class T>
std::vector<Pass<T>> forward(const Transformer<T>& model, const std::vector<Input<T>>& inputs, const Keep& keep = {},
                             const Hooks<T>& hooks = {}) {
  std::vector<Pass<T>> passes;
  for (std::size_t b = 0; b < inputs.size(); ++b)
    passes.push_back(forward(model, inputs[b], keep, hooks, static_cast<Index>(b)));
  return passes;
}

}  // namespace attn::model
