#include <attn/model/families/gemma.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using attn::Index;
using test::Numbers;
using test::Strings;
using test::Tiny;

namespace {

const Strings kLayers = {"layers.0.", "layers.1.", "layers.2."};

/// Two heads of four columns share one of keys and values.
Tiny tiny(int generation) {
  const Tiny::Family families[] = {gemma<double>, gemma2<double>, gemma3<double>};
  Tiny t(families[generation - 1],
         R"({"vocab_size": 7, "hidden_size": 4, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 4,
             "num_hidden_layers": 3, "intermediate_size": 6})");
  t.add("embed_tokens.weight", {7, 4}).add_norm("norm", 4, false);
  Strings norms = {"input_layernorm", "post_attention_layernorm"};
  if (generation > 1) norms.insert(norms.end(), {"pre_feedforward_layernorm", "post_feedforward_layernorm"});
  for (const std::string& p : kLayers) {
    const std::string a = p + "self_attn.", m = p + "mlp.";
    for (const std::string& norm : norms) t.add_norm(p + norm, 4, false);
    t.add_linear(a + "q_proj", 4, 8, false).add_linear(a + "k_proj", 4, 4, false).add_linear(a + "v_proj", 4, 4, false);
    t.add_linear(a + "o_proj", 8, 4, false).add_linear(m + "gate_proj", 4, 6, false);
    t.add_linear(m + "up_proj", 4, 6, false).add_linear(m + "down_proj", 6, 4, false);
    if (generation == 3) t.add_norm(a + "q_norm", 4, false).add_norm(a + "k_norm", 4, false);
  }
  return t;
}

/// Caps out of reach, so that what they do is seen where they are said.
Tiny tiny2() { return tiny(2).with("attn_logit_softcapping", nullptr).with("final_logit_softcapping", nullptr); }

/// What differs between the generations and configs.
struct Other {
  attn::Scoring scoring = {1.0 / 16};  // one by the root of 256
  std::vector<Index> windows = {100, 100, 100};
  std::vector<double> bases = {1e4, 1e4, 1e4};
};

/// The last states, with norms before in Gemma and around from Gemma 2 on.
Numbers states(const Tiny& t, int generation, const Other& other) {
  const auto norm = [&](const std::string& name, const Numbers& x) { return t.rms(name, x, 1e-6, 1); };
  const auto of_heads = [&](const std::string& name, Numbers x, Index heads, double base) {
    for (Index h = 0; h < heads && generation == 3; ++h)
      x.middleCols(4 * h, 4) = norm(name, x.middleCols(4 * h, 4)).eval();
    return attn::rope_halves(x, {0, 1, 2, 3, 4}, attn::rope_frequencies(4, base), heads);
  };
  const auto after = [&](const std::string& name, const Numbers& x) { return generation > 1 ? norm(name, x) : x; };
  Numbers x = 2 * attn::embed(t["embed_tokens.weight"], test::text().ids);  // √4
  for (std::size_t l = 0; l < kLayers.size(); ++l) {
    const std::string p = kLayers[l], a = p + "self_attn.", m = p + "mlp.";
    const auto sees = [&](Index i, Index j) { return j <= i && i - j < other.windows[l]; };
    const Numbers y = norm(p + "input_layernorm", x);
    const Numbers q = of_heads(a + "q_norm", t.linear(a + "q_proj", y), 2, other.bases[l]);
    const Numbers k = of_heads(a + "k_norm", t.linear(a + "k_proj", y), 1, other.bases[l]);
    const Numbers z =
        test::attention(q, k, t.linear(a + "v_proj", y), {2, 1}, {.sees = sees, .scoring = other.scoring});
    x += after(p + "post_attention_layernorm", t.linear(a + "o_proj", z));
    const Numbers u = norm(p + (generation > 1 ? "pre_feedforward_layernorm" : "post_attention_layernorm"), x);
    const Numbers wide = attn::gelu_tanh(t.linear(m + "gate_proj", u)).cwiseProduct(t.linear(m + "up_proj", u));
    x += after(p + "post_feedforward_layernorm", t.linear(m + "down_proj", wide));
  }
  return norm("norm", x);
}

}  // namespace

TEST_CASE("gemma: scaled embeddings, gains stored less 1, norms before, scores by the width of heads") {
  const Tiny t = tiny(1);
  const Numbers expected = states(t, 1, {.scoring = {0.5}});
  CHECK(test::near(t.states(), expected));
  CHECK(test::near(t.logits(), expected * t["embed_tokens.weight"].transpose()));
  CHECK(test::near(t.with("sliding_window", 2).with("query_pre_attn_scalar", 1).states(), expected));
  CHECK(test::near(t.with("rope_theta", 100).states(), states(t, 1, {.scoring = {0.5}, .bases = {100, 100, 100}})));
  CHECK(test::near(t.renamed("", "model.").logits(), t.logits()));
  CHECK(t.model().unused.empty());
}

TEST_CASE("gemma: the activation by its newer name, its older one, or gelu by tanh") {
  const Tiny t = tiny(1), silu = t.with("hidden_act", "silu");
  CHECK_FALSE(test::near(silu.states(), t.states()));
  CHECK(test::near(silu.with("hidden_activation", "gelu_pytorch_tanh").states(), t.states()));
  CHECK(test::near(silu.with("hidden_activation", nullptr).states(), silu.states()));
}

