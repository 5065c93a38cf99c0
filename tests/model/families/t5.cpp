#include <attn/model/families/t5.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using attn::Index;
using test::Numbers;
using test::Strings;
using test::Tiny;

namespace {

/// Two heads of three columns in two blocks of an encoder and two of a decoder; a gate of `wi_0` beside `wi_1`, or not.
Tiny tiny(bool gated = false) {
  Tiny t(t5<double>, R"({"vocab_size": 7, "d_model": 4, "d_kv": 3, "d_ff": 6, "num_heads": 2, "num_layers": 2,
                         "relative_attention_num_buckets": 4, "relative_attention_max_distance": 4})");
  t.add("shared.weight", {7, 4});
  for (const std::string side : {"encoder.", "decoder."}) {
    t.add_norm(side + "final_layer_norm", 4, false);
    t.add(side + "block.0.layer.0.SelfAttention.relative_attention_bias.weight", {4, 2});
    for (const std::string l : {"0", "1"}) {
      const std::string p = side + "block." + l + ".layer.";
      Strings layers = {"0.SelfAttention"};
      if (side == "decoder.") layers.push_back("1.EncDecAttention");
      for (const std::string& name : layers) {
        for (const char* projection : {".q", ".k", ".v"}) t.add_linear(p + name + projection, 4, 6, false);
        t.add_linear(p + name + ".o", 6, 4, false);
      }
      const std::string last = std::to_string(layers.size()), f = p + last + ".DenseReluDense.";
      for (std::size_t n = 0; n <= layers.size(); ++n) t.add_norm(p + std::to_string(n) + ".layer_norm", 4, false);
      if (gated) t.add_linear(f + "wi_0", 4, 6, false);
      t.add_linear(f + (gated ? "wi_1" : "wi"), 4, 6, false).add_linear(f + "wo", 6, 4, false);
    }
  }
  return gated ? t.with("feed_forward_proj", "gated-gelu") : t;
}

/// The last states of a side; the decoder reads `context`. Dot products aren't scaled.
Numbers expected(const Tiny& t, const std::string& side, const Numbers* context = nullptr, double eps = 1e-6) {
  const Numbers& table = t[side + "block.0.layer.0.SelfAttention.relative_attention_bias.weight"];
  test::Rules self{
      .bias = [&](Index h, Index i, Index j) { return table(attn::relative_bucket(j - i, !context, 4, 4), h); },
      .scoring = {1}};
  if (context) self.sees = test::causal;
  const auto attended = [&](const std::string& name, const Numbers& y, const Numbers& c, const test::Rules& rules) {
    return t.linear(name + ".o", test::attention(t.linear(name + ".q", y), t.linear(name + ".k", c),
                                                 t.linear(name + ".v", c), {2}, rules));
  };
  Numbers x = attn::embed(t["shared.weight"], context ? test::text().decoder_ids : test::text().ids);
  for (const std::string l : {"0", "1"}) {
    const std::string p = side + "block." + l + ".layer.";
    Numbers y = t.rms(p + "0.layer_norm", x, eps);
    x += attended(p + "0.SelfAttention", y, y, self);
    if (context) x += attended(p + "1.EncDecAttention", t.rms(p + "1.layer_norm", x, eps), *context, {.scoring = {1}});
    const std::string last = p + (context ? "2" : "1"), f = last + ".DenseReluDense.";
    y = t.rms(last + ".layer_norm", x, eps);
    x += t.linear(f + "wo", t.linear(f + "wi", y).cwiseMax(0));
  }
  return t.rms(side + "final_layer_norm", x, eps);
}

}  // namespace

TEST_CASE("t5: RMS norms before, unscaled dot products, relative biases of the first block in all of a stack") {
  const Tiny t = tiny();
  const Pass<double> pass = t.run();
  const Numbers encoder = expected(t, "encoder.");
  CHECK(test::near(pass.outputs.at("encoder_last_hidden_state"), encoder));
  CHECK(test::near(pass.outputs.at("last_hidden_state"), expected(t, "decoder.", &encoder)));
  CHECK(test::near(t.with("layer_norm_epsilon", 0.1).output("encoder_last_hidden_state"),
                   expected(t, "encoder.", nullptr, 0.1)));
  CHECK(pass.weights.at(Part::cross)[1][0].cols() == 5);
  CHECK(t.model().unused.empty());
}

