// ALBERT [Lan 2020]: BERT with narrow embeddings, and the same parameters in all layers of a group.
#pragma once

#include <attn/model/families/bert.hpp>

namespace attn::model {

template <class T>
Transformer<T> albert(const Config& c, Weights& w) {
  c.must_be("position_embedding_type", "absolute");
  if (const Index inner = c.size("inner_group_num", 1); inner != 1)
    // transformers counts the layers of a group as one, and shows the last one's weights
    throw UnsupportedError(c.root().path() + ".inner_group_num is " + std::to_string(inner) + ": only 1 is supported");
  const std::string p = w.prefix("albert.");
  const Index D = c.size("hidden_size"), E = c.size("embedding_size", 128), F = c.size("intermediate_size");
  const Index L = c.size_up_to(1024, "num_hidden_layers", 12), groups = c.size("num_hidden_groups", 1);
  const double eps = c.number("layer_norm_eps", 1e-12);
  const Activation activation = c.activation("hidden_act", "gelu_new");
  Transformer<T> model{"albert"};
  Stack<T>& stack = model.encoder.emplace();
  EmbeddingLayer<T>& e = stack.embedding;
  e.tokens = w.table<T>(p + "embeddings.word_embeddings.weight", c.size("vocab_size"), E);
  e.positions = w.table<T>(p + "embeddings.position_embeddings.weight", c.size("max_position_embeddings"), E);
  e.segments = w.table<T>(p + "embeddings.token_type_embeddings.weight", c.size("type_vocab_size", 2), E);
  e.norm = w.norm_layer<T>(p + "embeddings.LayerNorm", E, eps);
  e.widen = w.linear<T>(p + "encoder.embedding_hidden_mapping_in", E, D);
  constexpr detail::BlockNames names{"attention.query", "attention.key",        "attention.value",
                                     "attention.dense", "attention.LayerNorm",  "ffn",
                                     "ffn_output",      "full_layer_layer_norm"};
  std::vector<Block<T>> of_groups;
  for (Index g = 0; g < groups; ++g)
    of_groups.push_back(
        detail::encoder_block<T>(p + "encoder.albert_layer_groups." + std::to_string(g) + ".albert_layers.0.", names, w,
                                 D, F, c.size("num_attention_heads"), eps, activation));
  for (Index l = 0; l < L; ++l) stack.blocks.push_back(of_groups[static_cast<std::size_t>(l * groups / L)]);

  if (detail::add_pooler(p + "pooler", w, D, model.heads)) {
    detail::add_classes("classifier", "logits", "pooler_output", w, D, model.heads);
    detail::add_classes("sop_classifier.classifier", "sop_logits", "pooler_output", w, D, model.heads);
  }
  if (w.has("predictions.dense.weight"))
    model.heads.push_back(detail::masked_words(
        w.linear<T>("predictions.dense", D, E), activation, w.norm_layer<T>("predictions.LayerNorm", E, eps),
        detail::own_or_tied(e.tokens, w, "predictions.decoder", E, "predictions.bias")));
  model.unused = w.unused({"embeddings.position_ids"});
  return model;
}

}  // namespace attn::model
