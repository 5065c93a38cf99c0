#include <attn/model/families/bart.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using attn::Index;
using test::Numbers;
using test::Strings;
using test::Tiny;

namespace {

const Strings kBlocks = {"layers.0.", "layers.1."};

/// An encoder of one head and a decoder of two, without what stands around their blocks.
Tiny blocks(Tiny::Family family) {
  Tiny t(family, R"({"vocab_size": 7, "d_model": 4, "max_position_embeddings": 6,
                     "encoder_layers": 2, "encoder_attention_heads": 1, "encoder_ffn_dim": 6,
                     "decoder_layers": 2, "decoder_attention_heads": 2, "decoder_ffn_dim": 5})");
  t.add("shared.weight", {7, 4});
  for (const std::string side : {"encoder.", "decoder."})
    for (const std::string& l : kBlocks) {
      const std::string p = side + l;
      const Index F = side == "encoder." ? 6 : 5;
      Strings attentions = {"self_attn"};
      if (side == "decoder.") attentions.push_back("encoder_attn");
      for (const std::string& a : attentions) {
        for (const char* name : {".q_proj", ".k_proj", ".v_proj", ".out_proj"}) t.add_linear(p + a + name, 4, 4);
        t.add_norm(p + a + "_layer_norm", 4);
      }
      t.add_linear(p + "fc1", 4, F).add_linear(p + "fc2", F, 4).add_norm(p + "final_layer_norm", 4);
    }
  return t;
}

Tiny tiny_bart() {
  Tiny t = blocks(bart<double>);
  for (const std::string side : {"encoder.", "decoder."})
    t.add(side + "embed_positions.weight", {8, 4}).add_norm(side + "layernorm_embedding", 4);
  return t;
}

Tiny tiny_marian() { return blocks(marian<double>); }

Tiny tiny_blenderbot() {
  Tiny t = blocks(blenderbot<double>);
  for (const std::string side : {"encoder.", "decoder."})
    t.add(side + "embed_positions.weight", {6, 4}).add_norm(side + "layer_norm", 4);
  return t;
}

Numbers embedded(const Tiny& t, const std::vector<Index>& ids) { return attn::embed(t["shared.weight"], ids); }

/// x behind the blocks of a side, of which the decoder's read `context`.
Numbers run_blocks(const Tiny& t, const std::string& side, Numbers x, bool norms_before,
                   const Numbers* context = nullptr) {
  const auto add = [&](const std::string& norm, const std::function<Numbers(const Numbers&)>& layer) {
    x = norms_before ? Numbers(x + layer(t.norm(norm, x, 1e-5))) : t.norm(norm, x + layer(x), 1e-5);
  };
  const auto attended = [&](const std::string& a, const Numbers& y, const Numbers& c, const test::Rules& rules) {
    const Numbers q = t.linear(a + ".q_proj", y), k = t.linear(a + ".k_proj", c), v = t.linear(a + ".v_proj", c);
    return t.linear(a + ".out_proj", test::attention(q, k, v, {context ? 2 : 1}, rules));
  };
  test::Rules self;
  if (context) self.sees = test::causal;
  for (const std::string& l : kBlocks) {
    const std::string p = side + l, a = p + "self_attn", cross = p + "encoder_attn";
    add(a + "_layer_norm", [&](const Numbers& y) { return attended(a, y, y, self); });
    if (context) add(cross + "_layer_norm", [&](const Numbers& y) { return attended(cross, y, *context, {}); });
    add(p + "final_layer_norm",
        [&](const Numbers& y) { return t.linear(p + "fc2", attn::gelu_erf(t.linear(p + "fc1", y))); });
  }
  return x;
}

struct States {
  Numbers encoder, decoder;
};

States of_bart(const Tiny& t, double scale = 1) {
  const auto begin = [&](const std::string& side, const std::vector<Index>& ids) {
    const Numbers positions = t[side + "embed_positions.weight"].middleRows(2, static_cast<Index>(ids.size()));
    return t.norm(side + "layernorm_embedding", scale * embedded(t, ids) + positions, 1e-5);
  };
  const Numbers encoder = run_blocks(t, "encoder.", begin("encoder.", test::text().ids), false);
  return {encoder, run_blocks(t, "decoder.", begin("decoder.", test::text().decoder_ids), false, &encoder)};
}

States of_marian(const Tiny& t, double scale = 1) {
  const auto begin = [&](const std::vector<Index>& ids) {
    Numbers x = scale * embedded(t, ids);
    for (Index i = 0; i < x.rows(); ++i) {
      const auto at = static_cast<double>(i);
      x.row(i) += Eigen::RowVector4d(std::sin(at), std::sin(at / 100), std::cos(at), std::cos(at / 100));
    }
    return x;
  };
  const Numbers encoder = run_blocks(t, "encoder.", begin(test::text().ids), false);
  return {encoder, run_blocks(t, "decoder.", begin(test::text().decoder_ids), false, &encoder)};
}

