// GPT-NeoX [Black 2022] and Pythia: parallel attention and feed-forward layer, some columns of each head turn.
#pragma once

#include <attn/model/config.hpp>
#include <attn/model/families/heads.hpp>
#include <attn/model/families/rope.hpp>

namespace attn::model {

namespace detail {

/// q, k and v of a layer that has those of head 0 first, then those of head 1 …: [H · 3 · dk x D].
template <class T>
void split_by_head(const Linear<T>& fused, Index H, Index dk, AttentionLayer<T>& attention) {
  Linear<T>* parts[] = {&attention.q, &attention.k, &attention.v};
  for (Index n = 0; n < 3; ++n) {
    Matrix<T> weight(H * dk, fused.weight.cols());  // [H·dk x D]
    RowVector<T> bias(fused.bias.size() / 3);
    for (Index h = 0; h < H; ++h) {
      weight.middleRows(h * dk, dk) = fused.weight.view().middleRows((3 * h + n) * dk, dk);
      if (bias.size() > 0) bias.segment(h * dk, dk) = fused.bias.segment((3 * h + n) * dk, dk);
    }
    *parts[n] = {Table<T>(weight), false, bias};
  }
}

}  // namespace detail

template <class T>
Transformer<T> gpt_neox(const Config& c, Weights& w) {
  const std::string p = w.prefix("gpt_neox.");
  const Index D = c.size("hidden_size"), F = c.size("intermediate_size"), H = c.size("num_attention_heads");
  const double eps = c.number("layer_norm_eps", 1e-5);
  const bool bias = c.flag("attention_bias", true);
  const Index dk = D / H;
  const auto turning =
      static_cast<Index>(turning_share(c, "rotary_pct", c.share("partial_rotary_factor", 0.25)) * double(dk));
  const Rope rope = rope_of(c, turning, c.number("rotary_emb_base", c.number("rope_theta", 10000.0)));
  Transformer<T> model{"gpt_neox"};
  Stack<T>& stack = model.decoder.emplace();
  stack.part = Part::decoder;
  stack.embedding.tokens = w.table<T>(p + "embed_in.weight", c.size("vocab_size"), D);
  for (Index l = 0; l < c.size("num_hidden_layers"); ++l) {
    const std::string q = p + "layers." + std::to_string(l) + ".";
    Block<T> block;
    block.parallel = c.flag("use_parallel_residual", true);
    block.attention.heads = Heads{H};
    detail::split_by_head(w.linear<T>(q + "attention.query_key_value", D, 3 * D, bias), H, dk, block.attention);
    block.attention.out = w.linear<T>(q + "attention.dense", D, D, bias);
    block.attention.causal = true;
    block.attention.rope = rope;
    block.attention_residual.norm = w.norm_layer<T>(q + "input_layernorm", D, eps);
    block.feed_forward = {w.linear<T>(q + "mlp.dense_h_to_4h", D, F), w.linear<T>(q + "mlp.dense_4h_to_h", F, D),
                          c.activation("hidden_act", "gelu")};
    block.feed_forward_residual.norm = w.norm_layer<T>(q + "post_attention_layernorm", D, eps);
    stack.blocks.push_back(std::move(block));
  }
  stack.last_norm = w.norm_layer<T>(p + "final_layer_norm", D, eps);
  model.heads.push_back(detail::words_or_classes(stack.embedding.tokens, w, D, "embed_out"));
  model.unused = w.unused({"attention.bias", "attention.masked_bias", "rotary_emb.inv_freq"});
  return model;
}

}  // namespace attn::model
