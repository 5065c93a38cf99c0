// What is wrong with the input is one line, the exit code of its class, and nothing written.
#include "catch.hpp"
#include "cli/run_attn.hpp"

#include <algorithm>
#include <limits>

namespace {

struct Case {
  const char* command;
  int code;
  const char* message;  // a part of it
};

void check(const cli::Workspace& work, const Case& c) {
  const auto before = work.files();
  const cli::Result result = work.run(c.command);
  INFO(c.command << "\n" << result.err);
  CHECK(result.code == c.code);
  CHECK(result.err.starts_with("attn: error: "));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  CHECK(result.err.find(c.message) != std::string::npos);
  CHECK(result.out.empty());
  CHECK(work.files() == before);
}

}  // namespace

TEST_CASE("errors: usage is 2") {
  const cli::Workspace work;
  const Case cases[] = {
      {"attn nonsense", 2, "nonsense"},
      {"attn weights", 2, "no input: say --query and --key"},
      {"attn weigths --query q.npy", 2, "unexpected: weigths --query q.npy; did you mean weights? see attn --help"},
      {"attn token", 2, "did you mean tokenize? see attn --help"},
      {"attn ifno", 2, "did you mean info? see attn --help"},
      {"attn red", 2, "unexpected: red; see attn --help"},
      {"attn heatmap --query q.npy --key k.npy --haed=1", 2, "--haed=1; did you mean --head? see attn heatmap --help"},
      {"attn heatmap --query q.npy --key k.npy --lables 1", 2, "did you mean --labels? see attn heatmap --help"},
      {"attn view --norm log", 2, "unexpected: --norm; see attn view --help"},
      {"attn heatmap --norm log", 2, "did you mean --normalize? see"},
      {"attn weights --query q.npy", 2, "--query requires --key"},
      {"attn weights --query q.npy --key k.npy --colour red", 2, "unexpected: --colour; see attn weights --help"},
      {"attn weights --query q.npy --key k.npy red", 2, "unexpected: red; only --model reads a text"},
      {"attn explain red", 2, "unexpected: red; only --model reads a text"},
      {"attn weights --query q.npy --key k.npy --head 1,1", 2, "index 1 is there twice"},
      {"attn weights --query '' --key k.npy", 2, "--query: is empty, expected the name of a file"},
      {"attn weights --query q.npy --key k.npy --mask caussal", 2, "neither causal, window:N nor a file"},
      {"attn weights --query q.npy --key k.npy --mask causal,window:2", 2, "give --mask for each"},
      {"attn weights --query q.npy --key k.npy --scale nan", 2, "is \"nan\", expected a number"},
      {"cat q.npy | attn weights --query - --key -", 2, "stdin: is wanted by two options"},
      {"cat q.npy | attn weights --query - --key k.npy --labels-from -", 2, "stdin: is wanted by two options"},
      {"attn heatmap --query q.npy --key k.npy -o m.png --normalize log --vmax 1e-5", 2, "the floor of the log scale"},
      {"attn weights --query q.npy --key k.npy --value v.npy --output-file -", 2, "is wanted for the weights too"},
      {"attn weights --query q.npy --key k.npy --value v.npy --output-file o.npy -o o.npy", 2, "o.npy is wanted"},
      {"attn weights --embeddings x.npy --wq wq.npy --wk wk.npy --heads 0", 2,
       "--heads: is \"0\", expected how many heads there are"},
      {"attn heatmap --weights attention.npy --heads 0,3", 2,
       "--heads: is \"0,3\", expected how many heads there are; --head chooses some"},
      {"attn weights --query q.npy --key k.npy --query-labels a,b,c,d --query-labels-from tokens.txt", 2, "excludes"},
      {"attn heatmap --query q.npy --key k.npy -o m.png --normalize log --vmin -1", 2, "expected more than 0"},
      {"attn heatmap --query q.npy --key k.npy -o m.png --vmin 5", 2, "less than the largest value"},
      {"attn explain --head 1", 2, "--head: index 1 is out of range"},
      {"attn weights --query q.npy --key k.npy -o weights.txt", 2, "weights.txt"},
      {"attn heatmap --query q.npy --key k.npy -o map.gif", 2, ".png"},
      {"attn heatmap --query q.npy --key k.npy", 2, "-o FILE.png or --show"},
      {"attn weights --query q.npy --key k.npy --head 2", 2, "--head: index 2 is out of range: expected 0 to 1"},
      {"attn weights --query q.npy --key k.npy --head 0,x", 2, "\"x\" is no index"},
      {"attn weights --query q.npy --key k.npy --layer 1", 2, "the input has no such axis"},
      {"attn weights --query q.npy --key k.npy --rows 2:9", 2, "0 ≤ a < b ≤ 4"},
      {"attn weights --query q.npy --key k.npy --rows 2", 2, "is no range"},
      {"attn weights --query q.npy --key k.npy --mask window:0", 2, "window:N with N ≥ 1"},
      {"attn weights --query q.npy --key k.npy --scale 0", 2, "--scale"},
      {"attn weights --query q.npy --key k.npy --output-file o.npy", 2, "say --value or --wv"},
      {"attn weights --weights attention.npy --mask causal", 2, "--mask"},
      {"attn weights --embeddings x.npy --wq wq.npy --wk wk.npy --heads 4 --kv-heads 3", 2, "doesn't divide"},
      {"attn heatmap --query q.npy --key k.npy -o m.png --colormap jet", 2, "viridis"},
      {"attn heatmap --query q.npy --key k.npy -o m.png --normalize max", 2, "max"},
      {"attn explain --weights attention.npy", 2, "no Q and K"},
      {"attn weights --query q.npy --key k.npy --pool mean", 2, "--pool: is mean, but of how many cells?"},
      {"attn weights --query q.npy --key k.npy --pool median --size 2", 2, "median"},
      {"attn weights --query q.npy --key k.npy --size 0", 2, "--size: is \"0\", expected R or RxC"},
      {"attn weights --query q.npy --key k.npy --size 2x", 2, "--size: is \"2x\""},
      {"attn heatmap --query q.npy --key k.npy -o m.png --size 99999999999999999999", 2, "--size: is \"9999"},
      {"attn weights --query q.npy --key k.npy --top-k 0", 2, "--top-k: is \"0\", expected a whole number from 1 on"},
      {"attn weights --query q.npy --key k.npy --top-k 99999999999999999999", 2, "--top-k"},
      {"attn weights --query q.npy --key k.npy --top-k 2 --stats", 2, "excludes"},
      {"attn weights --query q.npy --key k.npy --top-k 2 --size 2", 2, "excludes"},
      {"attn weights --query q.npy --key k.npy --top-k 2 -o edges.npy", 2, "a table has several columns"},
      {"attn weights --query q.npy --key k.npy --stats --cols :2", 2, "expected no --cols"},
      {"attn weights --query q.npy --key k.npy --threads 0", 2, "--threads: is \"0\""},
      {"attn weights --query q.npy --key k.npy --threads 100000", 2, "--threads: is 100000, expected at most"},
  };
  for (const Case& c : cases) check(work, c);
}