States of_blenderbot(const Tiny& t) {
  const auto run = [&](const std::string& side, const std::vector<Index>& ids, const Numbers* context) {
    const Numbers x = embedded(t, ids) + t[side + "embed_positions.weight"].topRows(static_cast<Index>(ids.size()));
    return t.norm(side + "layer_norm", run_blocks(t, side, x, true, context), 1e-5);
  };
  const Numbers encoder = run("encoder.", test::text().ids, nullptr);
  return {encoder, run("decoder.", test::text().decoder_ids, &encoder)};
}

bool same(const Tiny& t, const States& expected, double most = 1e-10) {
  const Pass<double> pass = t.run();
  return test::near(pass.outputs.at("encoder_last_hidden_state"), expected.encoder, most) &&
         test::near(pass.outputs.at("last_hidden_state"), expected.decoder, most);
}

}  // namespace

TEST_CASE("bart: norms after, positions from row 2 on, a norm of the embeddings, an encoder that the decoder reads") {
  const Tiny t = tiny_bart();
  CHECK(same(t, of_bart(t)));
  CHECK(same(t.with("scale_embedding", true), of_bart(t, 2)));  // √4
  CHECK_FALSE(same(t.with("activation_function", "relu"), of_bart(t)));
  CHECK(t.model().unused.empty());
  CHECK(t.run().weights.at(Part::cross)[0][0].cols() == 5);
}

TEST_CASE("marian: norms after, and sines before cosines for positions that aren't stored") {
  const Tiny t = tiny_marian();
  constexpr double kFloat = 1e-5;  // as which positions were trained
  CHECK(same(t, of_marian(t), kFloat));
  CHECK(same(t.with("scale_embedding", true), of_marian(t, 2), kFloat));
  Tiny stored = t;
  for (const char* side : {"encoder", "decoder"}) stored.add(side + std::string(".embed_positions.weight"), {6, 4});
  CHECK(test::near(stored.logits(), t.logits()));
  CHECK(stored.model().unused.empty());
}

TEST_CASE("blenderbot: norms before and a last one, positions from row 0 on") {
  const Tiny t = tiny_blenderbot();
  CHECK(same(t, of_blenderbot(t)));
  CHECK(t.model().unused.empty());
}

TEST_CASE("bart: words by the table of the vocabulary or a layer of their own, and a bias of them") {
  Tiny t = tiny_bart();
  const Numbers x = t.states();
  CHECK(test::near(t.logits(), x * t["shared.weight"].transpose()));
  t.add("final_logits_bias", {1, 7});
  CHECK(test::near(t.logits(), (x * t["shared.weight"].transpose()).rowwise() + t["final_logits_bias"].row(0)));
  t.add_linear("lm_head", 4, 7, false);
  CHECK(test::near(t.logits(), (x * t["lm_head.weight"].transpose()).rowwise() + t["final_logits_bias"].row(0)));
  CHECK(t.model().unused.empty());
  const Tiny prefixed = tiny_bart().renamed("", "model.");
  CHECK(test::near(prefixed.states(), x));
  CHECK(prefixed.model().unused.empty());
}

TEST_CASE("bart: what doesn't fit, and what is left over") {
  Tiny t = tiny_bart();
  CHECK(t.with("max_position_embeddings", 8).refused<attn::ShapeError>() ==
        "tiny: tensor \"encoder.embed_positions.weight\" is [8 x 4], expected [10 x 4]; is config.json from another "
        "model?");
  CHECK(tiny_marian().with("max_position_embeddings", 65537).refused<attn::FormatError>() ==
        "config.json: $.max_position_embeddings is 65537, expected at most 65536");
  CHECK(t.with("decoder_ffn_dim", 6)
            .refused<attn::ShapeError>()
            .starts_with("tiny: tensor \"decoder.layers.0.fc1.weight\" is [5 x 4], expected [6 x 4]"));
  CHECK(t.without("decoder.layers.1.encoder_attn.q_proj.bias")
            .refused<attn::FormatError>()
            .starts_with("tiny: has no tensor \"decoder.layers.1.encoder_attn.q_proj.bias\""));
  t.add("encoder.embed_tokens.weight", {7, 4}).add("decoder.embed_tokens.weight", {7, 4});
  CHECK(t.add("classification_head.dense.weight", {4, 4}).model().unused ==
        Strings{"classification_head.dense.weight"});
  Input<double> encoder_only = test::text();
  encoder_only.decoder_ids.clear();
  CHECK(test::message_of<attn::UsageError>([&] { t.run(encoder_only); }) ==
        "forward: the decoder has no token to read");
}
