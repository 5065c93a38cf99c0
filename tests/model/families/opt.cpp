#include <attn/model/families/opt.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using test::Numbers;
using test::Strings;
using test::Tiny;

namespace {

/// Embeddings of width E.
Tiny tiny(attn::Index E = 4) {
  Tiny t(opt<double>, R"({"vocab_size": 7, "hidden_size": 4, "num_attention_heads": 2, "num_hidden_layers": 2,
                          "ffn_dim": 6, "max_position_embeddings": 8})");
  t.add("decoder.embed_tokens.weight", {7, E}).add("decoder.embed_positions.weight", {10, 4});
  t.add_norm("decoder.final_layer_norm", 4);
  for (const std::string p : {"decoder.layers.0.", "decoder.layers.1."}) {
    for (const char* name : {"q_proj", "k_proj", "v_proj", "out_proj"}) t.add_linear(p + "self_attn." + name, 4, 4);
    t.add_norm(p + "self_attn_layer_norm", 4).add_norm(p + "final_layer_norm", 4);
    t.add_linear(p + "fc1", 4, 6).add_linear(p + "fc2", 6, 4);
  }
  if (E == 4) return t;
  t.add_linear("decoder.project_in", E, 4, false).add_linear("decoder.project_out", 4, E, false);
  return t.with("word_embed_proj_dim", E);
}

/// What leaves the last block, where norms are before or after.
Numbers stream(const Tiny& t, bool before) {
  Numbers x = attn::embed(t["decoder.embed_tokens.weight"], test::text().ids);
  if (x.cols() < 4) x = t.linear("decoder.project_in", x);
  x += t["decoder.embed_positions.weight"].middleRows(2, 5);
  const auto add = [&](const std::string& norm, const std::function<Numbers(const Numbers&)>& layer) {
    x = before ? Numbers(x + layer(t.norm(norm, x, 1e-5))) : t.norm(norm, x + layer(x), 1e-5);
  };
  for (const std::string p : {"decoder.layers.0.", "decoder.layers.1."}) {
    const std::string a = p + "self_attn.";
    add(p + "self_attn_layer_norm", [&](const Numbers& y) {
      return t.linear(a + "out_proj", test::attention(t.linear(a + "q_proj", y), t.linear(a + "k_proj", y),
                                                      t.linear(a + "v_proj", y), {2}, {.sees = test::causal}));
    });
    add(p + "final_layer_norm",
        [&](const Numbers& y) { return t.linear(p + "fc2", t.linear(p + "fc1", y).cwiseMax(0)); });
  }
  return x;
}

}  // namespace

TEST_CASE("opt: positions from row 2 on, norms before, relu, words by the table of the vocabulary") {
  const Tiny t = tiny();
  const Numbers expected = t.norm("decoder.final_layer_norm", stream(t, true), 1e-5);
  CHECK(test::near(t.states(), expected));
  CHECK(test::near(t.logits(), expected * t["decoder.embed_tokens.weight"].transpose()));
  CHECK(test::near(t.renamed("", "model.").logits(), t.logits()));
  CHECK(test::near(t.with("_remove_final_layer_norm", true).states(), stream(t, true)));
  CHECK_FALSE(test::near(t.with("activation_function", "gelu").states(), t.states()));
  CHECK(t.model().unused.empty());
}

TEST_CASE("opt: norms after, and then no last one") {
  const Tiny t = tiny().with("do_layer_norm_before", false);
  CHECK(test::near(t.states(), stream(t, false)));
  CHECK(t.model().unused == Strings{"decoder.final_layer_norm.bias", "decoder.final_layer_norm.weight"});
}

TEST_CASE("opt: narrow embeddings, widened before positions are added and narrowed before words") {
  const Tiny t = tiny(3);
  CHECK(test::near(t.states(), t.norm("decoder.final_layer_norm", stream(t, true), 1e-5)));
  CHECK(test::near(t.logits(),
                   t.linear("decoder.project_out", t.states()) * t["decoder.embed_tokens.weight"].transpose()));
  CHECK(t.model().unused.empty());
}

TEST_CASE("opt: layers without biases, norms with them") {
  Tiny t = tiny().without("proj.bias").without("fc1.bias").without("fc2.bias");
  CHECK(test::near(t.with("enable_bias", false).states(), t.norm("decoder.final_layer_norm", stream(t, true), 1e-5)));
  CHECK(t.refused<attn::FormatError>().starts_with("tiny: has no tensor \"decoder.layers.0.self_attn.q_proj.bias\""));
}

TEST_CASE("opt: padding before a text doesn't move it") {
  const Tiny t = tiny();
  Input<double> padded = test::text();
  padded.ids.insert(padded.ids.begin(), {6, 6});
  padded.mask = {false, false, true, true, true, true, true};
  CHECK(test::near(t.run(padded).outputs.at("logits").bottomRows(5), t.logits()));
}

TEST_CASE("opt: what is refused, and what is left over") {
  Tiny t = tiny();
  CHECK(t.with("layer_norm_elementwise_affine", false).refused<attn::UnsupportedError>() ==
        "config.json: $.layer_norm_elementwise_affine is false: only true is supported");
  CHECK(t.with("max_position_embeddings", 10).refused<attn::ShapeError>() ==
        "tiny: tensor \"decoder.embed_positions.weight\" is [10 x 4], expected [12 x 4]; is config.json from another "
        "model?");
  t.add_linear("lm_head", 4, 7, false).add_linear("qa_outputs", 4, 2, false);
  CHECK(t.model().unused == Strings{"qa_outputs.weight"});
  CHECK(test::near(t.logits(), t.states() * t["lm_head.weight"].transpose()));
}
