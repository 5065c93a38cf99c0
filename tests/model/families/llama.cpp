#include <attn/model/families/llama.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using attn::Index;
using test::Numbers;
using test::Strings;
using test::Tiny;

namespace {

const Strings kLayers = {"layers.0.", "layers.1."};

/// Four heads of two columns share two of keys and values; heads are wider together than the model.
Tiny tiny(Tiny::Family family = llama<double>) {
  Tiny t(family, R"({"vocab_size": 7, "hidden_size": 4, "num_attention_heads": 4, "num_key_value_heads": 2,
                     "head_dim": 2, "num_hidden_layers": 2, "intermediate_size": 6})");
  t.add("embed_tokens.weight", {7, 4}).add_norm("norm", 4, false).add_linear("lm_head", 4, 7, false);
  for (const std::string& p : kLayers) {
    const std::string a = p + "self_attn.", m = p + "mlp.";
    t.add_norm(p + "input_layernorm", 4, false).add_norm(p + "post_attention_layernorm", 4, false);
    t.add_linear(a + "q_proj", 4, 8, false).add_linear(a + "k_proj", 4, 4, false).add_linear(a + "v_proj", 4, 4, false);
    t.add_linear(a + "o_proj", 8, 4, false).add_linear(m + "gate_proj", 4, 6, false);
    t.add_linear(m + "up_proj", 4, 6, false).add_linear(m + "down_proj", 6, 4, false);
  }
  return t;
}

/// With biases of these layers, of all blocks.
Tiny with_biases(Tiny t, const std::map<std::string, Index>& sizes) {
  for (const std::string& p : kLayers)
    for (const auto& [name, size] : sizes) t.add(p + name + ".bias", {size});
  return t;
}

const std::map<std::string, Index> kQkv = {{"self_attn.q_proj", 8}, {"self_attn.k_proj", 4}, {"self_attn.v_proj", 4}};

/// What differs between the families, and what may be said of them.
struct Other {
  double eps = 1e-6;
  std::function<Index(std::size_t layer)> window = [](std::size_t) { return Index{100}; };
  Index turning = 2;
  bool head_norms = false;
};

Numbers states(const Tiny& t, const Other& other = {}) {
  const auto normed = [&](const std::string& name, const Numbers& x, Index heads) {
    if (!other.head_norms) return x;
    Numbers y = x;
    for (Index h = 0; h < heads; ++h) y.middleCols(2 * h, 2) = t.rms(name, x.middleCols(2 * h, 2), other.eps);
    return y;
  };
  const auto turned = [&](const Numbers& x, Index heads) {
    return attn::rope_halves(x, {0, 1, 2, 3, 4}, attn::rope_frequencies(other.turning), heads);
  };
  Numbers x = attn::embed(t["embed_tokens.weight"], test::text().ids);
  for (std::size_t l = 0; l < 2; ++l) {
    const std::string p = kLayers[l], a = p + "self_attn.", m = p + "mlp.";
    const auto sees = [&](Index i, Index j) { return j <= i && i - j < other.window(l); };
    const Numbers y = t.rms(p + "input_layernorm", x, other.eps);
    const Numbers q = turned(normed(a + "q_norm", t.linear(a + "q_proj", y), 4), 4);
    const Numbers k = turned(normed(a + "k_norm", t.linear(a + "k_proj", y), 2), 2);
    x += t.linear(a + "o_proj", test::attention(q, k, t.linear(a + "v_proj", y), {4, 2}, {.sees = sees}));
    const Numbers z = t.rms(p + "post_attention_layernorm", x, other.eps);
    x += t.linear(m + "down_proj", attn::silu(t.linear(m + "gate_proj", z)).cwiseProduct(t.linear(m + "up_proj", z)));
  }
  return t.rms("norm", x, other.eps);
}

