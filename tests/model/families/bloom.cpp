#include <attn/model/families/bloom.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using test::Numbers;
using test::Strings;
using test::Tiny;

namespace {

Tiny tiny() {
  Tiny t(bloom<double>, R"({"vocab_size": 7, "hidden_size": 6, "n_head": 3, "n_layer": 2})");
  t.add("word_embeddings.weight", {7, 6}).add_norm("word_embeddings_layernorm", 6).add_norm("ln_f", 6);
  for (const std::string p : {"h.0.", "h.1."}) {
    t.add_norm(p + "input_layernorm", 6).add_norm(p + "post_attention_layernorm", 6);
    t.add_linear(p + "self_attention.query_key_value", 6, 18).add_linear(p + "self_attention.dense", 6, 6);
    t.add_linear(p + "mlp.dense_h_to_4h", 6, 24).add_linear(p + "mlp.dense_4h_to_h", 24, 6);
  }
  return t;
}

/// The last states; `from_normed`: what is added is added to what the layer read.
Numbers states(const Tiny& t, bool from_normed = false) {
  // Three heads: two as a power of two has them, and the first of every second of four.
  const double slopes[] = {1.0 / 16, 1.0 / 256, 1.0 / 4};
  const auto bias = [&](attn::Index h, attn::Index, attn::Index j) { return slopes[h] * static_cast<double>(j); };
  Numbers x = t.norm("word_embeddings_layernorm", attn::embed(t["word_embeddings.weight"], test::text().ids), 1e-5);
  for (const std::string p : {"h.0.", "h.1."}) {
    Numbers y = t.norm(p + "input_layernorm", x, 1e-5);
    const Numbers qkv = t.linear(p + "self_attention.query_key_value", y);
    const Numbers z = test::attention(test::unpacked(qkv, 3, 0), test::unpacked(qkv, 3, 1), test::unpacked(qkv, 3, 2),
                                      {3}, {.sees = test::causal, .bias = bias});
    x = (from_normed ? y : x) + t.linear(p + "self_attention.dense", z);
    y = t.norm(p + "post_attention_layernorm", x, 1e-5);
    x = (from_normed ? y : x) +
        t.linear(p + "mlp.dense_4h_to_h", attn::gelu_tanh(t.linear(p + "mlp.dense_h_to_4h", y)));
  }
  return t.norm("ln_f", x, 1e-5);
}

}  // namespace

TEST_CASE("bloom: linear biases, q, k and v head by head, a norm of the embeddings, words by their table") {
  const Tiny t = tiny();
  CHECK(test::near(t.states(), states(t)));
  CHECK(test::near(t.logits(), states(t) * t["word_embeddings.weight"].transpose()));
  CHECK(t.model().unused.empty());
}

TEST_CASE("bloom: layers may add to what they read") {
  const Tiny t = tiny();
  CHECK(test::near(t.with("apply_residual_connection_post_layernorm", true).states(), states(t, true)));
}

TEST_CASE("bloom: other names of the same") {
  const Tiny t = tiny();
  Tiny other = t.renamed("", "transformer.").with("hidden_size", nullptr).with("n_embed", 6);
  other = other.with("n_head", nullptr).with("num_attention_heads", 3);
  other = other.with("n_layer", nullptr).with("num_hidden_layers", 2).with("layer_norm_epsilon", 1e-5);
  CHECK(test::near(other.logits(), t.logits()));
  CHECK_FALSE(test::near(other.with("layer_norm_epsilon", 1e-2).logits(), t.logits()));
}

TEST_CASE("bloom: what doesn't fit, and what is left over") {
  Tiny t = tiny();
  CHECK(t.with("hidden_size", nullptr).refused<attn::FormatError>() == "config.json: $.n_embed is missing");
  CHECK(t.without("h.1.mlp.dense_h_to_4h.bias")
            .refused<attn::FormatError>()
            .starts_with("tiny: has no tensor \"h.1.mlp.dense_h_to_4h.bias\""));
  CHECK(t.set("ln_f.weight", test::numbers("ln_f", 1, 6)).add("ln_f.bias", {5}).refused<attn::ShapeError>() ==
        "tiny: tensor \"ln_f.bias\" is [5], expected [6]; is config.json from another model?");
  t.add("ln_f.bias", {6}).add_linear("qa_outputs", 6, 2, false);
  CHECK(t.model().unused == Strings{"qa_outputs.weight"});
}
