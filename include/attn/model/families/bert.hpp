// BERT [Devlin 2019], RoBERTa [Liu 2019] and ELECTRA [Clark 2020]: the encoder of the Transformer, norms after.
//
// RoBERTa counts positions from behind the id of its padding; ELECTRA's embeddings may be narrower than its blocks.
#pragma once

#include <attn/model/config.hpp>
#include <attn/model/families/heads.hpp>

namespace attn::model {

namespace detail {

/// What a checkpoint calls the layers of a block whose norms come after.
struct BlockNames {
  const char *q, *k, *v, *out, *attention_norm, *feed_forward_in, *feed_forward_out, *feed_forward_norm;
};

/// The block whose names begin with `p`, of width D and F, with H heads.
template <class T>
Block<T> encoder_block(const std::string& p, const BlockNames& names, Weights& w, Index D, Index F, Index H, double eps,
                       Activation activation) {
  Block<T> block;
  block.place = NormPlace::after;
  block.attention = {w.linear<T>(p + names.q, D, D), w.linear<T>(p + names.k, D, D), w.linear<T>(p + names.v, D, D),
                     w.linear<T>(p + names.out, D, D), Heads{H}};
  block.attention_residual.norm = w.norm_layer<T>(p + names.attention_norm, D, eps);
  block.feed_forward = {w.linear<T>(p + names.feed_forward_in, D, F), w.linear<T>(p + names.feed_forward_out, F, D),
                        activation};
  block.feed_forward_residual.norm = w.norm_layer<T>(p + names.feed_forward_norm, D, eps);
  return block;
}

template <class T>
Stack<T> bert_encoder(const Config& c, Weights& w, const std::string& p) {
  c.must_be("position_embedding_type", "absolute");
  c.must_be("is_decoder", false);
  const Index D = c.size("hidden_size"), E = c.size("embedding_size", D), F = c.size("intermediate_size");
  const double eps = c.number("layer_norm_eps", 1e-12);
  Stack<T> stack;
  EmbeddingLayer<T>& e = stack.embedding;
  e.tokens = w.table<T>(p + "embeddings.word_embeddings.weight", c.size("vocab_size"), E);
  e.positions = w.table<T>(p + "embeddings.position_embeddings.weight", c.size("max_position_embeddings"), E);
  e.segments = w.table<T>(p + "embeddings.token_type_embeddings.weight", c.size("type_vocab_size", 2), E);
  e.norm = w.norm_layer<T>(p + "embeddings.LayerNorm", E, eps);
  if (w.has(p + "embeddings_project.weight")) e.widen = w.linear<T>(p + "embeddings_project", E, D);
  constexpr BlockNames names{
      "attention.self.query",       "attention.self.key", "attention.self.value", "attention.output.dense",
      "attention.output.LayerNorm", "intermediate.dense", "output.dense",         "output.LayerNorm"};
  const Activation activation = c.activation("hidden_act", "gelu");
  for (Index l = 0; l < c.size("num_hidden_layers"); ++l)
    stack.blocks.push_back(encoder_block<T>(p + "encoder.layer." + std::to_string(l) + ".", names, w, D, F,
                                            c.size("num_attention_heads"), eps, activation));
  return stack;
}

}  // namespace detail

template <class T>
Transformer<T> bert(const Config& c, Weights& w) {
  const std::string p = w.prefix("bert.");
  const Index D = c.size("hidden_size");
  const double eps = c.number("layer_norm_eps", 1e-12);
  Transformer<T> model{"bert"};
  model.encoder = detail::bert_encoder<T>(c, w, p);
  const bool summarised = detail::add_pooler(p + "pooler.dense", w, D, model.heads);
  if (const std::string m = "cls.predictions."; w.has(m + "transform.dense.weight"))
    model.heads.push_back(
        detail::masked_words(w.linear<T>(m + "transform.dense", D, D), c.activation("hidden_act", "gelu"),
                             w.norm_layer<T>(m + "transform.LayerNorm", D, eps),
                             detail::own_or_tied(model.encoder->embedding.tokens, w, m + "decoder", D, m + "bias")));
  if (summarised) {
    detail::add_classes("cls.seq_relationship", "seq_relationship_logits", "pooler_output", w, D, model.heads);
    detail::add_classes("classifier", "logits", "pooler_output", w, D, model.heads);
  }
  model.unused = w.unused({"embeddings.position_ids"});
  return model;
}

template <class T>
Transformer<T> roberta(const Config& c, Weights& w) {
  const std::string p = w.prefix("roberta.");
  const Index D = c.size("hidden_size");
  Transformer<T> model{"roberta"};
  model.encoder = detail::bert_encoder<T>(c, w, p);
  EmbeddingLayer<T>& e = model.encoder->embedding;
  const Index padding = c.has("pad_token_id") ? c.root()["pad_token_id"].id() : 1;
  e.padding = padding;
  e.first_position = padding + 1;
  detail::add_pooler(p + "pooler.dense", w, D, model.heads);
  if (w.has("lm_head.dense.weight"))
    model.heads.push_back(
        detail::masked_words(w.linear<T>("lm_head.dense", D, D), Activation::gelu_erf,
                             w.norm_layer<T>("lm_head.layer_norm", D, c.number("layer_norm_eps", 1e-12)),
                             detail::own_or_tied(e.tokens, w, "lm_head.decoder", D, "lm_head.bias")));
  if (w.has("classifier.out_proj.weight"))
    model.heads.push_back(detail::classes_of_first<T>("classifier.dense", std::nullopt, "classifier.out_proj", w, D));
  model.unused = w.unused({"embeddings.position_ids"});
  return model;
}

template <class T>
Transformer<T> electra(const Config& c, Weights& w) {
  const std::string p = w.prefix("electra.");
  const Index D = c.size("hidden_size"), E = c.size("embedding_size", D);
  const double eps = c.number("layer_norm_eps", 1e-12);
  Transformer<T> model{"electra"};
  model.encoder = detail::bert_encoder<T>(c, w, p);
  if (w.has("generator_predictions.dense.weight"))
    model.heads.push_back(
        detail::masked_words(w.linear<T>("generator_predictions.dense", D, E), Activation::gelu_erf,
                             w.norm_layer<T>("generator_predictions.LayerNorm", E, eps),
                             detail::own_or_tied(model.encoder->embedding.tokens, w, "generator_lm_head", E)));
  if (w.has("discriminator_predictions.dense.weight")) {  // for each token, whether it was replaced
    OutputHead<T> head{"logits"};
    head.dense = w.linear<T>("discriminator_predictions.dense", D, D);
    head.activation = c.activation("hidden_act", "gelu");
    head.out = w.linear<T>("discriminator_predictions.dense_prediction", D, 1);
    model.heads.push_back(std::move(head));
  }
  if (w.has("classifier.out_proj.weight"))
    model.heads.push_back(
        detail::classes_of_first<T>("classifier.dense", Activation::gelu_erf, "classifier.out_proj", w, D));
  model.unused = w.unused({"embeddings.position_ids"});
  return model;
}

}  // namespace attn::model