/// The same tensors as Phi-3 stores them: q, k and v below each other, and gate and up.
Tiny packed(const Tiny& t) {
  Tiny packed = t.without("q_proj").without("k_proj").without("v_proj").without("gate_proj").without("up_proj");
  for (const std::string& p : kLayers) {
    const std::string a = p + "self_attn.", m = p + "mlp.";
    Numbers qkv(16, 4), both(12, 4);
    qkv << t[a + "q_proj.weight"], t[a + "k_proj.weight"], t[a + "v_proj.weight"];
    both << t[m + "gate_proj.weight"], t[m + "up_proj.weight"];
    packed.set(a + "qkv_proj.weight", qkv).set(m + "gate_up_proj.weight", both);
  }
  return packed.of(phi3<double>);
}

}  // namespace

TEST_CASE("llama: RMS norms before, turned heads that share keys and values, a gated feed-forward layer") {
  const Tiny t = tiny();
  CHECK(test::near(t.states(), states(t)));
  CHECK(test::near(t.logits(), states(t) * t["lm_head.weight"].transpose()));
  CHECK(test::near(t.without("lm_head").logits(), states(t) * t["embed_tokens.weight"].transpose()));
  CHECK(test::near(t.with("rms_norm_eps", 0.1).states(), states(t, {.eps = 0.1})));
  CHECK(test::near(t.with("partial_rotary_factor", 0).states(), states(t, {.turning = 0})));
  CHECK(test::near(t.renamed("", "model.").renamed("model.lm_head", "lm_head").logits(), t.logits()));
  CHECK(t.model().unused.empty());
  CHECK_FALSE(test::near(t.with("hidden_act", "gelu").states(), t.states()));
}

TEST_CASE("llama: heads share nothing, and the model's width, unless it is said") {
  Tiny t = tiny().with("head_dim", nullptr).with("num_attention_heads", 2);
  for (const std::string& p : kLayers)
    t.add_linear(p + "self_attn.q_proj", 4, 4, false).add_linear(p + "self_attn.o_proj", 4, 4, false);
  CHECK(test::near(t.with("num_key_value_heads", nullptr).logits(), t.logits()));
  CHECK(t.with("num_key_value_heads", 1).refused<attn::ShapeError>() ==
        "tiny: tensor \"layers.0.self_attn.k_proj.weight\" is [4 x 4], expected [2 x 4]; is config.json from another "
        "model?");
  // two columns turn at a single speed; four of one head do at two, of which the base says the second
  Tiny wide = t.with("num_attention_heads", 1).with("num_key_value_heads", 1);
  CHECK(test::near(wide.with("rope_theta", 1e4).states(), wide.states()));
  CHECK_FALSE(test::near(wide.with("rope_theta", 100).states(), wide.states()));
  CHECK(
      test::near(wide.with("rope_parameters", {{"rope_theta", 100}}).states(), wide.with("rope_theta", 100).states()));
  CHECK(test::near(wide.with("rope_parameters", {{"partial_rotary_factor", 0.5}}).states(),
                   wide.with("partial_rotary_factor", 0.5).states()));
  CHECK_FALSE(test::near(t.with("rope_scaling", {{"type", "linear"}, {"factor", 2}}).states(), t.states()));
}

TEST_CASE("llama: biases of attention, or of the feed-forward layer, where they are said") {
  auto all = kQkv;
  all["self_attn.o_proj"] = 4;
  const Tiny attention = with_biases(tiny(), all);
  const Tiny both = with_biases(attention, {{"mlp.gate_proj", 6}, {"mlp.up_proj", 6}, {"mlp.down_proj", 4}});
  CHECK(test::near(attention.with("attention_bias", true).states(), states(attention)));
  CHECK(test::near(both.with("attention_bias", true).with("mlp_bias", true).states(), states(both)));
  CHECK(attention.model().unused.size() == 8);
  CHECK(tiny()
            .with("mlp_bias", true)
            .refused<attn::FormatError>()
            .starts_with("tiny: has no tensor \"layers.0.mlp.gate_proj.bias\""));
}