TEST_CASE("errors: files are 3, formats 4, unsupported 5") {
  const cli::Workspace work;
  std::ofstream(work / "ragged.csv") << "1,2,3\n4,5\n";
  std::ofstream(work / "words.csv") << "1,2,3\n4,five,6\n";
  std::ofstream(work / "short.npy") << cli::content(work / "q.npy").substr(0, 150);
  std::ofstream(work / "latin1.txt") << "machine\nl\xE9"
                                        "arning\nis\nx\n";
  std::ofstream(work / "complex.npy") << std::string("\x93NUMPY\x01\x00", 8) << std::string("\x46\x00", 2)
                                      << "{'descr': '<c8', 'fortran_order': False, 'shape': (1, 1), }          \n"
                                      << std::string(8, '\0');
  const Case cases[] = {
      {"attn weights --query missing.npy --key k.npy", 3, "missing.npy: can't"},
      {"attn weights --query . --key k.npy", 3, ".: can't"},
      {"attn weights --query q.npy --key k.npy -o /no/such/folder/w.csv", 3, "/no/such/folder/w.csv: can't write"},
      {"attn weights --query q.npy --key k.npy -o /dev/full", 2, "/dev/full"},
      {"attn weights --query q.npy --key k.npy >/dev/full", 3, "No space left on device"},
      {"attn heatmap --query q.npy --key k.npy -o /no/such/folder/m.png", 3, "can't write"},
      {"attn weights --query q.npy --key k.npy --value v.npy -o w.npy --output-file /no/such/folder/o.npy", 3,
       "/no/such/folder/o.npy: can't write"},
      {"attn heatmap --query q.npy --key k.npy --show >/dev/full", 3, "stdout: can't write: No space left on device"},
      {"attn explain >/dev/full", 3, "stdout: can't write: No space left on device"},
      {"attn weights --query 'no\nsuch\033.npy' --key k.npy", 3, "no\\x0asuch\\x1b.npy: can't open"},
      {"attn heatmap --query q.npy --key k.npy -o m.png --font tokens.txt", 4, "tokens.txt"},
      {"attn weights --weights ragged.csv", 4, "line 2"},
      {"attn weights --weights words.csv", 4, "line 2, column 2"},
      {"attn weights --query short.npy --key k.npy", 4, "short.npy"},
      {"attn heatmap --query q.npy --key k.npy -o m.png --labels-from latin1.txt", 4, "label 2 isn't UTF-8"},
      {"attn weights --weights complex.npy", 5, "complex"},
  };
  for (const Case& c : cases) check(work, c);
}

