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
  constexpr detail::BlockNames names{"attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin",
                                     "sa_layer_norm",   "ffn.lin1",        "ffn.lin2",        "output_layer_norm"};
  const Activation activation = c.activation("activation", "gelu");
  for (Index l = 0; l < c.size("n_layers"); ++l)
    stack.blocks.push_back(detail::encoder_block<T>(p + "transformer.layer." + std::to_string(l) + ".", names, w, D, F,
                                                    c.size("n_heads"), eps, activation));
  if (w.has("vocab_transform.weight"))
    model.heads.push_back(detail::masked_words(w.linear<T>("vocab_transform", D, D), activation,
                                               w.norm_layer<T>("vocab_layer_norm", D, eps),
                                               detail::own_or_tied(e.tokens, w, "vocab_projector", D)));
  if (w.has("pre_classifier.weight"))
    model.heads.push_back(detail::classes_of_first<T>("pre_classifier", Activation::relu, "classifier", w, D));
  model.unused = w.unused({"embeddings.position_ids"});
  return model;
}

}  // namespace attn::model
