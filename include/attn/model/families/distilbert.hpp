// DistilBERT [Sanh 2019]: BERT with half of its layers and no segments.
#pragma once

#include <attn/model/families/bert.hpp>

namespace attn::model {

template <class T>
Transformer<T> distilbert(const Config& c, Weights& w) {
  const std::string p = w.prefix("distilbert.");
  const Index D = c.size("dim"), F = c.size("hidden_dim");
  constexpr double eps = 1e-12;
  Transformer<T> model{"distilbert"};
  Stack<T>& stack = model.encoder.emplace();
  EmbeddingLayer<T>& e = stack.embedding;
  e.tokens = w.table<T>(p + "embeddings.word_embeddings.weight", c.size("vocab_size"), D);
  e.positions = w.table<T>(p + "embeddings.position_embeddings.weight", c.size("max_position_embeddings"), D);
  e.norm = w.norm_layer<T>(p + "embeddings.LayerNorm", D, eps);
  for (Index l = 0; l < c.size("n_layers"); ++l) {
    const std::string q = p + "transformer.layer." + std::to_string(l) + ".";
    Block<T> block;
    block.place = NormPlace::after;
    block.attention = {w.linear<T>(q + "attention.q_lin", D, D), w.linear<T>(q + "attention.k_lin", D, D),
                       w.linear<T>(q + "attention.v_lin", D, D), w.linear<T>(q + "attention.out_lin", D, D),
                       Heads{c.size("n_heads")}};
    block.attention_residual.norm = w.norm_layer<T>(q + "sa_layer_norm", D, eps);
    block.feed_forward = {w.linear<T>(q + "ffn.lin1", D, F), w.linear<T>(q + "ffn.lin2", F, D),
                          c.activation("activation", "gelu")};
    block.feed_forward_residual.norm = w.norm_layer<T>(q + "output_layer_norm", D, eps);
    stack.blocks.push_back(std::move(block));
  }
  if (w.has("vocab_transform.weight"))
    model.heads.push_back(detail::masked_words(w.linear<T>("vocab_transform", D, D), c.activation("activation", "gelu"),
                                               w.norm_layer<T>("vocab_layer_norm", D, eps),
                                               detail::own_or_tied(e.tokens, w, "vocab_projector", D)));
  if (w.has("pre_classifier.weight")) {
    OutputHead<T> head{"logits"};
    head.rows = Rows::first;
    head.dense = w.linear<T>("pre_classifier", D, D);
    head.activation = Activation::relu;
    head.out = w.linear<T>("classifier", D, w.rows("classifier.weight"));
    model.heads.push_back(std::move(head));
  }
  model.unused = w.unused({"embeddings.position_ids"});
  return model;
}

}  // namespace attn::model
