#include <attn/model/families/gpt2.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using test::Numbers;
using test::Strings;
using test::Tiny;

namespace {

Tiny& add_columns(Tiny& t, const std::string& name, attn::Index in, attn::Index out) {
  return t.add(name + ".weight", {in, out}).add(name + ".bias", {out});
}

Tiny tiny() {
  Tiny t(gpt2<double>, R"({"vocab_size": 7, "n_positions": 5, "n_embd": 4, "n_head": 2, "n_layer": 2, "n_inner": 6})");
  t.add("wte.weight", {7, 4}).add("wpe.weight", {5, 4}).add_norm("ln_f", 4);
  for (const std::string p : {"h.0.", "h.1."}) {
    t.add_norm(p + "ln_1", 4).add_norm(p + "ln_2", 4);
    add_columns(t, p + "attn.c_attn", 4, 12);
    add_columns(t, p + "attn.c_proj", 4, 4);
    add_columns(t, p + "mlp.c_fc", 4, 6);
    add_columns(t, p + "mlp.c_proj", 6, 4);
  }
  return t;
}

/// A layer whose weight is stored [in x out].
Numbers columns(const Tiny& t, const std::string& name, const Numbers& x) {
  return (x * t[name + ".weight"]).rowwise() + t[name + ".bias"].row(0);
}

/// The last states, where the dot products of the layers are multiplied by `scales`.
Numbers states(const Tiny& t, const std::vector<double>& scales) {
  Numbers x = attn::embed(t["wte.weight"], test::text().ids) + t["wpe.weight"];
  for (std::size_t l = 0; l < scales.size(); ++l) {
    const std::string p = "h." + std::to_string(l) + ".";
    const Numbers qkv = columns(t, p + "attn.c_attn", t.norm(p + "ln_1", x, 1e-5));
    x += columns(t, p + "attn.c_proj",
                 test::attention(qkv.leftCols(4), qkv.middleCols(4, 4), qkv.rightCols(4), {2},
                                 {.sees = test::causal, .scoring = {scales[l]}}));
    x += columns(t, p + "mlp.c_proj", attn::gelu_tanh(columns(t, p + "mlp.c_fc", t.norm(p + "ln_2", x, 1e-5))));
  }
  return t.norm("ln_f", x, 1e-5);
}

}  // namespace

TEST_CASE("gpt2: norms before, q, k and v in columns one behind the other, words by the table of the vocabulary") {
  const Tiny t = tiny();
  const Pass<double> pass = t.run();
  const double scale = std::sqrt(0.5);
  CHECK(test::near(pass.outputs.at("last_hidden_state"), states(t, {scale, scale})));
  CHECK(test::near(pass.outputs.at("logits"), states(t, {scale, scale}) * t["wte.weight"].transpose()));
  CHECK(t.model().unused.empty());
  CHECK(pass.weights.count(Part::encoder) == 0);
}

TEST_CASE("gpt2: dot products may stay as they are, or be divided by the number of the layer") {
  const Tiny t = tiny(), inverse = t.with("scale_attn_by_inverse_layer_idx", true);
  const double scale = std::sqrt(0.5);
  CHECK(test::near(t.with("scale_attn_weights", false).states(), states(t, {1, 1})));
  CHECK(test::near(inverse.states(), states(t, {scale, scale / 2})));
  CHECK(test::near(inverse.with("scale_attn_weights", false).states(), states(t, {1, 0.5})));
}

TEST_CASE("gpt2: an inner width that isn't said is four times the other") {
  Tiny t = tiny().with("n_inner", nullptr);
  CHECK(t.refused<attn::ShapeError>() ==
        "tiny: tensor \"h.0.mlp.c_fc.weight\" is [4 x 6], expected [4 x 16]; is config.json from another model?");
  for (const std::string p : {"h.0.mlp.", "h.1.mlp."}) {
    add_columns(t, p + "c_fc", 4, 16);
    add_columns(t, p + "c_proj", 16, 4);
  }
  CHECK_NOTHROW(t.model());
  CHECK(test::near(t.states(), t.with("activation_function", "gelu_new").states()));
  CHECK_FALSE(test::near(t.states(), t.with("activation_function", "relu").states()));
}

TEST_CASE("gpt2: the prefix of a model with a head, whose words may have a layer of their own") {
  Tiny t = tiny();
  CHECK(test::near(t.renamed("", "transformer.").logits(), t.logits()));
  CHECK(test::near(t.with("layer_norm_epsilon", 1e-5).logits(), t.logits()));
  CHECK_FALSE(test::near(t.with("layer_norm_epsilon", 1e-2).logits(), t.logits()));
  t.add_linear("lm_head", 4, 7, false);
  CHECK(test::near(t.logits(), t.states() * t["lm_head.weight"].transpose()));
}

TEST_CASE("gpt2: what is left over, and what is missing") {
  Tiny t = tiny();
  t.add("h.0.attn.bias", {1, 1, 5, 5}).add("h.0.attn.masked_bias", {1}).add_linear("multiple_choice_head", 4, 1);
  CHECK(t.model().unused == Strings{"multiple_choice_head.bias", "multiple_choice_head.weight"});
  CHECK(tiny().without("h.1.ln_2.bias").refused<attn::FormatError>() ==
        "tiny: has no tensor \"h.1.ln_2.bias\"; near it: h.0.ln_2.bias, h.1.ln_1.bias, h.0.ln_1.bias");
  CHECK(tiny()
            .with("n_layer", 3)
            .refused<attn::FormatError>()
            .starts_with("tiny: has no tensor \"h.2.attn.c_attn.weight\""));
  CHECK(tiny().with("n_head", nullptr).refused<attn::FormatError>() == "config.json: $.n_head is missing");
}
