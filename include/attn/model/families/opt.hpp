// OPT [Zhang 2022]: a decoder whose positions begin at row 2 of their table.
#pragma once

#include <attn/model/config.hpp>
#include <attn/model/families/heads.hpp>

namespace attn::model {

template <class T>
Transformer<T> opt(const Config& c, Weights& w) {
  const std::string p = w.prefix("model.") + "decoder.";
  const Index D = c.size("hidden_size"), E = c.size("word_embed_proj_dim", D), F = c.size("ffn_dim");
  const bool bias = c.flag("enable_bias", true), before = c.flag("do_layer_norm_before", true);
  c.must_be("layer_norm_elementwise_affine", true);
  constexpr double eps = 1e-5;
  constexpr Index kBegin = 2;
  Transformer<T> model{"opt"};
  Stack<T>& stack = model.decoder.emplace();
  stack.part = Part::decoder;
  EmbeddingLayer<T>& e = stack.embedding;
  e.tokens = w.table<T>(p + "embed_tokens.weight", c.size("vocab_size"), E);
  e.positions = w.table<T>(p + "embed_positions.weight", c.size("max_position_embeddings") + kBegin, D);
  e.first_position = kBegin;
  e.counts_visible = true;
  if (E != D) e.widen_tokens = w.linear<T>(p + "project_in", E, D, false);
  for (Index l = 0; l < c.size("num_hidden_layers"); ++l) {
    const std::string q = p + "layers." + std::to_string(l) + ".";
    Block<T> block;
    block.place = before ? NormPlace::before : NormPlace::after;
    block.attention = {w.linear<T>(q + "self_attn.q_proj", D, D, bias), w.linear<T>(q + "self_attn.k_proj", D, D, bias),
                       w.linear<T>(q + "self_attn.v_proj", D, D, bias),
                       w.linear<T>(q + "self_attn.out_proj", D, D, bias), Heads{c.size("num_attention_heads")}};
    block.attention.causal = true;
    block.attention_residual.norm = w.norm_layer<T>(q + "self_attn_layer_norm", D, eps);
    block.feed_forward = {w.linear<T>(q + "fc1", D, F, bias), w.linear<T>(q + "fc2", F, D, bias),
                          c.activation("activation_function", "relu")};
    block.feed_forward_residual.norm = w.norm_layer<T>(q + "final_layer_norm", D, eps);
    stack.blocks.push_back(std::move(block));
  }
  if (before && !c.flag("_remove_final_layer_norm", false))
    stack.last_norm = w.norm_layer<T>(p + "final_layer_norm", D, eps);
  OutputHead<T> head = detail::words_or_classes(e.tokens, w, E);
  if (E != D) head.dense = w.linear<T>(p + "project_out", D, E, false);
  model.heads.push_back(std::move(head));
  model.unused = w.unused();
  return model;
}

}  // namespace attn::model
