// attn heatmap, weights and info of a checkpoint: the shipped models, and what can be wrong with one.
#include "catch.hpp"
#include "cli/run_attn.hpp"

#include <attn/core/merge_tokens.hpp>
#include <attn/io/read.hpp>

#include <cstdio>
#include <cstdlib>

namespace {

const std::string kBert = "examples/models/tiny-bert-copy", kGpt = "examples/models/tiny-gpt2-repeat";

attn::Tensor<float> array(const cli::Workspace& work, const std::string& name) {
  return attn::io::to_tensor<float>(attn::io::read_array((work / name).string()));
}

void check_error(const cli::Workspace& work, const std::string& command, int code, const std::string& message) {
  const cli::Result result = work.run(command);
  INFO(command);
  CHECK(result.code == code);
  CHECK(result.out.empty());
  CHECK(result.err == "attn: error: " + message + "\n");
}

}  // namespace

TEST_CASE("attn weights --model: every layer and head, as transformers has them") {
  const cli::Workspace work;
  const std::string ids = "2,5,31,32,13,19,37,10,34,35,33,25,37,3,5,31,32,4,19,37,10,34,35,33,4,37,3";
  const cli::Result result =
      work.run("attn weights --model " + kBert + " --ids " + ids +
               " --type-ids 0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,1,1,1,1,1,1,1,1,1,1,1,1 -o by-ids.npy");
  INFO(result.err);
  REQUIRE(result.code == 0);
  const std::string text =
      " 'anna has a red ball . ivan is in the garden .' --pair 'anna has a [MASK] ball . ivan is in the [MASK] .'";
  REQUIRE(work.run("attn weights --model " + kBert + text + " -o by-text.npy").code == 0);
  REQUIRE(work.run("attn weights --model " + kBert + text + " --precision f64 -o in-double.npy").code == 0);
  const attn::Tensor<float> by_ids = array(work, "by-ids.npy"), by_text = array(work, "by-text.npy"),
                            in_double = array(work, "in-double.npy");
  REQUIRE(by_ids.shape() == attn::Shape{3, 4, 27, 27});
  REQUIRE(by_text.shape() == by_ids.shape());
  for (attn::Index i = 0; i < by_ids.size(); ++i) {
    CHECK(by_ids.data()[i] == by_text.data()[i]);
    CHECK(std::abs(in_double.data()[i] - by_text.data()[i]) < 1e-5F);
  }
}

TEST_CASE("attn weights --model: labels are tokens, and a part is a part of all") {
  const cli::Workspace work;
  CHECK(work.run("attn weights --model " + kBert + " 'anna gave a hat .' --layer 0 --head 0 --rows 0:1")
            .out.substr(0, 35) == ",[CLS],anna,gave,a,hat,.,[SEP]\n[CLS");
  REQUIRE(work.run("attn weights --model " + kGpt + " --ids 6,63,17,15,6,63 --layer 1 --head 2 -o all.npy").code == 0);
  REQUIRE(work.run("attn weights --model " + kGpt +
                   " --ids 6,63,17,15,6,63 --layer 1 --head 2 --rows 3:5 --cols 1:4 -o part.npy")
              .code == 0);
  REQUIRE(work.run("attn weights --model " + kGpt +
                   " --ids 6,63,17,15,6,63 --layer 1 --head 2 --pool mean --size 2 -o pooled.npy")
              .code == 0);
  const attn::Tensor<float> all = array(work, "all.npy"), part = array(work, "part.npy"),
                            pooled = array(work, "pooled.npy");
  REQUIRE(part.shape() == attn::Shape{2, 3});
  CHECK((part.matrix() - all.matrix().block(3, 1, 2, 3)).cwiseAbs().maxCoeff() < 1e-6F);
  CHECK(pooled.matrix()(1, 0) == Approx(all.matrix().block(3, 0, 3, 3).mean()));
  CHECK(work.run("echo 'anna gave a hat .' | attn weights --model " + kBert + " - --layer 0 --head 0").out ==
        work.run("attn weights --model " + kBert + " 'anna gave a hat .' --layer 0 --head 0").out);
  CHECK(all.matrix()(0, 1) == 0);  // causal
  REQUIRE(
      work.run("attn weights --model " + kGpt + " --ids 6,63,17,15,6,63 --max-length 4 --layer 0 --head 0 -o short.npy")
          .code == 0);
  CHECK(array(work, "short.npy").shape() == attn::Shape{4, 4});
}

