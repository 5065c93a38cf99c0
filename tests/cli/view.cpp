// attn view: what is in the page, and what isn't written.
#include "catch.hpp"
#include "cli/run_attn.hpp"

#include <regex>

namespace {

/// How many matrices of a kind a page has.
std::ptrdiff_t matrices(const std::string& page, const std::string& kind) {
  const std::regex element("<script type=\"text/plain\" data-kind=\"" + kind + "\"");
  return std::distance(std::sregex_iterator(page.begin(), page.end(), element), std::sregex_iterator());
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const std::string kBert = "attn view --model examples/models/tiny-bert-copy 'boris gave the key .' ";

}  // namespace

TEST_CASE("view: all maps of a model, with its tokens, words and neurons") {
  const cli::Workspace work;
  const cli::Result result = work.run(kBert + "--pair 'boris gave it .' -o page.html");
  CHECK(result.code == 0);
  CHECK(result.err.empty());
  const std::string page = cli::content(work / "page.html");
  for (const char* kind : {"weights", "q", "k", "scores"}) CHECK(matrices(page, kind) == 12);
  CHECK(has(page, R"("labels":["[CLS]","boris")"));
  CHECK(has(page, R"("special":[1,0,0,0,0,0,1,0)"));
  CHECK(has(page, R"("segments":[0,0,0,0,0,0,0,1)"));
  CHECK(has(page, R"("layers":["0","1","2"],"heads":["0","1","2","3"])"));
  CHECK(has(page, R"("title":"tiny-bert-copy")"));
  CHECK(has(page, R"("bits":16)"));
}

TEST_CASE("view: chosen layers and heads keep their names; heads put together have one") {
  const cli::Workspace work;
  CHECK(work.run(kBert + "--layer 2,1 --head 3 --view map --title Mine --dark -o page.html").code == 0);
  std::string page = cli::content(work / "page.html");
  CHECK(matrices(page, "weights") == 2);
  CHECK(has(page, R"("layers":["2","1"],"heads":["3"])"));
  CHECK(has(page, R"("view":"map","theme":"dark","title":"Mine")"));
  CHECK(work.run(kBert + "--reduce mean -o page.html").code == 0);
  page = cli::content(work / "page.html");
  CHECK(matrices(page, "weights") == 3);
  CHECK(matrices(page, "q") == 0);
  CHECK(has(page, R"("heads":["mean"])"));
  CHECK(has(page, "Mean of heads 0–3."));
}

TEST_CASE("view: arrays, windows and words") {
  const cli::Workspace work;
  CHECK(work.run("attn view --weights attention.npy --layer 0,1 --rows 1:3 -o page.html").code == 0);
  std::string page = cli::content(work / "page.html");
  CHECK(matrices(page, "weights") == 4);
  CHECK(matrices(page, "q") == 0);
  CHECK(has(page, "Queries 1–2 of 4."));
  CHECK(has(page, "Numbers as they stand in attention.npy"));
  CHECK(work.run("attn view --query q.npy --key k.npy --mask causal -o page.html").code == 0);
  page = cli::content(work / "page.html");
  CHECK(matrices(page, "scores") == 2);
  CHECK(has(page, "must not see get −∞"));
  CHECK(work.run("attn view --model bert-base-uncased 'The unbreakable cat.' -o page.html").code == 0);
  CHECK(has(cli::content(work / "page.html"), R"("words":{"labels":["[CLS]","The","unbreakable")"));
  CHECK(work.run("attn view --model bert-base-uncased 'The unbreakable cat.' --words -o page.html").code == 0);
  page = cli::content(work / "page.html");
  CHECK(has(page, R"("labels":["[CLS]","The","unbreakable")"));
  CHECK_FALSE(has(page, "\"words\""));
  CHECK(work.run("echo 'The cat.' | attn view --model bert-base-uncased - -o - | tail -1").out == "</html>\n");
}

TEST_CASE("view: a long map is pooled when it is asked for, or when it doesn't fit") {
  const cli::Workspace work;
  CHECK(work.run("attn view --query long-q.npy --key long-k.npy --size 64x32 -o page.html").code == 0);
  std::string page = cli::content(work / "page.html");
  CHECK(matrices(page, "mean") == 1);
  CHECK(matrices(page, "max") == 1);
  CHECK(matrices(page, "weights") == 0);
  CHECK(has(page, R"("cells":{"queries":2048,"keys":2048})"));
  CHECK(work.run("attn view --query long-q.npy --key long-k.npy --max-size 1 -o page.html").code == 0);
  page = cli::content(work / "page.html");
  CHECK(matrices(page, "max") == 1);
  CHECK(page.size() < 1'000'000);
}

TEST_CASE("view: a page that is too large isn't written, and the message says what would fit") {
  const cli::Workspace work;
  const cli::Result result = work.run("attn view --query long-q.npy --key long-k.npy --max-size 0.01 -o page.html");
  CHECK(result.code == 2);
  CHECK(has(result.err, "page.html: a page of 1 maps of [2048 x 2048] has about"));
  const cli::Result maps = work.run(kBert + "--max-size 0.1 -o page.html");
  CHECK(maps.code == 2);
  CHECK(has(maps.err, "--layer 0"));
  CHECK(has(maps.err, "--head 0"));
  CHECK(work.files().count("page.html") == 0);
}

TEST_CASE("view: what can't be shown") {
  const cli::Workspace work;
  const auto message = [&](const std::string& line) {
    const cli::Result result = work.run(line);
    CHECK(result.code == 2);
    return result.err;
  };
  CHECK(has(message("attn view --weights attention.npy"), "view: nowhere to write; say -o FILE.html"));
  CHECK(has(message("attn view --weights attention.npy --view neuron -o x.html"), "--view neuron: there are no queries and keys to show"));
  CHECK(has(message("attn view --weights attention.npy --view tree -o x.html"), "--view"));
  CHECK(has(message("attn view --weights attention.npy --max-size 0 -o x.html"), "--max-size"));
  CHECK(work.files().count("x.html") == 0);
}
