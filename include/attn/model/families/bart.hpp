// BART [Lewis 2020] and Marian [Junczys-Dowmunt 2018], the encoder and the decoder of the Transformer, norms after; and
// Blenderbot [Roller 2021], norms before.
//
// BART learns its positions, from row 2 of their table on; Marian's are sines and cosines, and not stored.
#pragma once

#include <attn/model/config.hpp>
#include <attn/model/families/heads.hpp>

namespace attn::model {

namespace detail {

enum class BartKind { bart, marian, blenderbot };

template <class T>
Stack<T> bart_stack(BartKind kind, const Config& c, Weights& w, Part part, const Table<T>& tokens) {
  const bool decoder = part == Part::decoder;
  const std::string side = decoder ? "decoder" : "encoder", p = w.prefix("model.") + side + ".";
  const Index D = c.size("d_model"), F = c.size((side + "_ffn_dim").c_str());
  const Index most = c.size_up_to(1 << 16, "max_position_embeddings", 1024);
  constexpr double eps = 1e-5;
  const bool norms_before = kind == BartKind::blenderbot;
  Stack<T> stack;
  stack.part = part;
  EmbeddingLayer<T>& e = stack.embedding;
  e.tokens = tokens;
  if (c.flag("scale_embedding", false)) e.scale = std::sqrt(double(D));
  if (kind == BartKind::marian) {
    e.positions = Table<T>(Matrix<T>(sinusoidal_positions_halves<float>(most, D).template cast<T>()));  // as trained
  } else {
    e.first_position = kind == BartKind::bart ? 2 : 0;
    e.positions = w.table<T>(p + "embed_positions.weight", most + e.first_position, D);
  }
  if (kind == BartKind::bart) e.norm = w.norm_layer<T>(p + "layernorm_embedding", D, eps);
  const auto attention = [&](const std::string& name) {
    return AttentionLayer<T>{w.linear<T>(name + ".q_proj", D, D), w.linear<T>(name + ".k_proj", D, D),
                             w.linear<T>(name + ".v_proj", D, D), w.linear<T>(name + ".out_proj", D, D),
                             Heads{c.size((side + "_attention_heads").c_str())}};
  };
  for (Index l = 0; l < c.size((side + "_layers").c_str()); ++l) {
    const std::string q = p + "layers." + std::to_string(l) + ".";
    Block<T> block;
    block.place = norms_before ? NormPlace::before : NormPlace::after;
    block.attention = attention(q + "self_attn");
    block.attention.causal = decoder;
    block.attention_residual.norm = w.norm_layer<T>(q + "self_attn_layer_norm", D, eps);
    if (decoder) {
      block.cross = attention(q + "encoder_attn");
      block.cross_residual.norm = w.norm_layer<T>(q + "encoder_attn_layer_norm", D, eps);
    }
    block.feed_forward = {w.linear<T>(q + "fc1", D, F), w.linear<T>(q + "fc2", F, D),
                          c.activation("activation_function", "gelu")};
    block.feed_forward_residual.norm = w.norm_layer<T>(q + "final_layer_norm", D, eps);
    stack.blocks.push_back(std::move(block));
  }
  if (norms_before) stack.last_norm = w.norm_layer<T>(p + "layer_norm", D, eps);
  return stack;
}

template <class T>
Transformer<T> bart_like(BartKind kind, const std::string& family, const Config& c, Weights& w) {
  const std::string p = w.prefix("model.");
  const Index D = c.size("d_model"), V = c.size("vocab_size");
  const Table<T> tokens = w.table<T>(p + "shared.weight", V, D);
  Transformer<T> model{family};
  model.encoder = bart_stack(kind, c, w, Part::encoder, tokens);
  model.decoder = bart_stack(kind, c, w, Part::decoder, tokens);
  OutputHead<T> head{"logits"};
  head.out = own_or_tied(tokens, w, "lm_head", D);
  if (w.has("final_logits_bias")) {
    const Tensor<T> bias = w.tensor<T>("final_logits_bias", {1, V});
    head.out.bias = Eigen::Map<const RowVector<T>>(bias.data(), V);
  }
  model.heads.push_back(std::move(head));
  model.unused = w.unused({"encoder.embed_tokens.weight", "decoder.embed_tokens.weight",
                           "encoder.embed_positions.weight", "decoder.embed_positions.weight"});
  return model;
}

}  // namespace detail

template <class T>
Transformer<T> bart(const Config& c, Weights& w) {
  return detail::bart_like<T>(detail::BartKind::bart, "bart", c, w);
}

template <class T>
Transformer<T> marian(const Config& c, Weights& w) {
  return detail::bart_like<T>(detail::BartKind::marian, "marian", c, w);
}

template <class T>
Transformer<T> blenderbot(const Config& c, Weights& w) {
  return detail::bart_like<T>(detail::BartKind::blenderbot, "blenderbot", c, w);
}

}  // namespace attn::model
