// ViT [Dosovitskiy 2021]: an encoder of the patches of an image, norms before.
#pragma once

#include <attn/model/config.hpp>
#include <attn/model/families/heads.hpp>

namespace attn::model {

template <class T>
Transformer<T> vit(const Config& c, Weights& w) {
  const std::string p = w.prefix("vit.");
  const Index D = c.size("hidden_size"), F = c.size("intermediate_size"), P = c.size("patch_size", 16);
  const Index C = c.size("num_channels", 3), side = c.size("image_size", 224) / P;
  const double eps = c.number("layer_norm_eps", 1e-12);
  const bool bias = c.flag("qkv_bias", true);
  c.must_be("pooler_act", "tanh");
  Transformer<T> model{"vit"};
  Stack<T>& stack = model.encoder.emplace();
  EmbeddingLayer<T>& e = stack.embedding;
  const std::string projection = p + "embeddings.patch_embeddings.projection";
  e.patch_size = P;
  e.patches = {Table<T>(w.tensor<T>(projection + ".weight", {D, C, P, P}).reshaped({D, C * P * P})), false,
               w.row<T>(projection + ".bias", D)};
  e.class_token = Eigen::Map<const RowVector<T>>(w.tensor<T>(p + "embeddings.cls_token", {1, 1, D}).data(), D);
  e.positions = Table<T>(
      w.tensor<T>(p + "embeddings.position_embeddings", {1, 1 + side * side, D}).reshaped({1 + side * side, D}));
  for (Index l = 0; l < c.size("num_hidden_layers"); ++l) {
    const std::string q = p + "encoder.layer." + std::to_string(l) + ".";
    Block<T> block;
    block.attention = {w.linear<T>(q + "attention.attention.query", D, D, bias),
                       w.linear<T>(q + "attention.attention.key", D, D, bias),
                       w.linear<T>(q + "attention.attention.value", D, D, bias),
                       w.linear<T>(q + "attention.output.dense", D, D), Heads{c.size("num_attention_heads")}};
    block.attention_residual.norm = w.norm_layer<T>(q + "layernorm_before", D, eps);
    block.feed_forward = {w.linear<T>(q + "intermediate.dense", D, F), w.linear<T>(q + "output.dense", F, D),
                          c.activation("hidden_act", "gelu")};
    block.feed_forward_residual.norm = w.norm_layer<T>(q + "layernorm_after", D, eps);
    stack.blocks.push_back(std::move(block));
  }
  stack.last_norm = w.norm_layer<T>(p + "layernorm", D, eps);
  detail::add_pooler(p + "pooler.dense", w, D, model.heads);
  detail::add_classes("classifier", "logits", "last_hidden_state", w, D, model.heads);
  model.unused = w.unused();
  return model;
}

}  // namespace attn::model
