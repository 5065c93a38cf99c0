// BLOOM [Le Scao 2022]: a decoder with linear biases instead of positions.
#pragma once

#include <attn/model/families/gpt_neox.hpp>

namespace attn::model {

template <class T>
Transformer<T> bloom(const Config& c, Weights& w) {
  const std::string p = w.prefix("transformer.");
  const Index D = c.has("hidden_size") ? c.size("hidden_size") : c.size("n_embed"), F = 4 * D;
  const Index H = c.has("n_head") ? c.size("n_head") : c.size("num_attention_heads");
  const double eps = c.number("layer_norm_epsilon", 1e-5);
  const bool normed = c.flag("apply_residual_connection_post_layernorm", false);
  Transformer<T> model{"bloom"};
  Stack<T>& stack = model.decoder.emplace();
  stack.part = Part::decoder;
  stack.bias = Alibi{H};
  stack.embedding.tokens = w.table<T>(p + "word_embeddings.weight", c.size("vocab_size"), D);
  stack.embedding.norm = w.norm_layer<T>(p + "word_embeddings_layernorm", D, eps);
  const Index L = c.has("n_layer") ? c.size("n_layer") : c.size("num_hidden_layers");
  for (Index l = 0; l < L; ++l) {
    const std::string q = p + "h." + std::to_string(l) + ".";
    Block<T> block;
    block.attention.heads = Heads{H};
    detail::split_by_head(w.linear<T>(q + "self_attention.query_key_value", D, 3 * D), H, D / H, block.attention);
    block.attention.out = w.linear<T>(q + "self_attention.dense", D, D);
    block.attention.causal = true;
    block.attention_residual = {w.norm_layer<T>(q + "input_layernorm", D, eps), {}, normed};
    block.feed_forward = {w.linear<T>(q + "mlp.dense_h_to_4h", D, F), w.linear<T>(q + "mlp.dense_4h_to_h", F, D),
                          Activation::gelu_tanh};
    block.feed_forward_residual = {w.norm_layer<T>(q + "post_attention_layernorm", D, eps), {}, normed};
    stack.blocks.push_back(std::move(block));
  }
  stack.last_norm = w.norm_layer<T>(p + "ln_f", D, eps);
  model.heads.push_back(detail::words_or_classes(stack.embedding.tokens, w, D));
  model.unused = w.unused();
  return model;
}

}  // namespace attn::model
