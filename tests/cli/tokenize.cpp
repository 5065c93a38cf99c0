// attn tokenize: the tokens of examples/data/tiny-bert, whose id is the line in vocab.txt from 0, and of tiny-gpt2,
// whose ids below 256 are bytes.
#include "catch.hpp"
#include "cli/run_attn.hpp"

#include <attn/base/utf8.hpp>

#include <nlohmann/json.hpp>

#include <vector>

using nlohmann::json;

namespace {

/// The objects that a command prints, one a line.
std::vector<json> objects(const cli::Workspace& work, const std::string& command) {
  const cli::Result result = work.run(command);
  INFO(command << "\n" << result.err);
  CHECK(result.code == 0);
  CHECK(result.err.empty());
  CHECK((result.out.empty() || result.out.back() == '\n'));
  std::vector<json> all;
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) all.push_back(json::parse(line));
  return all;
}

json object(const cli::Workspace& work, const std::string& command) {
  const auto all = objects(work, command);
  REQUIRE(all.size() == 1);
  return all[0];
}

}  // namespace

TEST_CASE("attn tokenize: a table") {
  const cli::Workspace work;
  CHECK(work.run("attn tokenize --model bert-base-uncased 'The unbreakable cat.'").out ==
        "number  id  token    label\n"
        "     0   2  [CLS]    [CLS]\n"
        "     1  62  the      the\n"
        "     2  78  un       un\n"
        "     3  83  ##break  break\n"
        "     4  82  ##able   able\n"
        "     5  63  cat      cat\n"
        "     6   5  .        .\n"
        "     7   3  [SEP]    [SEP]\n");
  CHECK(work.run("attn tokenize --model gpt2 --offsets 'the cat\non'").out ==
        "number   id  token  label  place\n"
        "     0  257  the    the      0:3\n"
        "     1  263  Ġcat   ␣cat     3:7\n"
        "     2   10  Ċ      ↵        7:8\n"
        "     3  270  on     on      8:10\n");
}

TEST_CASE("attn tokenize: a table of two texts") {
  const cli::Workspace work;
  CHECK(work.run("attn tokenize --model bert-base-uncased 'Thé cat' --pair 'It slept' --offsets").out ==
        "number  id  token  label  place  word  type\n"
        "     0   2  [CLS]  [CLS]                  0\n"
        "     1  62  the    the      0:3     0     0\n"
        "     2  63  cat    cat      4:7     1     0\n"
        "     3   3  [SEP]  [SEP]                  0\n"
        "     4  76  it     it       0:2     0     1\n"
        "     5  77  slept  slept    3:8     1     1\n"
        "     6   3  [SEP]  [SEP]                  1\n");
}

TEST_CASE("attn tokenize: columns are as wide as characters look, and nothing is invisible") {
  const cli::Workspace work;
  json tokenizer = json::parse(cli::content(work / "gpt2/tokenizer.json"));
  for (const char* content : {"漢字", "a\tb\x1b", "\u200b"}) {
    json added = tokenizer["added_tokens"][0];
    added["id"] = 283 + tokenizer["added_tokens"].size();
    added["content"] = content;
    tokenizer["added_tokens"].push_back(added);
  }
  std::ofstream(work / "added.json") << tokenizer;
  CHECK(
      work.run("attn tokenize --tokenizer added.json --offsets \"$(printf '漢字\\na\\tb\\033\\342\\200\\213')\"").out ==
      "number   id  token     label     place\n"
      "     0  284  漢字      漢字        0:2\n"
      "     1   10  Ċ         ↵           2:3\n"
      "     2  285  a\\tb\\x1b  a\\tb\\x1b    3:7\n"
      "     3  286  \\u200b    \\u200b      7:8\n");
}

