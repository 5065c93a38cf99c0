#include "catch.hpp"
#include "cli/run_attn.hpp"

TEST_CASE("attn decode: ids in any of their forms") {
  const cli::Workspace work;
  for (const char* ids : {"2 62 63 64 5 3", "2,62,63,64,5,3", "2, 62 '63 64' 5,3", "'[2, 62, 63, 64, 5, 3]'",
                          "'[2,62,63,64,5,3]'", "'  2\t62,,63 64 5 3 '", "-- 2 62 63 64 5 3"}) {
    const cli::Result result = work.run(std::string("attn decode --model bert-base-uncased ") + ids);
    INFO(ids << "\n" << result.err);
    CHECK(result.code == 0);
    CHECK(result.out == "the cat sat.\n");
  }
  CHECK(work.run("attn decode 62 --tokenizer bert-base-uncased/vocab.txt 63").out == "the cat\n");
  CHECK(work.run("attn decode --model bert-base-uncased ''").out == "\n");
}

TEST_CASE("attn decode: special tokens are left out, unless they are kept") {
  const cli::Workspace work;
  CHECK(work.run("attn decode --model bert-base-uncased 2 78 83 82 63 3 0 0").out == "unbreakable cat\n");
  CHECK(work.run("attn decode --model bert-base-uncased 2 78 83 82 63 3 --keep-special").out ==
        "[CLS] unbreakable cat [SEP]\n");
  CHECK(work.run("attn decode --model gpt2 257 263 283").out == "the cat\n");
  CHECK(work.run("attn decode --model gpt2 257 263 283 --keep-special").out == "the cat<|endoftext|>\n");
}

TEST_CASE("attn decode: a sequence on each line of standard input") {
  const cli::Workspace work;
  std::ofstream(work / "lines.txt", std::ios::binary) << "62 63\r\n\n[2, 64, 3]\n65,66";
  for (const char* ids : {"", "-"})
    CHECK(work.run(std::string("attn decode --model bert-base-uncased <lines.txt ") + ids).out ==
          "the cat\n\nsat\non mat\n");
}

TEST_CASE("attn decode: is what attn tokenize has taken apart") {
  const cli::Workspace work;
  const std::string text = "the 漢字\tcat,  sat ";
  const std::string json = work.run("attn tokenize --model gpt2 --json '" + text + "'").out;
  const std::size_t begin = json.find('[');
  const std::string ids = json.substr(begin, json.find(']') + 1 - begin);
  CHECK(work.run("attn decode --model gpt2 '" + ids + "'").out == text + "\n");
}