TEST_CASE("gemma2: norms around, a window in every other layer, scores by a number of the config") {
  const Tiny t = tiny2();
  CHECK(test::near(t.states(), states(t, 2, {})));
  CHECK(test::near(t.with("sliding_window", 2).states(), states(t, 2, {.windows = {2, 100, 2}})));
  CHECK(t.model().decoder->blocks[0].attention.window == 4096);
  CHECK(test::near(t.with("query_pre_attn_scalar", 4).states(), states(t, 2, {.scoring = {0.5}})));
  CHECK(t.model().unused.empty());
}

TEST_CASE("gemma2: soft caps of scores and of logits, which are there unless they are null") {
  const Tiny t = tiny2().with("query_pre_attn_scalar", 0.01);  // large scores
  const auto capped = [](const Numbers& x, double cap) { return Numbers(cap * (x / cap).array().tanh()); };
  const auto expected = [&](double cap) { return states(t, 2, {.scoring = {10, cap}}); };
  CHECK(test::near(t.with("attn_logit_softcapping", 0.5).states(), expected(0.5)));
  CHECK(test::near(t.with("final_logit_softcapping", 0.5).logits(), capped(t.logits(), 0.5)));
  const Tiny unsaid = tiny(2).with("query_pre_attn_scalar", 0.01);
  CHECK(test::near(unsaid.states(), expected(50)));
  CHECK(test::near(unsaid.logits(), capped(unsaid.states() * t["embed_tokens.weight"].transpose(), 30)));
  Tiny classes = t.with("final_logit_softcapping", 0.5);
  classes.add_linear("score", 4, 3, false);
  CHECK(test::near(classes.logits(), classes.linear("score", t.states().row(4))));  // which no cap bounds
}

TEST_CASE("gemma3: normed heads, windows but in every sixth layer, which turn by a base of their own") {
  const Tiny t = tiny(3);
  CHECK(test::near(t.with("sliding_window", 2).states(), states(t, 3, {.windows = {2, 2, 2}})));
  const Tiny third = t.with("sliding_window", 2).with("sliding_window_pattern", 3);
  CHECK(test::near(third.states(), states(t, 3, {.windows = {2, 2, 100}, .bases = {1e4, 1e4, 1e6}})));
  CHECK(test::near(third.with("rope_theta", 50).with("rope_local_base_freq", 20).states(),
                   states(t, 3, {.windows = {2, 2, 100}, .bases = {20, 20, 50}})));
  CHECK(test::near(third
                       .with("rope_parameters",
                             {{"full_attention", {{"rope_theta", 50}}}, {"sliding_attention", {{"rope_theta", 20}}}})
                       .states(),
                   states(t, 3, {.windows = {2, 2, 100}, .bases = {20, 20, 50}})));
  const Tiny scaled = third.with("rope_scaling", {{"rope_type", "linear"}, {"factor", 2}});
  CHECK(test::near(scaled.run().sites.at(Site::q).at({Part::decoder, 1}),
                   third.run().sites.at(Site::q).at({Part::decoder, 1})));
  CHECK_FALSE(test::near(scaled.states(), third.states()));
  CHECK(t.model().unused.empty());
  CHECK(test::near(t.logits(), t.states() * t["embed_tokens.weight"].transpose()));
  // its table is trained as if it held scaled vectors
  CHECK((t.model().decoder->embedding.scale_is_of_table && !tiny2().model().decoder->embedding.scale_is_of_table));
}

TEST_CASE("gemma: layers may each say whether they have a window") {
  const Strings types = {"full_attention", "sliding_attention", "full_attention"};
  const Tiny two = tiny2().with("sliding_window", 2), three = tiny(3).with("sliding_window", 2);
  CHECK(test::near(two.with("layer_types", types).states(), states(two, 2, {.windows = {100, 2, 100}})));
  CHECK(test::near(three.with("layer_types", types).states(),
                   states(three, 3, {.windows = {100, 2, 100}, .bases = {1e6, 1e4, 1e6}})));
}

TEST_CASE("gemma: biases of attention, what is refused, and what is left over") {
  Tiny t = tiny(1);
  for (const std::string& p : kLayers)
    for (const auto& [name, size] : std::map<std::string, Index>{{"q", 8}, {"k", 4}, {"v", 4}, {"o", 4}})
      t.add(p + "self_attn." + name + "_proj.bias", {size});
  CHECK(test::near(t.with("attention_bias", true).states(), states(t, 1, {.scoring = {0.5}})));
  CHECK(t.model().unused.size() == 12);
  CHECK(t.with("use_bidirectional_attention", true).refused<attn::UnsupportedError>() ==
        "config.json: $.use_bidirectional_attention is true: only false is supported");
  CHECK(t.with("head_dim", nullptr).refused<attn::ShapeError>() ==
        "tiny: tensor \"layers.0.self_attn.q_proj.weight\" is [8 x 4], expected [512 x 4]; is config.json from another "
        "model?");
  CHECK(tiny(2)
            .without("layers.0.pre_feed")
            .refused<attn::FormatError>()
            .starts_with("tiny: has no tensor \"layers.0.pre_feedforward_layernorm.weight\""));
  Tiny buffers = tiny(1);
  buffers.add("layers.0.self_attn.rotary_emb.inv_freq", {2}).add("layers.0.self_attn.q_norm.weight", {4});
  CHECK(buffers.model().unused == Strings{"layers.0.self_attn.q_norm.weight"});
}