TEST_CASE("attn tokenize: JSON") {
  const cli::Workspace work;
  const json one = object(work, "attn tokenize --model bert-base-uncased --json 'Thé unbreakable \"cat\"'");
  CHECK(one == json::parse(R"({
    "ids": [2, 62, 78, 83, 82, 1, 63, 1, 3],
    "tokens": ["[CLS]", "the", "un", "##break", "##able", "[UNK]", "cat", "[UNK]", "[SEP]"],
    "labels": ["[CLS]", "the", "un", "break", "able", "[UNK]", "cat", "[UNK]", "[SEP]"],
    "offsets": [[0, 0], [0, 3], [4, 6], [6, 11], [11, 15], [16, 17], [17, 20], [20, 21], [0, 0]],
    "type_ids": [0, 0, 0, 0, 0, 0, 0, 0, 0],
    "special": [true, false, false, false, false, false, false, false, true],
    "word_ids": [null, 0, 1, 1, 1, 2, 3, 4, null],
    "sequence_ids": [null, 0, 0, 0, 0, 0, 0, 0, null]})"));
  const json pair = object(work, "attn tokenize --model bert-base-uncased --json 'the cat' --pair=slept");
  CHECK(pair["ids"] == json{2, 62, 63, 3, 77, 3});
  CHECK(pair["type_ids"] == json{0, 0, 0, 0, 1, 1});
  CHECK(pair["sequence_ids"] == json{nullptr, 0, 0, nullptr, 1, nullptr});
  CHECK(object(work, "attn tokenize --model gpt2 --json 'a\"\\\nb'")["labels"] == json{"a", "\"", "\\", "↵", "b"});
}

TEST_CASE("attn tokenize: without special tokens") {
  const cli::Workspace work;
  CHECK(object(work, "attn tokenize --model bert-base-uncased --json --no-special 'the cat'")["ids"] == json{62, 63});
  CHECK(object(work, "attn tokenize --model bert-base-uncased --json --no-special '[MASK] cat' --pair on")["ids"] ==
        json{4, 63, 65});
  CHECK(object(work, "attn tokenize --model bert-base-uncased --json --no-special ''")["ids"] == json::array());
  CHECK(work.run("attn tokenize --model bert-base-uncased --no-special ''").out == "number  id  token  label\n");
}

TEST_CASE("attn tokenize: a text may be empty, begin with a dash, or be the name of a verb") {
  const cli::Workspace work;
  const auto ids = [&](const std::string& arguments) {
    return object(work, "attn tokenize --json --model " + arguments)["ids"];
  };
  CHECK(ids("bert-base-uncased ''") == json{2, 3});
  CHECK(ids("bert-base-uncased ' '") == json{2, 3});
  CHECK(ids("bert-base-uncased the --pair ''") == json{2, 62, 3, 3});
  CHECK(ids("gpt2 -- -a") == json{'-', 'a'});
  CHECK(ids("gpt2 -- --json") == json{'-', '-', 'j', 's', 270});
  CHECK(ids("gpt2 -- --") == json{'-', '-'});
  CHECK(ids("gpt2 a --pair -b") == json{'a', '-', 'b'});
  CHECK(ids("gpt2 demo") == json{'d', 'e', 'm', 'o'});
  CHECK(ids("gpt2 '[a,b]'") == json{'[', 'a', ',', 'b', ']'});
}

TEST_CASE("attn tokenize: what isn't UTF-8 becomes U+FFFD") {
  const cli::Workspace work;
  std::ofstream(work / "latin1.txt") << "caf\xE9 on\n\xF0\x9F\x99";
  for (const char* command :
       {"attn tokenize --model gpt2 --json <latin1.txt", "attn tokenize --model gpt2 <latin1.txt"})
    CHECK_FALSE(attn::first_invalid_utf8(work.run(command).out));
  const auto lines = objects(work, "attn tokenize --model gpt2 --json <latin1.txt");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["ids"] == json{261, 'f', 0xEF, 0xBF, 0xBD, 271});
  CHECK(lines[0]["offsets"] == json::parse("[[0, 2], [2, 3], [3, 4], [3, 4], [3, 4], [4, 7]]"));
  CHECK(lines[1]["ids"] == json{0xEF, 0xBF, 0xBD});
}

