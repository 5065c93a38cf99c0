#include <attn/model/families/bert.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using attn::gelu_erf;
using test::Numbers;
using test::Strings;
using test::Tiny;

namespace {

/// Two layers whose names are those of BERT, RoBERTa and ELECTRA; embeddings of width E.
Tiny tiny(Tiny::Family family, attn::Index E = 4) {
  Tiny t(family, R"({"vocab_size": 7, "hidden_size": 4, "num_attention_heads": 2, "num_hidden_layers": 2,
                     "intermediate_size": 6, "max_position_embeddings": 8})");
  t.add("embeddings.word_embeddings.weight", {7, E}).add("embeddings.position_embeddings.weight", {8, E});
  t.add("embeddings.token_type_embeddings.weight", {2, E}).add_norm("embeddings.LayerNorm", E);
  for (const std::string p : {"encoder.layer.0.", "encoder.layer.1."}) {
    for (const char* name : {"query", "key", "value"}) t.add_linear(p + "attention.self." + name, 4, 4);
    t.add_linear(p + "attention.output.dense", 4, 4).add_norm(p + "attention.output.LayerNorm", 4);
    t.add_linear(p + "intermediate.dense", 4, 6)
        .add_linear(p + "output.dense", 6, 4)
        .add_norm(p + "output.LayerNorm", 4);
  }
  return E == 4 ? t : t.with("embedding_size", E).add_linear("embeddings_project", E, 4);
}

Input<double> two_segments() {
  Input<double> input = test::text();
  input.segments = {0, 0, 1, 1, 1};
  return input;
}

/// The last states of two_segments() at these rows of the positions.
Numbers states(const Tiny& t, const std::vector<attn::Index>& positions, double eps = 1e-12) {
  Numbers x = attn::embed(t["embeddings.word_embeddings.weight"], two_segments().ids) +
              attn::embed(t["embeddings.position_embeddings.weight"], positions) +
              attn::embed(t["embeddings.token_type_embeddings.weight"], two_segments().segments);
  x = t.norm("embeddings.LayerNorm", x, eps);
  if (x.cols() < 4) x = t.linear("embeddings_project", x);
  for (const std::string p : {"encoder.layer.0.", "encoder.layer.1."}) {
    const std::string a = p + "attention.self.";
    const Numbers z = test::attention(t.linear(a + "query", x), t.linear(a + "key", x), t.linear(a + "value", x), {2});
    x = t.norm(p + "attention.output.LayerNorm", x + t.linear(p + "attention.output.dense", z), eps);
    const Numbers wide = gelu_erf(t.linear(p + "intermediate.dense", x));
    x = t.norm(p + "output.LayerNorm", x + t.linear(p + "output.dense", wide), eps);
  }
  return x;
}

Numbers last(const Tiny& t, const std::string& output) { return t.run(two_segments()).outputs.at(output); }

}  // namespace

TEST_CASE("bert: norms after, learned positions and segments, every token sees all") {
  const Tiny t = tiny(bert<double>);
  CHECK(test::near(last(t, "last_hidden_state"), states(t, {0, 1, 2, 3, 4})));
  CHECK(test::near(last(t.with("layer_norm_eps", 0.1), "last_hidden_state"), states(t, {0, 1, 2, 3, 4}, 0.1)));
  CHECK(t.model().unused.empty());
  CHECK(t.model().heads.empty());
  CHECK_FALSE(test::near(t.with("hidden_act", "relu").states(), t.states()));
}

TEST_CASE("bert: prefixes, and the names that TensorFlow gave to norms") {
  const Tiny t = tiny(bert<double>), old = t.renamed("", "bert.")
                                               .renamed("LayerNorm.weight", "LayerNorm.gamma")
                                               .renamed("LayerNorm.bias", "LayerNorm.beta");
  CHECK(test::near(old.states(), t.states()));
  CHECK(old.model().unused.empty());
}

TEST_CASE("bert: a summary by the first token, and the classes that read it") {
  Tiny t = tiny(bert<double>);
  t.add_linear("pooler.dense", 4, 4).add_linear("cls.seq_relationship", 4, 2).add_linear("classifier", 4, 3);
  const Numbers summary = t.linear("pooler.dense", t.states().row(0)).array().tanh();
  CHECK(test::near(t.output("pooler_output"), summary));
  CHECK(test::near(t.output("seq_relationship_logits"), t.linear("cls.seq_relationship", summary)));
  CHECK(test::near(t.logits(), t.linear("classifier", summary)));
  CHECK(t.model().unused.empty());
  CHECK(t.without("pooler").model().unused ==
        Strings{"classifier.bias", "classifier.weight", "cls.seq_relationship.bias", "cls.seq_relationship.weight"});
}

TEST_CASE("bert: masked words by a layer of their own, or by the table of the vocabulary") {
  const std::string m = "cls.predictions.";
  Tiny t = tiny(bert<double>);
  t.add_linear(m + "transform.dense", 4, 4).add_norm(m + "transform.LayerNorm", 4).add(m + "bias", {7});
  const auto words = [&](const Numbers& table) {
    const Numbers x = t.norm(m + "transform.LayerNorm", gelu_erf(t.linear(m + "transform.dense", t.states())), 1e-12);
    return Numbers((x * table.transpose()).rowwise() + t[m + "bias"].row(0));
  };
  CHECK(test::near(t.logits(), words(t["embeddings.word_embeddings.weight"])));
  t.add_linear(m + "decoder", 4, 7, false);
  CHECK(test::near(t.logits(), words(t[m + "decoder.weight"])));
  CHECK(t.model().unused.empty());
}