TEST_CASE("attn heatmap --model: a sheet of all heads") {
  const cli::Workspace work;
  const cli::Result result = work.run("attn heatmap --model " + kBert + " 'anna gave a hat .' -o sheet.png");
  CHECK(result.err.empty());
  CHECK(result.code == 0);
  CHECK(cli::content(work / "sheet.png").substr(1, 3) == "PNG");
  CHECK(work.run("attn heatmap --model " + kBert + " 'anna' --layer 2 --head 3 --show").code == 0);
}

TEST_CASE("attn --model: of two stacks the encoder alone needs no decoder's text") {
  const char* shared = std::getenv("ATTN_SHARED");
  if (shared == nullptr) {
    std::printf("skipped: a model of two stacks: ATTN_SHARED doesn't name the folder of reference models\n");
    return;
  }
  const cli::Workspace work;
  const std::string t5 = "attn weights --model " + std::string(shared) + "/golden/t5 --ids 5,6,7,1 ";
  REQUIRE(work.run(t5 + "--kind encoder -o encoder.npy").code == 0);
  CHECK(array(work, "encoder.npy").shape() == attn::Shape{2, 4, 4, 4});
  REQUIRE(work.run(t5 + "--decoder-ids 0,9 --kind cross --layer 1 -o cross.npy").code == 0);
  CHECK(array(work, "cross.npy").shape() == attn::Shape{4, 2, 4});
  REQUIRE(work.run(t5 + "--decoder-ids 0,9 --kind cross -o all.npy").code == 0);
  CHECK((array(work, "all.npy").matrix(1 * 4 + 2) - array(work, "cross.npy").matrix(2)).cwiseAbs().maxCoeff() == 0);
  check_error(work, t5 + "--kind cross", 2,
              "--model: its decoder has nothing to read; say --decoder-text or --decoder-ids");
}