TEST_CASE("errors: what can't be written is said before anything is read") {
  const cli::Workspace work;
  const std::string input = " --query missing.npy --key missing.npy --value missing.npy ";
  for (const char* command : {"weights -o no/w.npy", "weights --size 2 -o no/p.csv", "weights --top-k 2 -o no/e.tsv",
                              "weights --stats -o no/s.json", "weights --output-file no/o.npy", "heatmap -o no/m.png",
                              "heatmap -o m.png --output-file no/o.npy", "view -o no/v.html"})
    check(work, {("attn " + std::string(command) + input).c_str(), 3, ": can't write: No such file or directory"});
}

TEST_CASE("errors: shapes are 6, numbers 7") {
  const cli::Workspace work;
  const auto write = [&](const char* name, attn::Shape shape, float fill) {
    attn::Tensor<float> tensor(std::move(shape));
    std::fill_n(tensor.data(), tensor.size(), fill);
    attn::io::write_array((work / name).string(), tensor);
    return tensor;
  };
  write("narrow.npy", {2, 4, 7}, 1);
  write("flat.npy", {4, 8}, 1);
  write("three.npy", {3, 4, 8}, 1);
  write("tall.npy", {8, 16}, 1);
  write("vector.npy", {8}, 1);
  write("large.npy", {1, 17, 2}, 1);
  attn::Tensor<float> nan = write("nan.npy", {2, 4, 8}, 1);
  nan.matrix(1)(2, 3) = std::numeric_limits<float>::quiet_NaN();
  attn::io::write_array((work / "nan.npy").string(), nan);
  write("big.npy", {4, 8}, 1e30f);
  const Case cases[] = {
      {"attn weights --query q.npy --key narrow.npy", 6,
       "narrow.npy: K is [2 x 4 x 7], expected as many columns as Q [2 x 4 x 8]"},
      {"attn weights --query q.npy --key flat.npy", 6, "K is [4 x 8], expected as many axes as Q [2 x 4 x 8]"},
      {"attn weights --query q.npy --key three.npy", 6, "divides"},
      {"attn weights --query q.npy --key k.npy --value narrow.npy --mask flat.npy", 6,
       "the mask is [4 x 8], expected [4 x 4]"},
      {"attn weights --query vector.npy --key k.npy", 6, "Q is [8], expected [n x d]"},
      {"attn weights --embeddings x.npy --wq tall.npy --wk tall.npy --heads 3", 6, "3 heads divide"},
      {"attn weights --embeddings tall.npy --wq tall.npy --wk tall.npy", 6, "needs --transposed"},
      {"attn heatmap --query q.npy --key k.npy -o m.png --labels a,b,c", 6,
       "the number of labels is [3], expected [4]"},
      {"attn explain --query large.npy --key large.npy", 6, "[17 x 17], expected at most [16 x 16]"},
      {"attn weights --query big.npy --key big.npy", 7, "row 0: a score exceeds what float can hold"},
      {"attn weights --query nan.npy --key k.npy", 7, "nan.npy: matrix 1, row 2 of Q has NaN"},
      {"attn heatmap --query q.npy --key nan.npy --show", 7, "nan.npy: matrix 1, row 2 of K has NaN"},
  };
  for (const Case& c : cases) check(work, c);
}

