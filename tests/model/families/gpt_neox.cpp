#include <attn/model/families/gpt_neox.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using test::Numbers;
using test::Strings;
using test::Tiny;

namespace {

/// Two heads of four columns, of which two turn.
Tiny tiny() {
  Tiny t(gpt_neox<double>, R"({"vocab_size": 7, "hidden_size": 8, "num_attention_heads": 2, "num_hidden_layers": 2,
                               "intermediate_size": 6, "rotary_pct": 0.5})");
  t.add("embed_in.weight", {7, 8}).add_norm("final_layer_norm", 8).add_linear("embed_out", 8, 7, false);
  for (const std::string p : {"layers.0.", "layers.1."}) {
    t.add_norm(p + "input_layernorm", 8).add_norm(p + "post_attention_layernorm", 8);
    t.add_linear(p + "attention.query_key_value", 8, 24).add_linear(p + "attention.dense", 8, 8);
    t.add_linear(p + "mlp.dense_h_to_4h", 8, 6).add_linear(p + "mlp.dense_4h_to_h", 6, 8);
  }
  return t;
}

Numbers states(const Tiny& t, bool parallel, const Eigen::VectorXd& frequencies) {
  Numbers x = attn::embed(t["embed_in.weight"], test::text().ids);
  const auto turned = [&](const Numbers& y) { return attn::rope_halves(y, {0, 1, 2, 3, 4}, frequencies, 2); };
  for (const std::string p : {"layers.0.", "layers.1."}) {
    const Numbers qkv = t.linear(p + "attention.query_key_value", t.norm(p + "input_layernorm", x, 1e-5));
    const Numbers attended = t.linear(
        p + "attention.dense", test::attention(turned(test::unpacked(qkv, 2, 0)), turned(test::unpacked(qkv, 2, 1)),
                                               test::unpacked(qkv, 2, 2), {2}, {.sees = test::causal}));
    const Numbers y = t.norm(p + "post_attention_layernorm", parallel ? x : Numbers(x + attended), 1e-5);
    x += attended + t.linear(p + "mlp.dense_4h_to_h", attn::gelu_erf(t.linear(p + "mlp.dense_h_to_4h", y)));
  }
  return t.norm("final_layer_norm", x, 1e-5);
}

const Eigen::VectorXd kFrequencies = attn::rope_frequencies(2, 1e4);

}  // namespace

TEST_CASE("gpt_neox: q, k and v head by head, some columns turn, attention beside the feed-forward layer") {
  const Tiny t = tiny();
  CHECK(test::near(t.states(), states(t, true, kFrequencies)));
  CHECK(test::near(t.with("use_parallel_residual", false).states(), states(t, false, kFrequencies)));
  CHECK(test::near(t.renamed("", "gpt_neox.").renamed("gpt_neox.embed_out", "embed_out").logits(), t.logits()));
  CHECK(t.model().unused.empty());
}

TEST_CASE("gpt_neox: how many columns turn, and how fast") {
  Tiny t = tiny();
  CHECK(test::near(t.with("rotary_pct", 1).states(), states(t, true, attn::rope_frequencies(4, 1e4))));
  CHECK(test::near(t.with("rotary_pct", 0).states(), states(t, true, Eigen::VectorXd())));
  CHECK(test::near(t.with("rotary_pct", nullptr).with("partial_rotary_factor", 1).states(),
                   t.with("rotary_pct", 1).states()));
  CHECK(test::near(t.with("rotary_pct", nullptr).with("rope_parameters", {{"partial_rotary_factor", 1}}).states(),
                   t.with("rotary_pct", 1).states()));
  const Tiny wide = t.with("num_attention_heads", 1);  // of eight columns, a quarter turns
  CHECK(test::near(wide.with("rotary_pct", nullptr).states(), wide.with("rotary_pct", 0.25).states()));
  CHECK_FALSE(test::near(wide.with("rotary_pct", nullptr).states(), wide.states()));
  // two columns have a single frequency, 1, of whatever base
  t = t.with("rotary_pct", 1);
  for (const char* key : {"rotary_emb_base", "rope_theta"})
    CHECK(test::near(t.with(key, 100).states(), states(t, true, attn::rope_frequencies(4, 100))));
}

TEST_CASE("gpt_neox: words by a layer of their own, or by the table of the vocabulary") {
  const Tiny t = tiny();
  CHECK(test::near(t.logits(), t.states() * t["embed_out.weight"].transpose()));
  CHECK(test::near(t.without("embed_out").logits(), t.states() * t["embed_in.weight"].transpose()));
}

TEST_CASE("gpt_neox: attention without biases, but not the feed-forward layer") {
  const Tiny t = tiny().without("query_key_value.bias").without("attention.dense.bias");
  CHECK(test::near(t.with("attention_bias", false).states(), states(t, true, kFrequencies)));
  CHECK(t.refused<attn::FormatError>().starts_with("tiny: has no tensor \"layers.0.attention.query_key_value.bias\""));
}

TEST_CASE("gpt_neox: what is refused, and what is left over") {
  Tiny t = tiny();
  CHECK(t.with("rotary_pct", 1.5).refused<attn::FormatError>() ==
        "config.json: $.rotary_pct is 1.5, expected a number from 0 to 1");
  CHECK(t.with("intermediate_size", 8).refused<attn::ShapeError>() ==
        "tiny: tensor \"layers.0.mlp.dense_h_to_4h.weight\" is [6 x 8], expected [8 x 8]; is config.json from another "
        "model?");
  for (const char* name : {"bias", "masked_bias", "rotary_emb.inv_freq"})
    t.add(std::string("layers.0.attention.") + name, {1});
  CHECK(t.model().unused.empty());
  CHECK(t.add("qa_outputs.weight", {2, 8}).model().unused == Strings{"qa_outputs.weight"});
}
