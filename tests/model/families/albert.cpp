#include <attn/model/families/albert.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using attn::gelu_tanh;
using test::Numbers;
using test::Strings;
using test::Tiny;

namespace {

/// Four layers of two groups.
Tiny tiny() {
  Tiny t(albert<double>, R"({"vocab_size": 7, "embedding_size": 3, "hidden_size": 4, "num_attention_heads": 2,
                             "num_hidden_layers": 4, "num_hidden_groups": 2, "intermediate_size": 6,
                             "max_position_embeddings": 8})");
  t.add("embeddings.word_embeddings.weight", {7, 3}).add("embeddings.position_embeddings.weight", {8, 3});
  t.add("embeddings.token_type_embeddings.weight", {2, 3}).add_norm("embeddings.LayerNorm", 3);
  t.add_linear("encoder.embedding_hidden_mapping_in", 3, 4);
  for (const std::string g : {"0", "1"}) {
    const std::string p = "encoder.albert_layer_groups." + g + ".albert_layers.0.";
    for (const char* name : {"query", "key", "value", "dense"}) t.add_linear(p + "attention." + name, 4, 4);
    t.add_norm(p + "attention.LayerNorm", 4).add_norm(p + "full_layer_layer_norm", 4);
    t.add_linear(p + "ffn", 4, 6).add_linear(p + "ffn_output", 6, 4);
  }
  return t;
}

/// The last states where the layers are those of these groups.
Numbers states(const Tiny& t, const std::vector<std::string>& groups) {
  Numbers x = attn::embed(t["embeddings.word_embeddings.weight"], test::text().ids) +
              t["embeddings.position_embeddings.weight"].topRows(5);
  x.rowwise() += t["embeddings.token_type_embeddings.weight"].row(0);
  x = t.linear("encoder.embedding_hidden_mapping_in", t.norm("embeddings.LayerNorm", x, 1e-12));
  for (const std::string& g : groups) {
    const std::string p = "encoder.albert_layer_groups." + g + ".albert_layers.0.", a = p + "attention.";
    const Numbers z = test::attention(t.linear(a + "query", x), t.linear(a + "key", x), t.linear(a + "value", x), {2});
    x = t.norm(a + "LayerNorm", x + t.linear(a + "dense", z), 1e-12);
    x = t.norm(p + "full_layer_layer_norm", x + t.linear(p + "ffn_output", gelu_tanh(t.linear(p + "ffn", x))), 1e-12);
  }
  return x;
}

}  // namespace

TEST_CASE("albert: narrow embeddings, norms after, and layers that share the parameters of their group") {
  const Tiny t = tiny();
  CHECK(test::near(t.states(), states(t, {"0", "0", "1", "1"})));
  CHECK(test::near(t.with("num_hidden_groups", 1).states(), states(t, {"0", "0", "0", "0"})));
  CHECK(test::near(t.with("num_hidden_groups", nullptr).states(), states(t, {"0", "0", "0", "0"})));
  CHECK(test::near(t.with("num_hidden_layers", 3).states(), states(t, {"0", "0", "1"})));
  CHECK(test::near(t.renamed("", "albert.").states(), t.states()));
  CHECK(t.model().unused.empty());
}

TEST_CASE("albert: a summary, classes, the order of sentences, and masked words") {
  Tiny t = tiny();
  t.add_linear("pooler", 4, 4).add_linear("sop_classifier.classifier", 4, 2);
  Tiny classes = t;
  classes.add_linear("classifier", 4, 3);
  const Numbers x = t.states(), summary = t.linear("pooler", x.row(0)).array().tanh();
  CHECK(test::near(t.output("pooler_output"), summary));
  CHECK(test::near(t.output("sop_logits"), t.linear("sop_classifier.classifier", summary)));
  CHECK(test::near(classes.logits(), classes.linear("classifier", summary)));
  t.add_linear("predictions.dense", 4, 3).add_norm("predictions.LayerNorm", 3).add("predictions.bias", {7});
  const Numbers y = t.norm("predictions.LayerNorm", gelu_tanh(t.linear("predictions.dense", x)), 1e-12);
  CHECK(test::near(t.logits(),
                   (y * t["embeddings.word_embeddings.weight"].transpose()).rowwise() + t["predictions.bias"].row(0)));
  t.add_linear("predictions.decoder", 3, 7);
  CHECK(test::near(t.logits(), t.linear("predictions.decoder", y)));
  CHECK(t.model().unused.empty());
}

TEST_CASE("albert: what is refused, and what is left over") {
  Tiny t = tiny();
  CHECK(t.with("inner_group_num", 2).refused<attn::UnsupportedError>() ==
        "config.json: $.inner_group_num is 2: only 1 is supported");
  CHECK(t.with("position_embedding_type", "relative_key").refused<attn::UnsupportedError>() ==
        "config.json: $.position_embedding_type is \"relative_key\": only \"absolute\" is supported");
  CHECK(t.with("num_hidden_layers", 1025).refused<attn::FormatError>() ==
        "config.json: $.num_hidden_layers is 1025, expected at most 1024");
  CHECK(t.with("embedding_size", nullptr).refused<attn::ShapeError>() ==
        "tiny: tensor \"embeddings.word_embeddings.weight\" is [7 x 3], expected [7 x 128]; is config.json from "
        "another model?");
  CHECK(t.without("groups.1.albert_layers.0.ffn.bias")
            .refused<attn::FormatError>()
            .starts_with("tiny: has no tensor \"encoder.albert_layer_groups.1.albert_layers.0.ffn.bias\""));
  t.add("embeddings.position_ids", {1, 8}).add_linear("qa_outputs", 4, 2);
  CHECK(t.model().unused == Strings{"qa_outputs.bias", "qa_outputs.weight"});
}
