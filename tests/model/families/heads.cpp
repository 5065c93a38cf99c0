// What stands on top of a model, and that every decoder may end in classes instead of words.
#include <attn/model/families/heads.hpp>

#include "model/families/support.hpp"
#include "model/support.hpp"

#include <cstdio>
#include <cstdlib>

namespace fs = std::filesystem;
using namespace attn::model;
using attn::Index;
using test::numbers;
using test::Numbers;

namespace {

/// The decoder in a folder, with three classes in the place of its words.
void check_classes(const fs::path& folder) {
  INFO(folder.string());
  attn::io::Checkpoint checkpoint = attn::io::read_checkpoint(folder.string());
  const attn::io::MappedFile file((folder / "config.json").string());
  const Config config(file.bytes().text(), file.name());
  const Index D = config.size(config.has("n_embd") ? "n_embd" : "hidden_size");
  const Numbers score = numbers("score", 3, D);
  std::erase_if(checkpoint.arrays,
                [](const auto& a) { return a.name == "lm_head.weight" || a.name == "embed_out.weight"; });
  checkpoint.arrays.push_back(test::array("score.weight", {3, D}, score));
  Weights weights(std::move(checkpoint.arrays), folder.string());
  const Transformer<double> model = make_transformer<double>(config, weights);
  CHECK(model.unused.empty());
  Input<double> input;
  input.ids = {5, 9, 7, 11, 4, 4};
  input.mask = {true, true, true, true, false, false};
  const Pass<double> pass = forward(model, input);
  const Numbers expected = pass.outputs.at("last_hidden_state").row(3) * score.transpose();  // before padding
  REQUIRE(pass.outputs.at("logits").rows() == 1);
  CHECK((pass.outputs.at("logits") - expected).cwiseAbs().maxCoeff() < 1e-12);
}

}  // namespace

TEST_CASE("heads: a layer of its own, or the table of the vocabulary") {
  const Numbers vocabulary = numbers("vocabulary", 4, 2), own = numbers("own", 4, 2), x = numbers("x", 3, 2);
  const Table<double> tokens(vocabulary);
  Weights bare({}, "folder"), with_own({test::array("words.weight", {4, 2}, own)}, "folder");
  CHECK(detail::own_or_tied(tokens, bare, "words", 2)(x).isApprox(x * vocabulary.transpose()));
  CHECK(detail::own_or_tied(tokens, with_own, "words", 2)(x).isApprox(x * own.transpose()));
  CHECK(with_own.unused().empty());
}

TEST_CASE("heads: classes by the first token, bent by tanh unless another activation is said") {
  test::Tiny t(nullptr, "{}");
  t.add_linear("dense", 2, 2).add_linear("out", 2, 3);
  const Numbers x = numbers("x", 5, 2), wide = t.linear("dense", x.row(0));
  const auto logits = [&](std::optional<attn::Activation> activation) {
    Weights w = t.weights();
    return run_head(detail::classes_of_first<double>("dense", activation, "out", w, 2), x, std::vector<bool>(5, true));
  };
  CHECK(test::near(logits(std::nullopt), t.linear("out", wide.array().tanh())));
  CHECK(test::near(logits(attn::Activation::relu), t.linear("out", wide.cwiseMax(0))));
}

TEST_CASE("heads: a decoder's classes are those of its last token that isn't padding") {
  check_classes(ATTN_EXAMPLE_MODELS "/tiny-gpt2-repeat");
  const char* shared = std::getenv("ATTN_SHARED");
  if (shared == nullptr) {
    std::printf("skipped: classes of the other decoders: ATTN_SHARED doesn't name the folder of reference models\n");
    return;
  }
  for (const char* name : {"gpt2", "gpt_neox", "opt", "bloom", "llama_gqa", "gemma", "gemma2", "gemma3"})
    check_classes(fs::path(shared) / "golden" / name);
}
