// Gemma [2024], Gemma 2 [2024] and Gemma 3 [2025], the text models: Llama with scaled embeddings and RMS gains that are
// stored less 1; norms around each layer and windows in some from Gemma 2 on, soft caps in Gemma 2, normed heads in 3.
#pragma once

#include <attn/model/config.hpp>
#include <attn/model/families/heads.hpp>
#include <attn/model/families/layer_types.hpp>
#include <attn/model/families/rope.hpp>

namespace attn::model {

namespace detail {

template <class T>
Transformer<T> gemma_of(int generation, const Config& c, Weights& w) {
  c.must_be("use_bidirectional_attention", false);
  const std::string p = w.prefix("model.");
  const Index D = c.size("hidden_size"), F = c.size("intermediate_size"), H = c.size("num_attention_heads");
  const Index Hkv = c.size("num_key_value_heads", H), dk = c.size("head_dim", 256), L = c.size("num_hidden_layers");
  const double eps = c.number("rms_norm_eps", 1e-6);
  const bool bias = c.flag("attention_bias", false);
  const Rope rope = rope_of(c, dk, c.number("rope_theta", generation == 3 ? 1e6 : 1e4));
  const Eigen::VectorXd near = rope_frequencies(dk, c.number("rope_local_base_freq", 1e4));  // which nothing scales
  const Rope near_rope =
      c.has("rope_parameters") ? rope_of(c, dk, 1e4, detail::kSlidingAttention) : Rope{[near](Index) { return near; }};
  using Cap = std::optional<double>;  // null is none; of a key that isn't there transformers makes a cap in Gemma 2
  const Cap cap = generation == 2 ? Cap(50.0) : Cap(), last_cap = generation == 2 ? Cap(30.0) : Cap();
  const Index pattern = c.size("sliding_window_pattern", generation == 3 ? 6 : 2);
  Transformer<T> model{generation == 1 ? "gemma" : "gemma" + std::to_string(generation)};
  Stack<T>& stack = model.decoder.emplace();
  stack.part = Part::decoder;
  stack.embedding.tokens = w.table<T>(p + "embed_tokens.weight", c.size("vocab_size"), D);
  stack.embedding.scale = std::sqrt(double(D));
  stack.embedding.scale_is_of_table = generation == 3;
  for (Index l = 0; l < L; ++l) {
    const std::string q = p + "layers." + std::to_string(l) + ".", a = q + "self_attn.", m = q + "mlp.";
    const bool windowed = generation > 1 && has_window(c, l).value_or((l + 1) % pattern != 0);
    Block<T> block;
    AttentionLayer<T>& attention = block.attention;
    attention = {w.linear<T>(a + "q_proj", D, H * dk, bias), w.linear<T>(a + "k_proj", D, Hkv * dk, bias),
                 w.linear<T>(a + "v_proj", D, Hkv * dk, bias), w.linear<T>(a + "o_proj", H * dk, D, bias),
                 Heads{H, Hkv}};
    attention.causal = true;
    attention.rope = generation == 3 && windowed ? near_rope : rope;
    if (windowed) attention.window = c.size("sliding_window", 4096);
    if (generation > 1) attention.scoring.scale = 1 / std::sqrt(c.number("query_pre_attn_scalar", 256));
    attention.scoring.soft_cap = c.number_or_none("attn_logit_softcapping", cap);
    if (generation == 3) {
      attention.q_norm = w.norm_rms<T>(a + "q_norm", dk, eps, 1);
      attention.k_norm = w.norm_rms<T>(a + "k_norm", dk, eps, 1);
    }
    const char* activation = c.has("hidden_activation") ? "hidden_activation" : "hidden_act";
    block.feed_forward = {w.linear<T>(m + "up_proj", D, F, false), w.linear<T>(m + "down_proj", F, D, false),
                          c.activation(activation, "gelu_pytorch_tanh"), w.linear<T>(m + "gate_proj", D, F, false)};
    const auto norm = [&](const char* name) { return w.norm_rms<T>(q + name, D, eps, 1); };
    if (generation == 1) {
      block.attention_residual.norm = norm("input_layernorm");
      block.feed_forward_residual.norm = norm("post_attention_layernorm");
    } else {
      block.place = NormPlace::around;
      block.attention_residual = {norm("input_layernorm"), norm("post_attention_layernorm")};
      block.feed_forward_residual = {norm("pre_feedforward_layernorm"), norm("post_feedforward_layernorm")};
    }
    stack.blocks.push_back(std::move(block));
  }
  stack.last_norm = w.norm_rms<T>(p + "norm", D, eps, 1);
  OutputHead<T> head = words_or_classes(stack.embedding.tokens, w, D);
  if (head.rows == Rows::all) head.soft_cap = c.number_or_none("final_logit_softcapping", last_cap);
  model.heads.push_back(std::move(head));
  model.unused = w.unused({"rotary_emb.inv_freq"});
  return model;
}

}  // namespace detail

template <class T>
Transformer<T> gemma(const Config& c, Weights& w) {
  return detail::gemma_of<T>(1, c, w);
}
template <class T>
Transformer<T> gemma2(const Config& c, Weights& w) {
  return detail::gemma_of<T>(2, c, w);
}
template <class T>
Transformer<T> gemma3(const Config& c, Weights& w) {
  return detail::gemma_of<T>(3, c, w);
}

}  // namespace attn::model