TEST_CASE("attn tokenize: a text on each line of standard input") {
  const cli::Workspace work;
  std::ofstream(work / "lines.txt", std::ios::binary) << "the cat\r\n\non \r mat\nsat";
  const json expected[] = {{2, 62, 63, 3}, {2, 3}, {2, 65, 66, 3}, {2, 64, 3}};
  for (const char* text : {"", "-"}) {
    const auto lines = objects(work, std::string("attn tokenize --model bert-base-uncased --json <lines.txt ") + text);
    REQUIRE(lines.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(lines[i]["ids"] == expected[i]);
  }
  const auto pairs = objects(work, "attn tokenize --model bert-base-uncased --json --pair mat <lines.txt");
  REQUIRE(pairs.size() == 4);
  CHECK(pairs[0]["ids"] == json{2, 62, 63, 3, 66, 3});
  CHECK(pairs[1]["ids"] == json{2, 3, 66, 3});
  CHECK(work.run("printf 'the\\n\\n' | attn tokenize --model bert-base-uncased --no-special -").out ==
        "number  id  token  label\n"
        "     0  62  the    the\n"
        "\n"
        "number  id  token  label\n");
  CHECK(work.run("attn tokenize --model bert-base-uncased --json -").out.empty());  // no line at all
}

TEST_CASE("attn tokenize: lines of any length, across the blocks in which they are read") {
  const cli::Workspace work;
  std::ofstream text(work / "long.txt", std::ios::binary);
  const std::size_t sizes[] = {65535, 65536, 65537, 1, 200000, 0, 131070};
  for (const std::size_t size : sizes) text << std::string(size, 'b') << "\r\n";
  text.close();
  const auto lines = objects(work, "attn tokenize --model gpt2 --json <long.txt");
  REQUIRE(lines.size() == std::size(sizes));
  for (std::size_t i = 0; i < lines.size(); ++i) CHECK(lines[i]["ids"] == json(std::vector<int>(sizes[i], 'b')));
}

TEST_CASE("attn tokenize: the tokens of a line are there before the next line is") {
  const cli::Workspace work;
  const cli::Result result = work.run(
      "mkfifo in out; attn tokenize --model gpt2 --json <in >out & exec 3>in 4<out\n"
      "for word in the on; do echo $word >&3; read -r answer <&4; echo \"$word: $answer\"; done; exec 3>&-; wait $!");
  CHECK(result.code == 0);
  CHECK(result.out.find("the: {\"ids\": [257]") == 0);
  CHECK(result.out.find("\non: {\"ids\": [270]") != std::string::npos);
}

TEST_CASE("attn tokenize: 80 MB of lines in 60 MB of memory; as one line they don't fit") {
  const cli::Workspace work;
  if (work.run("ulimit -v 60000; attn --version").code != 0) {  // sanitizers reserve terabytes
    WARN("skipped: attn doesn't start in 60 MB of addresses");
    return;
  }
  const std::string lines = "line=$(printf '%2000s' cat); yes \"$line\" | head -n 40000 ";
  const std::string tokenize = "| (ulimit -v 60000; attn tokenize --model bert-base-uncased --json)";
  CHECK(object(work, lines + tokenize + " | tail -n 1")["ids"] == json{2, 63, 3});
  const cli::Result one_line = work.run(lines + "| tr -d '\\n' " + tokenize);
  CHECK(one_line.code == 1);
  CHECK(one_line.err.starts_with("attn: error: stdin: line 1: not enough memory, it has "));
}

TEST_CASE("attn tokenize: every kind of file") {
  const cli::Workspace work;
  const json ids{62, 63};
  for (const char* option : {"--model bert-base-uncased", "--tokenizer bert-base-uncased", "--model bert-base-uncased/",
                             "--tokenizer bert-base-uncased/vocab.txt"})
    CHECK(object(work, std::string("attn tokenize --no-special --json 'the cat' ") + option)["ids"] == ids);
  std::filesystem::create_directory(work / "old");
  std::ofstream(work / "old/vocab.json") << R"({"a": 0, "b": 1, "ab": 2, "<|endoftext|>": 3})";
  std::ofstream(work / "old/merges.txt") << "#version: 0.2\na b\n";
  for (const char* path : {"old", "old/vocab.json", "old/merges.txt"})
    CHECK(object(work, std::string("attn tokenize --json abb --tokenizer ") + path)["ids"] == json{2, 1});
  CHECK(object(work, "attn tokenize --json 'the' --tokenizer gpt2/tokenizer.json")["ids"] == json{257});
}

TEST_CASE("attn tokenize: at a terminal without a text, it says what to do") {
  const cli::Workspace work;
  if (work.run("script -qec 'test -t 0' /dev/null").code != 0) {
    WARN("skipped: script(1) can't make a terminal here");
    return;
  }
  const cli::Result tokenize = work.run("script -qec 'attn tokenize --model gpt2' /dev/null");
  CHECK(tokenize.code == 2);
  CHECK(tokenize.out.find("attn: error: no text: say it in quotes, or -") != std::string::npos);
  const cli::Result decode = work.run("script -qec 'attn decode --model gpt2' /dev/null");
  CHECK(decode.code == 2);
  CHECK(decode.out.find("attn: error: no ids: say them, as in 101 7 102, or -") != std::string::npos);
}
