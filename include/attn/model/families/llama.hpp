// Llama [Touvron 2023] and what followed it: Mistral [Jiang 2023], Qwen2 and Qwen3 [Yang 2024; 2025], Phi-3 [Abdin
// 2024].
//
// A decoder with RMS norms before, rotary positions, shared keys and values, and a gated feed-forward layer.
#pragma once

#include <attn/model/config.hpp>
#include <attn/model/families/heads.hpp>
#include <attn/model/families/layer_types.hpp>
#include <attn/model/families/rope.hpp>

namespace attn::model {

namespace detail {

/// What differs between the families.
struct LlamaRules {
  bool qkv_bias = false, out_bias = false, mlp_bias = false;
  double eps = 1e-6;                                                    // where rms_norm_eps isn't said
  bool fused = false;                                                   // q, k and v in one layer, and gate and up
  bool head_norms = false;                                              // q and k are normed in each head
  std::function<Index(Index)> window = [](Index) { return Index{0}; };  // of a layer; 0: none
};

template <class T>
Transformer<T> llama_like(const std::string& family, const Config& c, Weights& w, const LlamaRules& rules) {
  const std::string p = w.prefix("model.");
  const Index D = c.size("hidden_size"), F = c.size("intermediate_size"), H = c.size("num_attention_heads");
  const Index Hkv = c.size("num_key_value_heads", H), dk = c.size("head_dim", D / H);
  const double eps = c.number("rms_norm_eps", rules.eps);
  const auto turning = static_cast<Index>(turning_share(c, "partial_rotary_factor", 1) * double(dk));
  const Rope rope = rope_of(c, turning, c.number("rope_theta", 10000.0));
  Transformer<T> model{family};
  Stack<T>& stack = model.decoder.emplace();
  stack.part = Part::decoder;
  stack.embedding.tokens = w.table<T>(p + "embed_tokens.weight", c.size("vocab_size"), D);
  for (Index l = 0; l < c.size("num_hidden_layers"); ++l) {
    const std::string q = p + "layers." + std::to_string(l) + ".", a = q + "self_attn.", m = q + "mlp.";
    Block<T> block;
    AttentionLayer<T>& attention = block.attention;
    attention.heads = Heads{H, Hkv};
    if (rules.fused) {
      const Linear<T> qkv = w.linear<T>(a + "qkv_proj", D, (H + 2 * Hkv) * dk, rules.qkv_bias);
      attention.q = qkv.part(0, H * dk);
      attention.k = qkv.part(H * dk, Hkv * dk);
      attention.v = qkv.part((H + Hkv) * dk, Hkv * dk);
      const Linear<T> both = w.linear<T>(m + "gate_up_proj", D, 2 * F, rules.mlp_bias);
      block.feed_forward.gate = both.part(0, F);
      block.feed_forward.in = both.part(F, F);
    } else {
      attention.q = w.linear<T>(a + "q_proj", D, H * dk, rules.qkv_bias);
      attention.k = w.linear<T>(a + "k_proj", D, Hkv * dk, rules.qkv_bias);
      attention.v = w.linear<T>(a + "v_proj", D, Hkv * dk, rules.qkv_bias);
      block.feed_forward.gate = w.linear<T>(m + "gate_proj", D, F, rules.mlp_bias);
      block.feed_forward.in = w.linear<T>(m + "up_proj", D, F, rules.mlp_bias);
    }
    attention.out = w.linear<T>(a + "o_proj", H * dk, D, rules.out_bias);
    if (rules.head_norms) {
      attention.q_norm = w.norm_rms<T>(a + "q_norm", dk, eps);
      attention.k_norm = w.norm_rms<T>(a + "k_norm", dk, eps);
    }
    attention.rope = rope;
    attention.causal = true;
    attention.window = rules.window(l);
    block.attention_residual.norm = w.norm_rms<T>(q + "input_layernorm", D, eps);
    block.feed_forward.out = w.linear<T>(m + "down_proj", F, D, rules.mlp_bias);
    block.feed_forward.activation = c.activation("hidden_act", "silu");
    block.feed_forward_residual.norm = w.norm_rms<T>(q + "post_attention_layernorm", D, eps);
    stack.blocks.push_back(std::move(block));
  }
  stack.last_norm = w.norm_rms<T>(p + "norm", D, eps);
  model.heads.push_back(words_or_classes(stack.embedding.tokens, w, D));
  model.unused = w.unused({"rotary_emb.inv_freq"});
  return model;
}

/// The window of Qwen's later layers, where they have one.
inline std::function<Index(Index)> qwen_window(const Config& c) {
  const std::optional<Index> window = c.size_or_none("sliding_window", 4096);
  if (!window || !c.flag("use_sliding_window", false)) return [](Index) { return Index{0}; };
  const Index first = c.size("max_window_layers", 28);
  return [=](Index layer) { return has_window(c, layer).value_or(layer >= first) ? *window : Index{0}; };
}

/// The window of all layers: `otherwise` where nothing is said of it, none where it is null.
inline std::function<Index(Index)> same_window(const Config& c, std::optional<Index> otherwise) {
  const Index window = c.size_or_none("sliding_window", otherwise).value_or(0);
  return [=](Index) { return window; };
}

}  // namespace detail

template <class T>
Transformer<T> llama(const Config& c, Weights& w) {
  detail::LlamaRules rules;
  rules.qkv_bias = rules.out_bias = c.flag("attention_bias", false);
  rules.mlp_bias = c.flag("mlp_bias", false);
  return detail::llama_like<T>("llama", c, w, rules);
}

template <class T>
Transformer<T> mistral(const Config& c, Weights& w) {
  detail::LlamaRules rules;
  rules.window = detail::same_window(c, 4096);
  return detail::llama_like<T>("mistral", c, w, rules);
}

template <class T>
Transformer<T> qwen2(const Config& c, Weights& w) {
  detail::LlamaRules rules;
  rules.qkv_bias = true;
  rules.window = detail::qwen_window(c);
  return detail::llama_like<T>("qwen2", c, w, rules);
}

template <class T>
Transformer<T> qwen3(const Config& c, Weights& w) {
  detail::LlamaRules rules;
  rules.qkv_bias = rules.out_bias = c.flag("attention_bias", false);
  rules.head_norms = true;
  rules.window = detail::qwen_window(c);
  return detail::llama_like<T>("qwen3", c, w, rules);
}

template <class T>
Transformer<T> phi3(const Config& c, Weights& w) {
  detail::LlamaRules rules;
  rules.fused = true;
  rules.window = detail::same_window(c, std::nullopt);
  rules.eps = 1e-5;
  return detail::llama_like<T>("phi3", c, w, rules);
}

}  // namespace attn::model