TEST_CASE("errors: of tokenizers and of what they are given") {
  const cli::Workspace work;
  std::filesystem::create_directory(work / "two");
  for (const char* name : {"two/a.model", "two/b.model", "empty.model"}) std::ofstream(work / name) << "";
  std::ofstream(work / "broken.json") << R"({"version": "1.0", "model": )";
  std::ofstream(work / "vocab.txt") << "[UNK]\n[CLS]\n[SEP]\nthe\nthe\n";
  std::ofstream(work / "strange.json") << R"({"model": {"type": "Telepathy", "vocab": {}}})";
  const Case cases[] = {
      {"attn tokenize text", 2, "no tokenizer: say --model DIR"},
      {"attn decode 1", 2, "no tokenizer: say --model DIR"},
      {"attn tokenize --model gpt2 --tokenizer gpt2 text", 2, "excludes"},
      {"attn decode --model gpt2 --tokenizer gpt2 1", 2, "excludes"},
      {"attn tokenize --model '' text", 2, "--model: is empty, expected the name of a folder or a file"},
      {"attn tokenize --tokenizer - text", 2, "--tokenizer: is \"-\", expected the name of a folder or a file"},
      {"attn tokenize --model examples text", 2, "examples: has no tokenizer, expected tokenizer.json"},
      {"attn tokenize --model two text", 2, "has more than one tokenizer, a.model and b.model; name the file"},
      {"attn tokenize --model gpt2 the cat", 2, "unexpected: cat; see attn tokenize --help"},
      {"attn tokenize --model gpt2 -x", 2, "unexpected: -x"},
      {"attn tokenize --model gpt2 text --json --offsets", 2, "--offsets: is a column of the table"},
      {"attn decode --model gpt2 284", 2, "there is no token 284, expected an id below 284"},
      {"attn decode --model gpt2 -1", 2, "there is no token -1, expected an id below 284"},
      {"attn decode --model gpt2 1 2x", 2, "ids: \"2x\" is no id, expected whole numbers below 284"},
      {"attn decode --model gpt2 99999999999999999999", 2, "\"99999999999999999999\" is no id"},
      {"attn decode --model gpt2 - 1", 2, "ids: \"-\" is no id"},
      {"echo 1 300 | attn decode --model gpt2", 2, "stdin: line 1: tokenizer: there is no token 300"},
      {"echo one | attn decode --model gpt2 -", 2, "stdin: line 1: ids: \"one\" is no id"},
      {"attn tokenize --model missing text", 3, "missing: can't open"},
      {"attn tokenize --model gpt2 - <.", 3, "stdin: can't read"},
      {"attn tokenize --model gpt2 text >/dev/full", 3, "stdout: can't write: No space left on device"},
      {"yes | attn tokenize --model gpt2 >/dev/full", 3, "stdout: can't write: No space left on device"},
      {"yes 1 | attn decode --model gpt2 >/dev/full", 3, "stdout: can't write: No space left on device"},
      {"attn tokenize --tokenizer broken.json text", 4, "broken.json: byte"},
      {"attn tokenize --tokenizer vocab.txt text", 4, "vocab.txt: line 5: token \"the\" is there twice"},
      {"attn tokenize --tokenizer empty.model text", 4, "empty.model"},
      {"attn tokenize --tokenizer strange.json text", 5, "strange.json: $.model: \"Telepathy\""},
      {"attn tokenize --tokenizer q.npy text", 5, "q.npy: not the name of a tokenizer"},
  };
  for (const Case& c : cases) check(work, c);
  const cli::Result closed = work.run("trap '' PIPE; (yes | attn tokenize --model gpt2 --json; echo $? >code) | true");
  CHECK(cli::content(work / "code") == "3\n");
  CHECK(closed.err.find("attn: error: stdout: can't write: Broken pipe\n") != std::string::npos);
}

TEST_CASE("errors: in the middle of the input, the line is named and what was before it is there") {
  const cli::Workspace work;
  std::ofstream(work / "letters.json") << R"({"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "?"}})";
  const cli::Result letters = work.run("printf 'a\\na\\nb\\na\\n' | attn tokenize --tokenizer letters.json --json");
  INFO(letters.out << letters.err);
  CHECK(letters.code == 5);
  CHECK(letters.err.starts_with("attn: error: stdin: line 3: "));
  CHECK(std::count(letters.out.begin(), letters.out.end(), '\n') == 2);
  const cli::Result ids = work.run("printf '97\\n98\\n999\\n' | attn decode --model gpt2");
  CHECK(ids.code == 2);
  CHECK(ids.err.starts_with("attn: error: stdin: line 3: "));
  CHECK(ids.out == "a\nb\n");
}
