// The shipped models against what transformers computed with them.
#include "model/support.hpp"

#include <attn/text/load_tokenizer.hpp>

using attn::Index;
using attn::Matrix;
using namespace attn::model;

TEST_CASE("example models: as transformers has them, in float and double") {
  for (const char* name : {"tiny-bert-copy", "tiny-gpt2-repeat", "tiny-vit-digits"}) {
    INFO(name);
    CHECK(test::example<float>(name).transformer().unused.empty());
    for (const Comparison& place : test::verify(test::example<float>(name).transformer(), test::expected_of(name))) {
      INFO(place.place);
      CHECK(place.agrees());
    }
    for (const Comparison& place : test::verify(test::example<double>(name).transformer(), test::expected_of(name))) {
      INFO(place.place);
      CHECK(place.difference() <= (place.array == "attentions" ? 1e-9 : place.tolerance));
    }
  }
}

TEST_CASE("example models: a masked word is found in the other sentence, from text to answer") {
  const auto& model = test::example<float>("tiny-bert-copy");
  const attn::Tokenizer tokenizer = attn::load_tokenizer(ATTN_EXAMPLE_MODELS "/tiny-bert-copy");
  const attn::Encoding encoding =
      tokenizer.encode("boris gave the key to maria .", "boris gave the [MASK] to [MASK] .");
  const Pass<float> pass = model.forward(input_of<float>(encoding));
  const auto answer = [&](const std::string& token, std::size_t occurrence) {
    std::size_t at = 0;
    while (encoding.tokens[at] != token || occurrence-- > 0) ++at;
    Index best = 0;
    pass.outputs.at("logits").row(static_cast<Index>(at)).maxCoeff(&best);
    return tokenizer.token(static_cast<int>(best));
  };
  CHECK(answer("[MASK]", 0) == "key");
  CHECK(answer("[MASK]", 1) == "maria");
}

TEST_CASE("example models: a repeated stretch is continued") {
  const auto& model = test::example<float>("tiny-gpt2-repeat");
  Input<float> input;
  input.ids = {6, 63, 17, 15, 51, 39, 37, 38, 42, 17, 30, 50, 62, 16, 62, 55, 6, 63, 17, 15, 51, 39};
  const Pass<float> pass = model.forward(input);
  Index next = 0;
  pass.outputs.at("logits").row(21).maxCoeff(&next);
  CHECK(next == 37);
}