TEST_CASE("roberta: positions count from behind the id of the padding, which has none") {
  const Tiny t = tiny(roberta<double>);  // padding is 1, as are two tokens of the text
  CHECK(test::near(last(t, "last_hidden_state"), states(t, {2, 1, 3, 1, 4})));
  CHECK(test::near(last(t.with("pad_token_id", 0), "last_hidden_state"), states(t, {1, 2, 3, 4, 5})));
  CHECK(test::near(t.renamed("", "roberta.").states(), t.states()));
  Input<double> long_text;
  long_text.ids.assign(7, 3);
  CHECK(test::message_of<attn::UsageError>([&] { t.run(long_text); }) ==
        "the text has 7 tokens, the model has positions for 6");
}

TEST_CASE("roberta: heads") {
  Tiny t = tiny(roberta<double>);
  const Numbers x = t.states();
  Tiny classes = t;
  classes.add_linear("classifier.dense", 4, 4).add_linear("classifier.out_proj", 4, 3);
  const Numbers bent = classes.linear("classifier.dense", x.row(0)).array().tanh();
  CHECK(test::near(classes.logits(), classes.linear("classifier.out_proj", bent)));
  t.add_linear("pooler.dense", 4, 4);
  t.add_linear("lm_head.dense", 4, 4).add_norm("lm_head.layer_norm", 4).add("lm_head.bias", {7});
  const Numbers y = t.norm("lm_head.layer_norm", gelu_erf(t.linear("lm_head.dense", x)), 1e-12);
  CHECK(test::near(t.logits(),
                   (y * t["embeddings.word_embeddings.weight"].transpose()).rowwise() + t["lm_head.bias"].row(0)));
  CHECK(test::near(t.output("pooler_output"), t.linear("pooler.dense", x.row(0)).array().tanh()));
  CHECK(t.model().unused.empty());
}

TEST_CASE("electra: embeddings may be narrower than the blocks") {
  const Tiny t = tiny(electra<double>, 3);
  CHECK(test::near(last(t, "last_hidden_state"), states(t, {0, 1, 2, 3, 4})));
  CHECK(test::near(t.renamed("", "electra.").states(), t.states()));
  CHECK(t.model().unused.empty());
}

TEST_CASE("electra: a generator of words, a discriminator of tokens, classes") {
  const Tiny t = tiny(electra<double>, 3).with("hidden_act", "relu");  // which the generator's head doesn't know
  const Numbers x = t.states();
  Tiny generator = t, discriminator = t, classes = t;
  generator.add_linear("generator_predictions.dense", 4, 3).add_norm("generator_predictions.LayerNorm", 3);
  generator.add("generator_lm_head.bias", {7});
  const Numbers y = generator.norm("generator_predictions.LayerNorm",
                                   gelu_erf(generator.linear("generator_predictions.dense", x)), 1e-12);
  CHECK(test::near(generator.logits(), (y * t["embeddings.word_embeddings.weight"].transpose()).rowwise() +
                                           generator["generator_lm_head.bias"].row(0)));
  const std::string d = "discriminator_predictions.dense";
  discriminator.add_linear(d, 4, 4).add_linear(d + "_prediction", 4, 1);
  CHECK(test::near(discriminator.logits(),
                   discriminator.linear(d + "_prediction", discriminator.linear(d, x).cwiseMax(0))));
  classes.add_linear("classifier.dense", 4, 4).add_linear("classifier.out_proj", 4, 3);
  CHECK(test::near(classes.logits(),
                   classes.linear("classifier.out_proj", gelu_erf(classes.linear("classifier.dense", x.row(0))))));
}

TEST_CASE("bert: what is refused, and what is left over") {
  Tiny t = tiny(bert<double>);
  CHECK(t.with("position_embedding_type", "relative_key").refused<attn::UnsupportedError>() ==
        "config.json: $.position_embedding_type is \"relative_key\": only \"absolute\" is supported");
  CHECK(t.with("is_decoder", true).refused<attn::UnsupportedError>() ==
        "config.json: $.is_decoder is true: only false is supported");
  CHECK(t.with("type_vocab_size", 1).refused<attn::ShapeError>() ==
        "tiny: tensor \"embeddings.token_type_embeddings.weight\" is [2 x 4], expected [1 x 4]; is config.json from "
        "another model?");
  CHECK(
      t.without("layer.1.output.dense.bias")
          .refused<attn::FormatError>()
          .starts_with(
              "tiny: has no tensor \"encoder.layer.1.output.dense.bias\"; near it: encoder.layer.0.output.dense.bias"));
  CHECK(t.with("intermediate_size", nullptr).refused<attn::FormatError>() ==
        "config.json: $.intermediate_size is missing");
  t.add("embeddings.position_ids", {1, 8}).add_linear("qa_outputs", 4, 2);
  CHECK(t.model().unused == Strings{"qa_outputs.bias", "qa_outputs.weight"});
}
