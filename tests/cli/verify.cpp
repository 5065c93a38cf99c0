// attn verify: agreement, the first place that differs, and what can't be compared.
#include "catch.hpp"
#include "cli/run_attn.hpp"

#include <attn/io/read.hpp>

namespace {

const std::string kVerify = "attn verify --model examples/models/tiny-bert-copy --expected ";

/// A folder of its own with what is expected, whose arrays can be changed.
void copy_expected(const cli::Workspace& work) {
  std::filesystem::copy(work / "expected/", work / "theirs", std::filesystem::copy_options::recursive);
}

}  // namespace

TEST_CASE("attn verify: a model that agrees") {
  const cli::Workspace work;
  const cli::Result result = work.run(kVerify + "expected");
  INFO(result.out << result.err);
  CHECK(result.code == 0);
  CHECK(result.out.find("array            largest difference  tolerance") == 0);
  for (const char* array : {"hidden_states", "attentions", "logits", "grad_attentions"})
    CHECK(result.out.find(std::string("\n") + array + " ") != std::string::npos);
  CHECK(result.out.find("differs") == std::string::npos);
  CHECK(result.out.ends_with("\nEverything agrees, in float32.\n"));
  CHECK(work.run(kVerify + "expected --precision f64").out.ends_with("\nEverything agrees, in float64.\n"));
}

TEST_CASE("attn verify: the first that differs, and what has another name") {
  const cli::Workspace work;
  copy_expected(work);
  const std::string file = (work / "theirs/attentions.npy").string();
  const auto attentions = attn::io::to_tensor<double>(attn::io::read_array(file));
  const double before = attentions.matrix(4 + 2)(3, 0);
  attentions.matrix(4 + 2)(3, 0) = before + 0.25;
  attn::io::write_array(file, attentions);
  attn::io::write_array((work / "theirs/rollout.npy").string(), attentions);
  const cli::Result result = work.run(kVerify + "theirs");
  CHECK(result.code == 7);
  CHECK(result.err.find(
            "attn: error: verify: the first to differ: weights of layer 1: attentions[1, 0, 2, 3, 0] is ") == 0);
  CHECK(result.err.ends_with(" (2.5e-01 apart, tolerance 2.0e-05)\n"));
  CHECK(result.out.find("differs  [1, 0, 2, 3, 0]\n") != std::string::npos);
  CHECK(result.out.ends_with("Not compared: rollout\n"));
}

TEST_CASE("attn verify: what can't be compared") {
  const cli::Workspace work;
  cli::Result result = work.run(kVerify + "nowhere");
  CHECK(result.code == 3);
  CHECK(result.err == "attn: error: nowhere: No such file or directory, expected a folder of .npy files\n");
  copy_expected(work);
  std::filesystem::remove(work / "theirs/input_ids.npy");
  result = work.run(kVerify + "theirs");
  CHECK(result.code == 2);
  CHECK(result.err ==
        "attn: error: theirs: has neither input_ids.npy nor pixel_values.npy, expected what the model read\n");
  result = work.run("attn verify --model bert-base-uncased --expected expected");
  CHECK(result.code == 6);
  CHECK(result.err.find("attn: error: verify: expected/hidden_states.npy is [4 x 1 x ") == 0);
}