TEST_CASE("attn --words: pieces put together") {
  const cli::Workspace work;
  const std::string model = "attn weights --model bert-base-uncased 'The unbreakable cat.' --layer 1 --head 1 ";
  REQUIRE(work.run(model + "-o pieces.npy").code == 0);
  REQUIRE(work.run(model + "--words -o words.npy").code == 0);
  const attn::Matrix<float> pieces = array(work, "pieces.npy").matrix(), words = array(work, "words.npy").matrix();
  REQUIRE(words.rows() == 6);  // [CLS] the un ##break ##able cat . [SEP]
  CHECK((words - attn::merge_tokens(pieces, {0, 1, 2, 5, 6, 7, 8}, {0, 1, 2, 5, 6, 7, 8})).cwiseAbs().maxCoeff() <
        1e-6F);
  CHECK((words.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-5F);
  CHECK(work.run(model + "--words").out.starts_with(",[CLS],The,unbreakable,cat,.,[SEP]\n[CLS],"));
  REQUIRE(work.run(model + "--words --rows 2:4 --cols 1:3 -o part.npy").code == 0);
  CHECK((array(work, "part.npy").matrix() - words.block(2, 1, 2, 2)).cwiseAbs().maxCoeff() < 1e-6F);
  REQUIRE(work.run(model + "--words --max-length 4 -o short.npy").code == 0);  // un##break is what is left of a word
  CHECK(array(work, "short.npy").shape() == attn::Shape{3, 3});
  REQUIRE(work.run(model + "--words --top-k 1 -o top.csv").code == 0);
  CHECK(work.run("attn heatmap --model bert-base-uncased 'The unbreakable cat.' --words -o words.png").code == 0);
  check_error(work, "attn weights --model " + kBert + " --ids 1,2 --words", 2,
              "--words requires text; see attn weights --help");
}

TEST_CASE("attn info: what a checkpoint is") {
  const cli::Workspace work;
  CHECK(work.run("attn info " + kBert).out ==
        "examples/models/tiny-bert-copy: bert\n"
        "  encoder      3 layers of 4 heads of 16 columns\n"
        "               every token sees all; width 64, feed-forward 192\n"
        "               39 tokens in the vocabulary, at most 64 at a time\n"
        "  parameters   136,359 in 58 tensors of float32, 0.5 MB\n"
        "  tokenizer    39 tokens\n"
        "  outputs      last_hidden_state, logits\n");
  CHECK(
      work.run("attn info --model examples/models/tiny-vit-digits").out.find("images of 49 patches of 4 x 4 pixels") !=
      std::string::npos);
}

TEST_CASE("attn --model: what is wrong is said in a line") {
  const cli::Workspace work;
  check_error(work, "attn info nowhere", 3, "nowhere/config.json: can't open: No such file or directory");
  check_error(work, "attn heatmap --model " + kBert + " --show", 2,
              "--model: there is nothing to read; say a text, or --ids");
  check_error(
      work, "attn weights --model " + kGpt + " hello", 2,
      kGpt + ": has no tokenizer, expected tokenizer.json, vocab.txt, vocab.json with merges.txt, or a .model file");
  check_error(work, "attn weights --model " + kGpt + " --ids 64", 2,
              "embedding: token 64 at position 0 isn't in the table: expected 0 to 63");
  check_error(work, "attn weights --model " + kGpt + " --ids $(seq -s, 0 48)", 2,
              "the text has 49 tokens, the model has positions for 48; --max-length 48 reads the first of them");
  check_error(work, "attn weights --model " + kBert + " --ids 1,2 --type-ids 0", 2,
              "--type-ids: 1 numbers, expected one for each of the 2 ids");
  check_error(work, "attn weights --model " + kBert + " anna --kind cross", 2,
              "--kind cross: the model has one stack only, which attends to itself; expected self");
  check_error(work, "attn weights --model " + kBert + " anna --kind decoder", 2,
              "--kind decoder: the model has no decoder");
  check_error(work, "attn weights --model " + kBert + " anna --decoder-ids 1", 2,
              "--decoder-text, --decoder-ids: the model has no decoder that reads another text");
  check_error(work, "attn weights --model " + kBert + " anna --layer 3", 2,
              "--layer: index 3 is out of range: expected 0 to 2");
  check_error(work, "attn weights --model " + kBert + " anna --output-file z.npy", 2,
              "--output-file: a model's heads feed the next layer; this option is for single layers, INPUT 1 and 2");
  std::filesystem::create_directory(work / "m");
  std::ofstream(work / "m/config.json") << R"({"model_type": "brt"})";
  check_error(work, "attn info m", 2,
              "m: has no weights, expected model.safetensors or pytorch_model.bin, or the index of their shards, "
              "model.safetensors.index.json or pytorch_model.bin.index.json");
  std::filesystem::copy(work / "bert-base-uncased/model.safetensors", work / "m/model.safetensors");
  CHECK(work.run("attn info m").err.find("vit; near it: bart, bert") != std::string::npos);
  std::ofstream(work / "m/config.json")
      << R"({"model_type": "bert", "vocab_size": 88, "hidden_size": 16, "num_hidden_layers": 2, )"
      << R"("num_attention_heads": 2, "intermediate_size": 12, "max_position_embeddings": 40})";
  check_error(work, "attn info m", 6,
              "m: tensor \"embeddings.word_embeddings.weight\" is [88 x 8], expected [88 x 16]; is config.json from "
              "another model?");
}
