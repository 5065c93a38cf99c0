// attn view: what is in the page, and what isn't written.
#include "catch.hpp"
#include "cli/page_reader.hpp"
#include "cli/run_attn.hpp"

#include <attn/core/softmax.hpp>
#include <attn/io/read.hpp>

#include <cstdio>
#include <cstdlib>

namespace {

/// How many matrices of a kind a page has.
std::ptrdiff_t matrices(const std::string& page, const std::string& kind) {
  const std::regex element("<script type=\"text/plain\" data-kind=\"" + kind + "\"");
  return std::distance(std::sregex_iterator(page.begin(), page.end(), element), std::sregex_iterator());
}

/// "5,5,5 …", so many.
std::string ids(int size) {
  std::string list = "5";
  for (int n = 1; n < size; ++n) list += ",5";
  return list;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Whether scores are the products of queries and keys, where nothing but a mask follows, and weights the softmax of
/// scores.
void check_neurons(const std::string& page) {
  const auto all = cli::matrices_of(page);
  static const std::regex rule("\\{\"scale\":([^,]+),\"then\":\"([^\"]*)\"\\}");
  std::vector<std::pair<double, std::string>> rules;  // of the layers of all parts
  for (std::sregex_iterator it(page.begin(), page.end(), rule), end; it != end; ++it)
    rules.emplace_back(std::stod((*it)[1]), (*it)[2]);
  const std::size_t parts = all.contains("weights 2 0 0") ? 3 : 1;  // of as many layers each
  std::size_t maps = 0;
  for (const auto& [name, weights] : all) {
    if (!name.starts_with("weights ")) continue;
    INFO(name);
    const std::string of = name.substr(7);
    const attn::Matrix<double>&q = all.at("q" + of), &k = all.at("k" + of), &scores = all.at("scores" + of);
    CHECK((attn::softmax(scores) - weights).cwiseAbs().maxCoeff() < 2e-3);
    const std::size_t part = std::stoul(of.substr(1, 1)), layer = std::stoul(of.substr(3));
    const auto& [scale, then] = rules.at(part * rules.size() / parts + layer);
    if (then.empty() || then.starts_with("keys")) {
      const attn::Matrix<double> products = scale * q * k.transpose();
      for (attn::Index i = 0; i < scores.size(); ++i)
        if (std::isfinite(scores.data()[i])) CHECK(products.data()[i] == Approx(scores.data()[i]).margin(0.02));
    }
    ++maps;
  }
  CHECK(maps > 0);
}

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

TEST_CASE("view: the page's numbers are those of attn weights") {
  const cli::Workspace work;
  REQUIRE(work.run(kBert + "--layer 1 -o page.html").code == 0);
  REQUIRE(
      work.run("attn weights --model examples/models/tiny-bert-copy 'boris gave the key .' --layer 1 -o weights.npy")
          .code == 0);
  const attn::Tensor<float> weights = attn::io::to_tensor<float>(attn::io::read_array((work / "weights.npy").string()));
  const auto page = cli::matrices_of(cli::content(work / "page.html"));
  for (attn::Index head = 0; head < 4; ++head)
    CHECK((page.at("weights 0 0 " + std::to_string(head)) - weights.matrix(head).cast<double>()).cwiseAbs().maxCoeff() <
          2e-5);
  REQUIRE(work.run("attn view --query long-q.npy --key long-k.npy --mask causal --size 64x50 -o page.html").code == 0);
  const auto pooled = cli::matrices_of(cli::content(work / "page.html"));
  for (const std::string pool : {"mean", "max"}) {
    REQUIRE(work.run("attn weights --query long-q.npy --key long-k.npy --mask causal --size 64x50 --pool " + pool +
                     " -o pooled.npy")
                .code == 0);
    const attn::Tensor<float> cells = attn::io::to_tensor<float>(attn::io::read_array((work / "pooled.npy").string()));
    CHECK((pooled.at(pool + " 0 0 0") - cells.matrix().cast<double>()).cwiseAbs().maxCoeff() < 2e-5);
  }
}

TEST_CASE("view: queries, keys and scores are what the weights came of") {
  const cli::Workspace work;
  for (const char* line : {"--model examples/models/tiny-bert-copy 'boris gave the key .'",
                           "--model examples/models/tiny-gpt2-repeat --ids 6,63,17,15,6,63",
                           "--query q.npy --key k.npy --mask causal --scale 0.3",
                           "--embeddings x.npy --wq wq.npy --wk wk.npy --heads 2"}) {
    INFO(line);
    REQUIRE(work.run(std::string("attn view ") + line + " --view neuron -o page.html").code == 0);
    check_neurons(cli::content(work / "page.html"));
  }
  const cli::Result window =
      work.run("attn view --query q.npy --key k.npy --mask causal --rows 2:4 --cols 1:3 -o page.html");
  REQUIRE(window.code == 0);
  const auto part = cli::matrices_of(cli::content(work / "page.html"));
  CHECK(part.at("scores 0 0 1")(0, 1) > -1e9);
  REQUIRE(work.run("attn view --query q.npy --key k.npy --mask causal -o page.html").code == 0);
  const auto whole = cli::matrices_of(cli::content(work / "page.html"));
  CHECK(part.at("scores 0 0 1")(1, 1) == Approx(whole.at("scores 0 0 1")(3, 2)).margin(1e-3));
}

TEST_CASE("view: neurons of every family") {
  const char* shared = std::getenv("ATTN_SHARED");
  if (shared == nullptr) {
    std::printf("skipped: the neurons of every family: ATTN_SHARED doesn't name the folder of reference models\n");
    return;
  }
  const cli::Workspace work;
  std::size_t families = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(shared) / "golden")) {
    const std::string name = entry.path().filename().string();
    if (name == "vit") continue;  // reads pictures
    const bool two = std::filesystem::exists(entry.path() / "expected/a/decoder_input_ids.npy");
    INFO(name);
    const cli::Result result =
        work.run("attn view --model " + entry.path().string() + " --ids 5,6,7,8,9,3,4,11,12,5,6 " +
                 (two ? "--decoder-ids 4,5,6,7" : "") + " --view neuron -o page.html");
    INFO(result.err);
    REQUIRE(result.code == 0);
    check_neurons(cli::content(work / "page.html"));
    ++families;
  }
  CHECK(families > 25);
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

TEST_CASE("view: one entry of a batch, which is named") {
  const cli::Workspace work;
  attn::Tensor<float> batch({2, 3, 4, 4});
  for (attn::Index i = 0; i < batch.size(); ++i) batch.data()[i] = 0.25f;
  attn::io::write_array((work / "batch.npy").string(), batch);
  CHECK(work.run("attn view --weights batch.npy --batch 1 -o page.html").code == 0);
  const std::string page = cli::content(work / "page.html");
  CHECK(matrices(page, "weights") == 3);
  CHECK(has(page, "Batch 1 of 2."));
  CHECK(work.run("attn view --weights batch.npy --batch 0,1 -o page.html").code == 2);
}

TEST_CASE("view: a model of two stacks has its three attentions in one page") {
  const char* shared = std::getenv("ATTN_SHARED");
  if (shared == nullptr) return;  // said below
  const cli::Workspace work;
  const std::string t5 = "attn view --model " + std::string(shared) + "/golden/t5 --ids 5,6,7,8 ";
  REQUIRE(work.run(t5 + "--decoder-ids 4,5,6 -o page.html").code == 0);
  std::string page = cli::content(work / "page.html");
  for (const char* name : {"encoder", "decoder", "cross"}) CHECK(has(page, std::string("{\"name\":\"") + name));
  REQUIRE(work.run(t5 + "-o page.html").code == 0);
  CHECK_FALSE(has(cli::content(work / "page.html"), "{\"name\":\"cross"));
  REQUIRE(work.run(t5 + "--decoder-ids 4,5,6 --kind cross -o page.html").code == 0);
  page = cli::content(work / "page.html");
  CHECK(has(page, "{\"name\":\"cross"));
  CHECK_FALSE(has(page, "{\"name\":\"decoder"));
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
  CHECK(has(result.err, "page.html: a page of 1 map of [2048 x 2048] has about"));
  CHECK(has(result.err, "; choose a part with --rows and --cols"));
  const cli::Result maps =
      work.run("attn view --model bert-base-uncased --ids " + ids(40) + " --max-size 0.176 -o page.html");
  CHECK(maps.code == 2);
  CHECK(has(maps.err, "a page of 4 maps of [40 x 40]"));
  CHECK(has(maps.err, "one layer (--layer) has"));
  CHECK(has(maps.err, "one head (--layer and --head) has"));
  CHECK(has(maps.err, "(--size 16) has"));
  CHECK(has(work.run("attn view --query long-q.npy --key long-k.npy --view neuron --max-size 6 -o page.html").err,
            "with queries, keys and scores the page has about"));
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
  CHECK(has(message("attn view --weights attention.npy --view neuron -o x.html"),
            "--view neuron: there are no queries and keys to show"));
  CHECK(has(message("attn view --weights attention.npy --view tree -o x.html"), "--view"));
  CHECK(has(message("attn view --weights attention.npy -o x.png"),
            "x.png: can't tell the format: unknown extension, expected .html"));
  CHECK(has(message("attn view --weights nothing.npy --size big -o x.html"), "--size: is \"big\""));
  for (const char* size : {"0", "-3", "nan", "much"})
    CHECK(has(message("attn view --weights attention.npy --max-size " + std::string(size) + " -o x.html"),
              "--max-size: is \"" + std::string(size) + "\", expected a number above 0"));
  CHECK(work.files().count("x.html") == 0);
}
