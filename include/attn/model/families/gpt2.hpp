// GPT-2 [Radford 2019]: the decoder of the Transformer, norms before; its matrices are stored [in x out].
#pragma once

#include <attn/model/config.hpp>
#include <attn/model/families/heads.hpp>

namespace attn::model {

template <class T>
Transformer<T> gpt2(const Config& c, Weights& w) {
  const std::string p = w.prefix("transformer.");
  const Index D = c.size("n_embd"), F = c.size("n_inner", 4 * D), H = c.size("n_head");
  const double eps = c.number("layer_norm_epsilon", 1e-5);
  Transformer<T> model{"gpt2"};
  Stack<T>& stack = model.decoder.emplace();
  stack.part = Part::decoder;
  stack.embedding.tokens = w.table<T>(p + "wte.weight", c.size("vocab_size"), D);
  stack.embedding.positions = w.table<T>(p + "wpe.weight", c.size("n_positions", 1024), D);
  for (Index l = 0; l < c.size("n_layer"); ++l) {
    const std::string q = p + "h." + std::to_string(l) + ".";
    const Linear<T> qkv = w.linear_of_columns<T>(q + "attn.c_attn", D, 3 * D);
    Block<T> block;
    block.attention = {qkv.part(0, D), qkv.part(D, D), qkv.part(2 * D, D),
                       w.linear_of_columns<T>(q + "attn.c_proj", D, D), Heads{H}};
    block.attention.causal = true;
    double scale = c.flag("scale_attn_weights", true) ? 1 / std::sqrt(double(D / H)) : 1;
    if (c.flag("scale_attn_by_inverse_layer_idx", false)) scale /= double(l + 1);
    block.attention.scoring.scale = scale;
    block.attention_residual.norm = w.norm_layer<T>(q + "ln_1", D, eps);
    block.feed_forward = {w.linear_of_columns<T>(q + "mlp.c_fc", D, F), w.linear_of_columns<T>(q + "mlp.c_proj", F, D),
                          c.activation("activation_function", "gelu_new")};
    block.feed_forward_residual.norm = w.norm_layer<T>(q + "ln_2", D, eps);
    stack.blocks.push_back(std::move(block));
  }
  stack.last_norm = w.norm_layer<T>(p + "ln_f", D, eps);
  model.heads.push_back(detail::words_or_classes(stack.embedding.tokens, w, D));
  model.unused = w.unused({"attn.bias", "attn.masked_bias"});
  return model;
}

}  // namespace attn::model
