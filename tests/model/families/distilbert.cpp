#include <attn/model/families/distilbert.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using test::Numbers;
using test::Strings;
using test::Tiny;

namespace {

Tiny tiny() {
  Tiny t(distilbert<double>, R"({"vocab_size": 7, "dim": 4, "n_heads": 2, "n_layers": 2, "hidden_dim": 6,
                                 "max_position_embeddings": 8})");
  t.add("embeddings.word_embeddings.weight", {7, 4}).add("embeddings.position_embeddings.weight", {8, 4});
  t.add_norm("embeddings.LayerNorm", 4);
  for (const std::string p : {"transformer.layer.0.", "transformer.layer.1."}) {
    for (const char* name : {"q_lin", "k_lin", "v_lin", "out_lin"}) t.add_linear(p + "attention." + name, 4, 4);
    t.add_linear(p + "ffn.lin1", 4, 6).add_linear(p + "ffn.lin2", 6, 4);
    t.add_norm(p + "sa_layer_norm", 4).add_norm(p + "output_layer_norm", 4);
  }
  return t;
}

/// The same tensors as those of a BERT whose segments are nothing.
Tiny as_bert(const Tiny& t) {
  Tiny b = t.of(bert<double>).with("hidden_size", 4).with("intermediate_size", 6).with("num_hidden_layers", 2);
  const std::pair<const char*, const char*> names[] = {{"transformer.layer", "encoder.layer"},
                                                       {"attention.q_lin", "attention.self.query"},
                                                       {"attention.k_lin", "attention.self.key"},
                                                       {"attention.v_lin", "attention.self.value"},
                                                       {"attention.out_lin", "attention.output.dense"},
                                                       {"sa_layer_norm", "attention.output.LayerNorm"},
                                                       {"ffn.lin1", "intermediate.dense"},
                                                       {"ffn.lin2", "output.dense"},
                                                       {"output_layer_norm", "output.LayerNorm"}};
  for (const auto& [from, to] : names) b = b.renamed(from, to);
  b.set("embeddings.token_type_embeddings.weight", Numbers::Zero(2, 4));
  return b.with("num_attention_heads", 2);
}

}  // namespace

TEST_CASE("distilbert: a BERT without segments, under other names") {
  const Tiny t = tiny();
  CHECK(test::near(t.states(), as_bert(t).states()));
  CHECK(test::near(t.renamed("", "distilbert.").states(), t.states()));
  CHECK(test::near(t.with("activation", "relu").states(), as_bert(t).with("hidden_act", "relu").states()));
  CHECK(t.model().unused.empty());
  CHECK(t.model().heads.empty());
}

TEST_CASE("distilbert: masked words, and classes by the first token without a tanh") {
  Tiny t = tiny().with("activation", "silu");
  const Numbers x = t.states();
  Tiny classes = t;
  classes.add_linear("pre_classifier", 4, 4).add_linear("classifier", 4, 3);
  CHECK(test::near(classes.logits(),
                   classes.linear("classifier", classes.linear("pre_classifier", x.row(0)).cwiseMax(0))));
  t.add_linear("vocab_transform", 4, 4).add_norm("vocab_layer_norm", 4).add("vocab_projector.bias", {7});
  const Numbers y = t.norm("vocab_layer_norm", attn::silu(t.linear("vocab_transform", x)), 1e-12);
  CHECK(test::near(t.logits(), (y * t["embeddings.word_embeddings.weight"].transpose()).rowwise() +
                                   t["vocab_projector.bias"].row(0)));
  t.add_linear("vocab_projector", 4, 7);
  CHECK(test::near(t.logits(), t.linear("vocab_projector", y)));
  CHECK(t.model().unused.empty());
}

TEST_CASE("distilbert: what is missing, of another shape, or left over") {
  Tiny t = tiny();
  CHECK(
      t.without("layer.0.ffn.lin2.bias")
          .refused<attn::FormatError>()
          .starts_with(
              "tiny: has no tensor \"transformer.layer.0.ffn.lin2.bias\"; near it: transformer.layer.0.ffn.lin1.bias"));
  CHECK(t.with("hidden_dim", 8).refused<attn::ShapeError>() ==
        "tiny: tensor \"transformer.layer.0.ffn.lin1.weight\" is [6 x 4], expected [8 x 4]; is config.json from "
        "another model?");
  t.add("embeddings.position_ids", {1, 8}).add_linear("qa_outputs", 4, 2);
  CHECK(t.model().unused == Strings{"qa_outputs.bias", "qa_outputs.weight"});
}
