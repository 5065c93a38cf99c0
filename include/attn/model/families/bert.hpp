// BERT [Devlin 2019], RoBERTa [Liu 2019] and ELECTRA [Clark 2020]: the encoder of the Transformer, norms after.
//
// RoBERTa counts positions from behind the id of its padding; ELECTRA's embeddings may be narrower than its blocks.
#pragma once

#include <attn/model/config.hpp>
#include <attn/model/transformer.hpp>
#include <attn/model/weights.hpp>

namespace attn::model {

namespace detail {

/// The table of a vocabulary as a layer from states to logits, with the bias called `bias` where there is one.
template <class T>
Linear<T> tied(const Table<T>& tokens, Weights& w, const std::string& bias) {
  return {tokens, false, w.has(bias) ? w.row<T>(bias, tokens.rows()) : RowVector<T>()};
}

/// The layer from states to logits: `name`.weight where the checkpoint has it, the vocabulary's table where not.
template <class T>
Linear<T> own_or_tied(const Table<T>& tokens, Weights& w, const std::string& name, Index D,
                      const std::string& bias = "") {
  if (!w.has(name + ".weight")) return tied(tokens, w, bias.empty() ? name + ".bias" : bias);
  Linear<T> out = w.linear<T>(name, D, w.rows(name + ".weight"), false);
  const std::string its_bias = w.has(name + ".bias") ? name + ".bias" : bias;
  if (!its_bias.empty() && w.has(its_bias)) out.bias = w.row<T>(its_bias, out.out());
  if (!bias.empty() && w.has(bias)) w.pass_over(bias);
  return out;
}

template <class T>
Stack<T> bert_encoder(const Config& c, Weights& w, const std::string& p) {
  c.must_be("position_embedding_type", "absolute");
  const Index D = c.size("hidden_size"), E = c.size("embedding_size", D), F = c.size("intermediate_size");
  const double eps = c.number("layer_norm_eps", 1e-12);
  Stack<T> stack;
  EmbeddingLayer<T>& e = stack.embedding;
  e.tokens = w.table<T>(p + "embeddings.word_embeddings.weight", c.size("vocab_size"), E);
  e.positions = w.table<T>(p + "embeddings.position_embeddings.weight", c.size("max_position_embeddings"), E);
  e.segments = w.table<T>(p + "embeddings.token_type_embeddings.weight", c.size("type_vocab_size", 2), E);
  e.norm = w.norm_layer<T>(p + "embeddings.LayerNorm", E, eps);
  if (w.has(p + "embeddings_project.weight")) e.widen = w.linear<T>(p + "embeddings_project", E, D);
  for (Index l = 0; l < c.size("num_hidden_layers"); ++l) {
    const std::string q = p + "encoder.layer." + std::to_string(l) + ".";
    Block<T> block;
    block.place = NormPlace::after;
    block.attention = {w.linear<T>(q + "attention.self.query", D, D), w.linear<T>(q + "attention.self.key", D, D),
                       w.linear<T>(q + "attention.self.value", D, D), w.linear<T>(q + "attention.output.dense", D, D),
                       Heads{c.size("num_attention_heads")}};
    block.attention_residual.norm = w.norm_layer<T>(q + "attention.output.LayerNorm", D, eps);
    block.feed_forward = {w.linear<T>(q + "intermediate.dense", D, F), w.linear<T>(q + "output.dense", F, D),
                          c.activation("hidden_act", "gelu")};
    block.feed_forward_residual.norm = w.norm_layer<T>(q + "output.LayerNorm", D, eps);
    stack.blocks.push_back(std::move(block));
  }
  return stack;
}

/// A summary of the text by its first token, and classes by the summary.
template <class T>
void add_pooler(const std::string& p, Weights& w, Index D, std::vector<OutputHead<T>>& heads) {
  if (!w.has(p + "pooler.dense.weight")) return;
  OutputHead<T> pooler{"pooler_output"};
  pooler.rows = Rows::first;
  pooler.dense = w.linear<T>(p + "pooler.dense", D, D);
  pooler.tanh = true;
  heads.push_back(std::move(pooler));
}

template <class T>
void add_classes(const std::string& name, const std::string& what, const std::string& from, Weights& w, Index D,
                 std::vector<OutputHead<T>>& heads) {
  if (!w.has(name + ".weight")) return;
  OutputHead<T> head{what, from};
  head.rows = Rows::first;
  head.out = w.linear<T>(name, D, w.rows(name + ".weight"));
  heads.push_back(std::move(head));
}

/// Logits of the vocabulary for each token: a layer, an activation, a norm, and the table of the vocabulary.
template <class T>
OutputHead<T> masked_words(Linear<T> dense, Activation activation, Norm<T> norm, Linear<T> out) {
  OutputHead<T> head{"logits"};
  head.dense = std::move(dense);
  head.activation = activation;
  head.norm = std::move(norm);
  head.out = std::move(out);
  return head;
}

}  // namespace detail

template <class T>
Transformer<T> bert(const Config& c, Weights& w) {
  const std::string p = w.prefix("bert.");
  const Index D = c.size("hidden_size");
  const double eps = c.number("layer_norm_eps", 1e-12);
  Transformer<T> model{"bert"};
  model.encoder = detail::bert_encoder<T>(c, w, p);
  detail::add_pooler(p, w, D, model.heads);
  if (const std::string m = "cls.predictions."; w.has(m + "transform.dense.weight"))
    model.heads.push_back(
        detail::masked_words(w.linear<T>(m + "transform.dense", D, D), c.activation("hidden_act", "gelu"),
                             w.norm_layer<T>(m + "transform.LayerNorm", D, eps),
                             detail::own_or_tied(model.encoder->embedding.tokens, w, m + "decoder", D, m + "bias")));
  if (w.has(p + "pooler.dense.weight")) {
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
  detail::add_pooler(p, w, D, model.heads);
  if (w.has("lm_head.dense.weight"))
    model.heads.push_back(
        detail::masked_words(w.linear<T>("lm_head.dense", D, D), Activation::gelu_erf,
                             w.norm_layer<T>("lm_head.layer_norm", D, c.number("layer_norm_eps", 1e-12)),
                             detail::own_or_tied(e.tokens, w, "lm_head.decoder", D, "lm_head.bias")));
  if (w.has("classifier.out_proj.weight")) {
    OutputHead<T> head{"logits"};
    head.rows = Rows::first;
    head.dense = w.linear<T>("classifier.dense", D, D);
    head.tanh = true;
    head.out = w.linear<T>("classifier.out_proj", D, w.rows("classifier.out_proj.weight"));
    model.heads.push_back(std::move(head));
  }
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
  if (w.has("classifier.out_proj.weight")) {
    OutputHead<T> head{"logits"};
    head.rows = Rows::first;
    head.dense = w.linear<T>("classifier.dense", D, D);
    head.activation = Activation::gelu_erf;
    head.out = w.linear<T>("classifier.out_proj", D, w.rows("classifier.out_proj.weight"));
    model.heads.push_back(std::move(head));
  }
  model.unused = w.unused({"embeddings.position_ids"});
  return model;
}

}  // namespace attn::model