TEST_CASE("mistral: a window of all layers, or none") {
  const Tiny t = tiny(mistral<double>);
  CHECK(test::near(t.with("sliding_window", 2).states(), states(t, {.window = [](std::size_t) { return 2; }})));
  CHECK(test::near(t.with("sliding_window", nullptr).states(), states(t)));
  CHECK(t.model().decoder->blocks[0].attention.window == 4096);  // as transformers has it where nothing is said
}

TEST_CASE("qwen2: biases of q, k and v alone; windows from some layer on") {
  const Tiny t = with_biases(tiny(qwen2<double>), kQkv);
  const auto later = [](std::size_t layer) { return layer < 1 ? 100 : 2; };
  const Tiny windowed = t.with("sliding_window", 2).with("max_window_layers", 1);
  CHECK(test::near(t.states(), states(t)));
  CHECK(test::near(windowed.with("use_sliding_window", true).states(), states(t, {.window = later})));
  CHECK(test::near(windowed.states(), states(t)));
  const Tiny typed = windowed.with("layer_types", {"sliding_attention", "full_attention"});
  const auto first = [](std::size_t layer) { return layer < 1 ? 2 : 100; };
  CHECK(test::near(typed.with("use_sliding_window", true).states(), states(t, {.window = first})));
  CHECK(test::near(typed.with("use_sliding_window", true).with("sliding_window", nullptr).states(), states(t)));
  CHECK(test::near(windowed.with("use_sliding_window", true).with("max_window_layers", nullptr).states(), states(t)));
  CHECK(t.model().unused.empty());
}

TEST_CASE("qwen3: queries and keys are normed in each head before they turn") {
  Tiny t = tiny(qwen3<double>);
  for (const std::string& p : kLayers)
    t.add_norm(p + "self_attn.q_norm", 2, false).add_norm(p + "self_attn.k_norm", 2, false);
  const auto later = [](std::size_t layer) { return layer < 1 ? 100 : 2; };
  CHECK(test::near(t.states(), states(t, {.head_norms = true})));
  CHECK(test::near(t.with("use_sliding_window", true).with("sliding_window", 2).with("max_window_layers", 1).states(),
                   states(t, {.window = later, .head_norms = true})));
  auto all = kQkv;
  all["self_attn.o_proj"] = 4;
  const Tiny biased = with_biases(t, all).with("attention_bias", true);
  CHECK(test::near(biased.states(), states(biased, {.head_norms = true})));
  CHECK(tiny(qwen3<double>)
            .refused<attn::FormatError>()
            .starts_with("tiny: has no tensor \"layers.0.self_attn.q_norm.weight\""));
}

TEST_CASE("phi3: q, k and v in one matrix, and gate and up in another") {
  const Tiny t = tiny();
  CHECK(test::near(packed(t).states(), states(t, {.eps = 1e-5})));
  CHECK(test::near(packed(t).with("sliding_window", 2).states(),
                   states(t, {.eps = 1e-5, .window = [](std::size_t) { return 2; }})));
  CHECK(packed(t).model().unused.empty());
  CHECK(packed(t).with("num_key_value_heads", 4).refused<attn::ShapeError>() ==
        "tiny: tensor \"layers.0.self_attn.qkv_proj.weight\" is [16 x 4], expected [24 x 4]; is config.json from "
        "another model?");
}

TEST_CASE("llama: what each is called, and what is left over") {
  CHECK(tiny().model().family == "llama");
  CHECK(packed(tiny()).model().family == "phi3");
  Tiny t = tiny();
  t.add("layers.0.self_attn.rotary_emb.inv_freq", {1}).add("layers.0.self_attn.q_norm.weight", {2});
  CHECK(t.model().unused == Strings{"layers.0.self_attn.q_norm.weight"});
  CHECK(t.with("num_hidden_layers", 3)
            .refused<attn::FormatError>()
            .starts_with("tiny: has no tensor \"layers.2.self_attn.q_proj.weight\""));
}