TEST_CASE("t5: words by the table of the vocabulary, of scaled states where it is tied") {
  Tiny t = tiny();
  CHECK(test::near(t.logits(), t.states() * t["shared.weight"].transpose() / 2));  // √4
  t = t.with("tie_word_embeddings", false).add_linear("lm_head", 4, 7, false);
  CHECK(test::near(t.logits(), t.states() * t["lm_head.weight"].transpose()));
}

TEST_CASE("t5: an encoder alone, and a decoder of another depth") {
  const Tiny t = tiny(), alone = t.without("decoder.");
  CHECK(test::near(alone.states(), expected(t, "encoder.")));
  CHECK(alone.model().heads.empty());
  const Transformer<double> shallow = t.with("num_decoder_layers", 1).model();
  CHECK((shallow.encoder->blocks.size() == 2 && shallow.decoder->blocks.size() == 1));
  CHECK(shallow.unused.size() == 13);
}

TEST_CASE("t5: gated feed-forward layers, in which gelu is the one by tanh") {
  const Tiny t = tiny(true);
  const auto feed_forward = [](const Tiny& from, const Numbers& x) {
    return from.model().encoder->blocks[0].feed_forward(x);
  };
  const std::string f = "encoder.block.0.layer.1.DenseReluDense.";
  const Numbers x = test::numbers("x", 5, 4), gate = t.linear(f + "wi_0", x), in = t.linear(f + "wi_1", x);
  const auto gated = [&](const Numbers& bent) { return t.linear(f + "wo", bent.cwiseProduct(in)); };
  CHECK(test::near(feed_forward(t, x), gated(attn::gelu_tanh(gate))));
  CHECK(test::near(feed_forward(t.with("feed_forward_proj", "gated-silu"), x), gated(attn::silu(gate))));
  CHECK(test::near(feed_forward(t.with("feed_forward_proj", "gated-relu"), x), gated(gate.cwiseMax(0))));
  const Tiny plain = tiny();
  const Numbers wide = plain.linear(f + "wi", x);
  CHECK(test::near(feed_forward(plain.with("feed_forward_proj", "gelu"), x),
                   plain.linear(f + "wo", attn::gelu_erf(wide))));
  CHECK(test::near(feed_forward(plain.with("feed_forward_proj", "silu"), x), plain.linear(f + "wo", attn::silu(wide))));
  CHECK(t.with("feed_forward_proj", "gated-mish").refused<attn::UnsupportedError>() ==
        "config.json: $.feed_forward_proj is \"mish\": expected relu, gelu or silu, or gated-… of these");
}

TEST_CASE("t5: what doesn't fit, and what is left over") {
  Tiny t = tiny();
  CHECK(t.with("relative_attention_num_buckets", nullptr).refused<attn::ShapeError>() ==
        "tiny: tensor \"encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight\" is [4 x 2], expected "
        "[32 x 2]; is config.json from another model?");
  CHECK(t.with("relative_attention_max_distance", 65537).refused<attn::FormatError>() ==
        "config.json: $.relative_attention_max_distance is 65537, expected at most 65536");
  CHECK(t.without("decoder.block.1.layer.1.EncDecAttention.k")
            .refused<attn::FormatError>()
            .starts_with("tiny: has no tensor \"decoder.block.1.layer.1.EncDecAttention.k.weight\""));
  t.add("encoder.embed_tokens.weight", {7, 4}).add("decoder.embed_tokens.weight", {7, 4});
  t.add("decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight", {4, 2});
  CHECK(t.add("classifier.weight", {2, 4}).model().unused == Strings{"classifier.weight"});
}
