#include <attn/model/families/vit.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using test::Numbers;
using test::Strings;
using test::Tiny;

namespace {

/// Four patches of 2 x 2 pixels with two channels.
Tiny tiny() {
  Tiny t(vit<double>, R"({"hidden_size": 4, "num_attention_heads": 2, "num_hidden_layers": 2, "intermediate_size": 6,
                          "image_size": 4, "patch_size": 2, "num_channels": 2})");
  t.add("embeddings.cls_token", {1, 1, 4}).add("embeddings.position_embeddings", {1, 5, 4}).add_norm("layernorm", 4);
  t.add("embeddings.patch_embeddings.projection.weight", {4, 2, 2, 2});
  t.add("embeddings.patch_embeddings.projection.bias", {4});
  for (const std::string p : {"encoder.layer.0.", "encoder.layer.1."}) {
    for (const char* name : {"query", "key", "value"}) t.add_linear(p + "attention.attention." + name, 4, 4);
    t.add_linear(p + "attention.output.dense", 4, 4).add_linear(p + "intermediate.dense", 4, 6);
    t.add_linear(p + "output.dense", 6, 4).add_norm(p + "layernorm_before", 4).add_norm(p + "layernorm_after", 4);
  }
  return t;
}

const Numbers kChannels = test::numbers("image", 8, 4);  // one below the other

Input<double> image() {
  Input<double> input;
  input.image = attn::Tensor<double>({2, 4, 4});
  std::copy_n(kChannels.data(), kChannels.size(), input.image.data());
  return input;
}

Numbers output(const Tiny& t, const std::string& name) { return t.run(image()).outputs.at(name); }
Numbers states(const Tiny& t) { return output(t, "last_hidden_state"); }

/// The last states; the kernel of the convolution moves by its own size.
Numbers expected(const Tiny& t) {
  const Numbers kernels = t["embeddings.patch_embeddings.projection.weight"];  // of each output and channel, two rows
  Numbers x(5, 4);
  x.row(0) = t["embeddings.cls_token"];
  for (attn::Index patch = 0; patch < 4; ++patch)
    for (attn::Index d = 0; d < 4; ++d) {
      x(1 + patch, d) = t["embeddings.patch_embeddings.projection.bias"](d);
      for (attn::Index c = 0; c < 2; ++c)
        x(1 + patch, d) += kChannels.block(4 * c + patch / 2 * 2, patch % 2 * 2, 2, 2)
                               .cwiseProduct(kernels.middleRows((2 * d + c) * 2, 2))
                               .sum();
    }
  x += t["embeddings.position_embeddings"];
  for (const std::string p : {"encoder.layer.0.", "encoder.layer.1."}) {
    const std::string a = p + "attention.attention.";
    const Numbers y = t.norm(p + "layernorm_before", x, 1e-12);
    x += t.linear(p + "attention.output.dense",
                  test::attention(t.linear(a + "query", y), t.linear(a + "key", y), t.linear(a + "value", y), {2}));
    x += t.linear(p + "output.dense",
                  attn::gelu_erf(t.linear(p + "intermediate.dense", t.norm(p + "layernorm_after", x, 1e-12))));
  }
  return t.norm("layernorm", x, 1e-12);
}

}  // namespace

TEST_CASE("vit: patches behind a class token, norms before, every patch sees all") {
  const Tiny t = tiny();
  CHECK(test::near(states(t), expected(t)));
  CHECK(test::near(states(t.renamed("", "vit.")), states(t)));
  CHECK(t.model().unused.empty());
  CHECK(t.model().heads.empty());
}

TEST_CASE("vit: queries, keys and values without biases, but not their projection back") {
  const Tiny t = tiny().without("query.bias").without("key.bias").without("value.bias");
  CHECK(test::near(states(t.with("qkv_bias", false)), expected(t)));
  CHECK(t.refused<attn::FormatError>().starts_with(
      "tiny: has no tensor \"encoder.layer.0.attention.attention.query.bias\""));
  CHECK(tiny().with("qkv_bias", false).model().unused.size() == 6);
}

TEST_CASE("vit: classes by the last state of the class token, and a summary of it") {
  Tiny t = tiny().renamed("", "vit.");
  t.add_linear("classifier", 4, 3);
  CHECK(test::near(output(t, "logits"), t.linear("classifier", states(t).row(0))));
  for (const std::string p : {"vit.", ""}) {
    Tiny summarised = p.empty() ? tiny() : tiny().renamed("", p);
    summarised.add_linear(p + "pooler.dense", 4, 4);
    CHECK(test::near(output(summarised, "pooler_output"),
                     summarised.linear(p + "pooler.dense", states(summarised).row(0)).array().tanh()));
    CHECK(summarised.model().unused.empty());
  }
  CHECK(t.with("pooler_act", "tanh").model().heads.size() == 1);
  CHECK(t.with("pooler_act", "gelu").refused<attn::UnsupportedError>() ==
        "config.json: $.pooler_act is \"gelu\": only \"tanh\" is supported");
}

TEST_CASE("vit: what doesn't fit, and what is left over") {
  Tiny t = tiny();
  CHECK(t.with("patch_size", 4).refused<attn::ShapeError>() ==
        "tiny: tensor \"embeddings.patch_embeddings.projection.weight\" is [4 x 2 x 2 x 2], expected [4 x 2 x 4 x 4]; "
        "is config.json from another model?");
  CHECK(t.with("image_size", 6).refused<attn::ShapeError>() ==
        "tiny: tensor \"embeddings.position_embeddings\" is [1 x 5 x 4], expected [1 x 10 x 4]; is config.json from "
        "another model?");
  CHECK(t.with("num_channels", nullptr).refused<attn::ShapeError>() ==
        "tiny: tensor \"embeddings.patch_embeddings.projection.weight\" is [4 x 2 x 2 x 2], expected [4 x 3 x 2 x 2]; "
        "is config.json from another model?");
  t.add("embeddings.mask_token", {1, 1, 4});
  CHECK(t.model().unused == Strings{"embeddings.mask_token"});
}
