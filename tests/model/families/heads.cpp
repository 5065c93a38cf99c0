// What stands on top of a model, and that every decoder may end in classes instead of words.
#include <attn/model/families/heads.hpp>

#include "model/support.hpp"

#include <cstdio>
#include <cstdlib>

namespace fs = std::filesystem;
using namespace attn::model;
using attn::Index;
using attn::Matrix;
using attn::Tensor;

namespace {

attn::io::Array array(const std::string& name, const Matrix<double>& values) {
  Tensor<double> tensor({values.rows(), values.cols()});
  tensor.matrix() = values;
  return attn::io::to_array(tensor, name);
}

attn::io::Array bias(const std::string& name, Index size) {
  Tensor<double> zeros({size});
  std::fill_n(zeros.data(), size, 0.0);
  return attn::io::to_array(zeros, name);
}

Matrix<double> numbers(Index rows, Index cols, double first) {
  Matrix<double> m(rows, cols);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = std::sin(first + 0.7 * static_cast<double>(i));
  return m;
}

/// The decoder in a folder, with three classes in the place of its words.
void check_classes(const fs::path& folder) {
  INFO(folder.string());
  attn::io::Checkpoint checkpoint = attn::io::read_checkpoint(folder.string());
  const attn::io::MappedFile file((folder / "config.json").string());
  const Config config(file.bytes().text(), file.name());
  const Index D = config.size(config.has("n_embd") ? "n_embd" : "hidden_size");
  const Matrix<double> score = numbers(3, D, 0.3);
  std::erase_if(checkpoint.arrays,
                [](const auto& a) { return a.name == "lm_head.weight" || a.name == "embed_out.weight"; });
  checkpoint.arrays.push_back(array("score.weight", score));
  Weights weights(std::move(checkpoint.arrays), folder.string());
  const Transformer<double> model = make_transformer<double>(config, weights);
  CHECK(model.unused.empty());
  Input<double> input;
  input.ids = {5, 9, 7, 11, 4, 4};
  input.mask = {true, true, true, true, false, false};
  const Pass<double> pass = forward(model, input);
  const Matrix<double> expected = pass.outputs.at("last_hidden_state").row(3) * score.transpose();  // before padding
  REQUIRE(pass.outputs.at("logits").rows() == 1);
  CHECK((pass.outputs.at("logits") - expected).cwiseAbs().maxCoeff() < 1e-12);
}

}  // namespace

TEST_CASE("heads: a layer of its own, or the table of the vocabulary") {
  const Matrix<double> vocabulary = numbers(4, 2, 0), own = numbers(4, 2, 5), x = numbers(3, 2, 9);
  const Table<double> tokens(vocabulary);
  Weights bare({}, "folder"), with_own({array("words.weight", own)}, "folder");
  CHECK(detail::own_or_tied(tokens, bare, "words", 2)(x).isApprox(x * vocabulary.transpose()));
  CHECK(detail::own_or_tied(tokens, with_own, "words", 2)(x).isApprox(x * own.transpose()));
  CHECK(with_own.unused().empty());
}

TEST_CASE("heads: classes by the first token, bent by tanh unless another activation is said") {
  const Matrix<double> dense = numbers(2, 2, 1), out = numbers(3, 2, 4), x = numbers(5, 2, 2);
  const auto logits = [&](std::optional<attn::Activation> activation) {
    Weights w({array("dense.weight", dense), bias("dense.bias", 2), array("out.weight", out), bias("out.bias", 3)},
              "folder");
    const auto head = detail::classes_of_first<double>("dense", activation, "out", w, 2);
    return run_head(head, x, std::vector<bool>(5, true));
  };
  const Matrix<double> wide = x.row(0) * dense.transpose();
  CHECK(logits(std::nullopt).isApprox(Matrix<double>(wide.array().tanh().matrix() * out.transpose())));
  CHECK(logits(attn::Activation::relu).isApprox(Matrix<double>(wide.cwiseMax(0) * out.transpose())));
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
