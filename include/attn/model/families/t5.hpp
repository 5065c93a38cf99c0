// T5 [Raffel 2020]: an encoder and a decoder with RMS norms before, relative biases that all layers share, and dot
// products that aren't scaled.
#pragma once

#include <attn/model/config.hpp>
#include <attn/model/families/heads.hpp>

namespace attn::model {

namespace detail {

/// "relu", or "gated-gelu", in which gelu is the one by tanh.
inline std::pair<bool, Activation> t5_feed_forward(const Config& c) {
  std::string name = c.word("feed_forward_proj", "relu");
  const bool gated = name.starts_with("gated-");
  if (gated) name = name.substr(6);
  if (name == "relu") return {gated, Activation::relu};
  if (name == "gelu") return {gated, gated ? Activation::gelu_tanh : Activation::gelu_erf};
  if (name == "silu") return {gated, Activation::silu};
  throw UnsupportedError(c.root().path() + ".feed_forward_proj is " + io::in_quotes(name) +
                         ": expected relu, gelu or silu, or gated-… of these");
}

template <class T>
Stack<T> t5_stack(const Config& c, Weights& w, Part part, const Table<T>& tokens, Index L) {
  const bool decoder = part == Part::decoder;
  const std::string p = decoder ? "decoder." : "encoder.";
  const Index D = c.size("d_model"), F = c.size("d_ff"), H = c.size("num_heads"), dk = c.size("d_kv");
  const double eps = c.number("layer_norm_epsilon", 1e-6);
  const auto [gated, activation] = t5_feed_forward(c);
  Stack<T> stack;
  stack.part = part;
  stack.embedding.tokens = tokens;
  const Index buckets = c.size("relative_attention_num_buckets", 32);
  stack.bias = RelativeBuckets<T>{
      w.table<T>(p + "block.0.layer.0.SelfAttention.relative_attention_bias.weight", buckets, H).view(), !decoder,
      c.size_up_to(1 << 16, "relative_attention_max_distance", 128)};
  const auto attention = [&](const std::string& name) {
    AttentionLayer<T> layer{w.linear<T>(name + ".q", D, H * dk, false), w.linear<T>(name + ".k", D, H * dk, false),
                            w.linear<T>(name + ".v", D, H * dk, false), w.linear<T>(name + ".o", H * dk, D, false),
                            Heads{H}};
    layer.scoring.scale = 1;
    return layer;
  };
  for (Index l = 0; l < L; ++l) {
    const std::string q = p + "block." + std::to_string(l) + ".layer.";
    Block<T> block;
    block.attention = attention(q + "0.SelfAttention");
    block.attention.causal = decoder;
    block.attention_residual.norm = w.norm_rms<T>(q + "0.layer_norm", D, eps);
    if (decoder) {
      block.cross = attention(q + "1.EncDecAttention");
      block.cross_residual.norm = w.norm_rms<T>(q + "1.layer_norm", D, eps);
    }
    const std::string last = q + (decoder ? "2" : "1"), f = last + ".DenseReluDense.";
    block.feed_forward.out = w.linear<T>(f + "wo", F, D, false);
    block.feed_forward.activation = activation;
    if (gated) block.feed_forward.gate = w.linear<T>(f + "wi_0", D, F, false);
    block.feed_forward.in = w.linear<T>(f + (gated ? "wi_1" : "wi"), D, F, false);
    block.feed_forward_residual.norm = w.norm_rms<T>(last + ".layer_norm", D, eps);
    stack.blocks.push_back(std::move(block));
  }
  stack.last_norm = w.norm_rms<T>(p + "final_layer_norm", D, eps);
  return stack;
}

}  // namespace detail

template <class T>
Transformer<T> t5(const Config& c, Weights& w) {
  const Index D = c.size("d_model"), L = c.size("num_layers");
  const Table<T> tokens = w.table<T>("shared.weight", c.size("vocab_size"), D);
  Transformer<T> model{"t5"};
  model.encoder = detail::t5_stack(c, w, Part::encoder, tokens, L);
  if (w.has("decoder.final_layer_norm.weight")) {
    model.decoder = detail::t5_stack(c, w, Part::decoder, tokens, c.size("num_decoder_layers", L));
    OutputHead<T> head{"logits"};
    head.out = detail::own_or_tied(tokens, w, "lm_head", D);
    if (c.flag("tie_word_embeddings", true)) head.scale = 1 / std::sqrt(double(D));
    model.heads.push_back(std::move(head));
  }
  model.unused = w.unused(
      {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "EncDecAttention.relative_attention_bias.weight"});
  return model;
}

}  // namespace attn::model
