// What is made of long maps is what would be made of all their weights, and takes little memory.
#include "catch.hpp"
#include "cli/run_attn.hpp"

#include <attn/core/attention.hpp>
#include <attn/io/read.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

using attn::Index;
using Weights = attn::Matrix<double>;

namespace {

attn::Tensor<double> read(const std::filesystem::path& path) {
  return attn::io::to_tensor<double>(attn::io::read_array(path.string()));
}

void run(const cli::Workspace& work, const std::string& line) {
  const cli::Result result = work.run(line);
  INFO(line << "\n" << result.err);
  REQUIRE(result.code == 0);
  CHECK(result.err.empty());
}

/// Lines of a CSV file, split at commas.
std::vector<std::vector<std::string>> table(const std::filesystem::path& path) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream text(cli::content(path));
  for (std::string line; std::getline(text, line);) {
    std::istringstream fields(line);
    rows.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) rows.back().push_back(field);
  }
  return rows;
}

Weights pooled(const Weights& w, const std::string& how, Index rows, Index columns) {
  Weights cells(rows, columns);
  for (Index p = 0; p < rows; ++p)
    for (Index c = 0; c < columns; ++c) {
      const Index i = p * w.rows() / rows, j = c * w.cols() / columns;
      const auto block = w.block(i, j, (p + 1) * w.rows() / rows - i, (c + 1) * w.cols() / columns - j);
      cells(p, c) = how == "max" ? block.maxCoeff() : how == "sum" ? block.sum() : block.mean();
    }
  return cells;
}

/// The input of a computation, and a dump of the same weights.
const char* const kInputs[] = {"--query long-q.npy --key long-k.npy --mask causal", "--weights whole.npy"};

void make_dump(const cli::Workspace& work) {
  run(work, "attn weights --query long-q.npy --key long-k.npy --mask causal -o whole.npy");
}

/// Peak memory of `attn arguments` in MB; the folder is the current one of the child.
double peak_memory(const cli::Workspace& work, std::vector<std::string> arguments) {
  std::vector<char*> argv{const_cast<char*>("attn")};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::chdir((work / "").c_str()) == 0) ::execv(ATTN_BIN_DIR "/attn", argv.data());
    ::_exit(127);
  }
  int status = 0;
  struct rusage usage {};
  REQUIRE(::wait4(child, &status, 0, &usage) == child);
  REQUIRE((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

TEST_CASE("long maps: cells of --pool and --size are those of the whole weights") {
  const cli::Workspace work;
  make_dump(work);
  const Weights whole = read(work / "whole.npy").matrix();
  for (const std::string input : kInputs)
    for (const std::string how : {"mean", "max", "sum"}) {
      run(work, "attn weights " + input + " --pool " + how + " --size 100x7 -o p.npy");
      CHECK((read(work / "p.npy").matrix() - pooled(whole, how, 100, 7)).cwiseAbs().maxCoeff() < 1e-5);
      run(work, "attn weights " + input + " --pool " + how + " --size 30 --rows 1000:1999 --cols 500:1700 -o p.npy");
      const Weights part = whole.block(1000, 500, 999, 1200);
      CHECK((read(work / "p.npy").matrix() - pooled(part, how, 30, 30)).cwiseAbs().maxCoeff() < 1e-5);
      run(work, "attn weights " + input + " --pool " + how + " --size 30 --rows -100: -o p.npy");
      CHECK((read(work / "p.npy").matrix() - pooled(whole.bottomRows(100), how, 30, 30)).cwiseAbs().maxCoeff() < 1e-5);
    }
}

TEST_CASE("long maps: cells are of heads that were put together before") {
  const cli::Workspace work;
  run(work,
      "attn weights --query q.npy --key k.npy --value v.npy --reduce mean --pool max --size 2 -o p.npy "
      "--output-file o.npy");
  run(work, "attn weights --query q.npy --key k.npy --reduce mean -o w.npy");
  CHECK((read(work / "p.npy").matrix() - pooled(read(work / "w.npy").matrix(), "max", 2, 2)).cwiseAbs().maxCoeff() <
        1e-6);
  CHECK(read(work / "o.npy").shape() == attn::Shape{2, 4, 8});
  run(work, "attn weights --weights attention.npy --pool sum --size 3x2 -o p.npy");
  CHECK(read(work / "p.npy").shape() == attn::Shape{2, 1, 2, 3, 2});
  run(work, "attn weights --query q.npy --key k.npy --size 2 -o p.csv");
  CHECK(cli::content(work / "p.csv").starts_with("head,query,0,2\n0,0,"));
}

TEST_CASE("long maps: the output is the same beside any result, and heads come as they are named") {
  const cli::Workspace work;
  attn::Tensor<double> q({2, 300, 8}), v({1, 300, 5});
  for (Index i = 0; i < q.size(); ++i) q.data()[i] = std::sin(static_cast<double>(i * i % 1009));
  for (Index i = 0; i < v.size(); ++i) v.data()[i] = std::cos(static_cast<double>(i));
  attn::Tensor<double> k({1, 300, 8}, std::shared_ptr<double[]>(std::shared_ptr<double[]>(), q.data()));
  attn::io::write_array((work / "Q.npy").string(), q);
  attn::io::write_array((work / "K.npy").string(), k);
  attn::io::write_array((work / "V.npy").string(), v);
  const std::string command = "attn weights --query Q.npy --key K.npy --value V.npy --mask window:40 --head 1,0 ";
  run(work, command + "-o w.npy --output-file o.npy");
  const auto whole = read(work / "w.npy"), output = read(work / "o.npy");
  CHECK(output.shape() == attn::Shape{2, 300, 5});
  for (const char* what : {"--size 30x20 -o p.npy", "--top-k 2 -o e.csv", "--stats -o s.csv", "--rows 7:19 -o p.npy",
                           "--rows 7:19 --cols 3:9 -o p.npy", "--head 1 --size 30x20 -o p.npy"}) {
    std::string line = command + what + " --output-file o2.npy";
    if (std::string(what).starts_with("--head")) line.erase(line.find("--head 1,0"), 10);
    run(work, line);
    const auto again = read(work / "o2.npy");
    REQUIRE(again.shape() == output.shape());
    for (Index h = 0; h < 2; ++h) CHECK((again.matrix(h) - output.matrix(h)).cwiseAbs().maxCoeff() < 1e-12);
  }
  run(work, command + "--size 30x20 -o p.npy");
  for (Index n = 0; n < 2; ++n)
    CHECK((read(work / "p.npy").matrix(n) - pooled(whole.matrix(n), "mean", 30, 20)).cwiseAbs().maxCoeff() < 1e-14);
  const auto expected = attn::attention(q.matrix(1), k.matrix(0), v.matrix(0), attn::SlidingWindowMask{40});
  CHECK((whole.matrix(0) - expected.weights).cwiseAbs().maxCoeff() < 1e-12);
  CHECK((output.matrix(1) - expected.output).cwiseAbs().maxCoeff() < 1e-12);
}

TEST_CASE("long maps: windows are blocks of the whole weights") {
  const cli::Workspace work;
  make_dump(work);
  const Weights whole = read(work / "whole.npy").matrix();
  for (const std::string input : kInputs) {
    run(work, "attn weights " + input + " --rows 1000:1100 --cols 990:1090 -o p.npy");
    CHECK((read(work / "p.npy").matrix() - whole.block(1000, 990, 100, 100)).cwiseAbs().maxCoeff() < 1e-6);
    run(work, "attn weights " + input + " --rows 7:19 -o p.npy");
    CHECK((read(work / "p.npy").matrix() - whole.middleRows(7, 12)).cwiseAbs().maxCoeff() < 1e-6);
  }
}

TEST_CASE("long maps: edges of --top-k are the largest weights of each row") {
  const cli::Workspace work;
  make_dump(work);
  const Weights whole = read(work / "whole.npy").matrix();
  for (const std::string input : kInputs) {
    for (const Index first : {0, 1500}) {
      run(work, "attn weights " + input + " --top-k 3 --rows " + std::to_string(first) + ": -o edges.csv");
      const auto edges = table(work / "edges.csv");
      CHECK(edges.front() == std::vector<std::string>{"query", "key", "weight"});
      std::size_t line = 1;
      bool right = true;
      for (Index i = first; i < whole.rows(); ++i) {
        std::vector<double> row(whole.row(i).begin(), whole.row(i).end());
        std::sort(row.rbegin(), row.rend());
        for (Index n = 0; n < std::min<Index>(3, i + 1); ++n, ++line) {  // causal: row i sees i + 1 keys
          REQUIRE(line < edges.size());
          const double weight = std::stod(edges[line][2]);
          right = right && edges[line][0] == std::to_string(i);
          right = right && std::abs(whole(i, std::stol(edges[line][1])) - weight) < 1e-6;
          right = right && std::abs(row[static_cast<std::size_t>(n)] - weight) < 1e-6;
        }
      }
      CHECK(right);
      CHECK(line == edges.size());
    }
  }
}

TEST_CASE("long maps: --stats are those of the whole rows") {
  const cli::Workspace work;
  make_dump(work);
  const Weights whole = read(work / "whole.npy").matrix();
  for (const std::string input : kInputs) {
    for (const Index first : {0, 1500}) {
      run(work, "attn weights " + input + " --stats --rows " + std::to_string(first) + ": -o rows.csv");
      const auto rows = table(work / "rows.csv");
      CHECK(rows.front() ==
            std::vector<std::string>{"query", "entropy", "effective_keys", "mean_distance", "largest", "largest_key"});
      REQUIRE(static_cast<Index>(rows.size()) == whole.rows() - first + 1);
      double worst = 0;
      for (Index i = first; i < whole.rows(); ++i) {
        const auto& row = rows[static_cast<std::size_t>(i - first + 1)];
        double entropy = 0, distance = 0;
        for (Index j = 0; j <= i; ++j) {
          const double w = whole(i, j);
          if (w > 0) entropy -= w * std::log(w);
          distance += w * static_cast<double>(i - j);
        }
        worst = std::max({worst, std::abs(std::stod(row[1]) - entropy) / (1 + entropy),
                          std::abs(std::stod(row[2]) - std::exp(entropy)) / std::exp(entropy),
                          std::abs(std::stod(row[3]) - distance) / (1 + distance),
                          std::abs(std::stod(row[4]) - whole.row(i).maxCoeff()),
                          std::abs(whole(i, std::stol(row[5])) - whole.row(i).maxCoeff())});
      }
      CHECK(worst < 1e-4);
    }
  }
}

TEST_CASE("long maps: tables name heads and tokens, in every format that has columns") {
  const cli::Workspace work;
  run(work, "attn weights --query q.npy --key k.npy --head 1-1 --top-k 1 --labels-from tokens.txt -o e.csv");
  CHECK(cli::content(work / "e.csv").starts_with("head,query,key,weight,query_label,key_label\n1,0,"));
  CHECK(table(work / "e.csv")[2][4] == "learning");
  run(work, "attn weights --weights attention.npy --layer 0 --batch 0 --head 0 --stats -o s.tsv");
  CHECK(cli::content(work / "s.tsv").starts_with("query\tentropy\t"));
  run(work, "attn weights --query q.npy --key k.npy --head 0 --top-k 2 --labels-from tokens.txt -o e.json");
  CHECK(cli::content(work / "e.json").starts_with("{\"query\": [0, 0, 1, 1, 2, 2, 3, 3],\n \"key\": ["));
  for (const char* name : {"e.npz", "e.safetensors"}) {
    run(work, std::string("attn weights --query q.npy --key k.npy --top-k 2 -o ") + name);
    CHECK(read(work / (std::string(name) + ":query")).shape() == attn::Shape{16});
    CHECK(read(work / (std::string(name) + ":weight")).size() == 16);
  }
}

TEST_CASE("long maps: more than there is becomes all that there is, and that is said") {
  const cli::Workspace work;
  cli::Result result = work.run("attn heatmap --query q.npy --key k.npy --head 0 --size 2048 -o m.png");
  CHECK(result.code == 0);
  CHECK(result.err == "attn: note: --size: is 2048, but there are [4 x 4] weights, so there are [4 x 4] cells\n");
  REQUIRE(work.run("attn heatmap --query q.npy --key k.npy --head 0 -o whole.png").code == 0);
  CHECK(cli::content(work / "m.png") == cli::content(work / "whole.png"));
  result = work.run("attn weights --query q.npy --key k.npy --head 0 --size 9x4 -o p.csv");
  CHECK(result.err == "attn: note: --size: is 9x4, but there are [4 x 4] weights, so there are [4 x 4] cells\n");
  REQUIRE(work.run("attn weights --query q.npy --key k.npy --head 0 -o w.csv").code == 0);
  CHECK(cli::content(work / "p.csv") == cli::content(work / "w.csv"));
  result = work.run("attn weights --query q.npy --key k.npy --head 0 --top-k 9");
  CHECK(result.err == "attn: note: --top-k: is 9, but there are 4 keys, so all of them are listed\n");
  CHECK(std::count(result.out.begin(), result.out.end(), '\n') == 17);
}

TEST_CASE("long maps: a mask that hides everything makes zeros, and that is said") {
  const cli::Workspace work;
  std::ofstream(work / "none.csv") << "0,0,0,0\n";
  const std::string input = " --query q.npy --key k.npy --head 0 --mask none.csv ";
  const std::string warning =
      "attn: warning: --mask: hides every key from every query that was asked for, so all weights are 0\n";
  cli::Result result = work.run("attn weights" + input + "-o w.npy");
  CHECK(result.err == warning);
  CHECK(read(work / "w.npy").matrix().isZero(0));
  result = work.run("attn heatmap" + input + "-o m.png --show");
  CHECK(result.code == 0);
  CHECK(result.err == warning);
  CHECK(result.out.find("the mask hides all keys") != std::string::npos);
  CHECK(work.run("attn weights" + input + "--size 2").err == warning);
  CHECK(work.run("attn weights" + input + "--top-k 2").out == "query,key,weight\n");
  CHECK(work.run("attn weights" + input + "--stats").out.ends_with("3,0,0,0,0,-1\n"));
}

TEST_CASE("long maps: the number of threads changes nothing but the time") {
  const cli::Workspace work;
  for (const char* what : {"--stats -o t.csv", "-o t.npy", "--top-k 2 -o t.tsv"}) {
    const std::string command = "attn weights --query long-q.npy --key long-k.npy " + std::string(what);
    const std::string file = command.substr(command.rfind(' ') + 1);
    run(work, command + " --threads 1");
    const std::string one = cli::content(work / file);
    run(work, command + " --threads 3");
    const bool same = cli::content(work / file) == one;  // not for Catch to print: it is long
    CHECK(same);
  }
}

TEST_CASE("long maps: memory stays small") {
  const cli::Workspace work;
  const Index N = 16384;  // all weights would take a gigabyte
  attn::Tensor<float> q({N, 8});
  q.matrix().setRandom();
  attn::io::write_array((work / "Q.npy").string(), q);
  const std::vector<std::vector<std::string>> commands = {
      {"heatmap", "-o", "m.png"},
      {"heatmap", "-o", "m.png", "--mask", "causal", "--pool", "max", "--size", "1024"},
      {"weights", "-o", "p.npy", "--size", "1024x512"},
      {"weights", "-o", "e.csv", "--top-k", "4"},
      {"weights", "-o", "s.csv", "--stats"},
      {"weights", "-o", "w.npy", "--rows", "0:2000"},
      {"weights", "-o", "w.npy", "--rows", "0:2000", "--size", "99999"},
      {"heatmap", "-o", "m.png", "--rows", "100:300", "--cols", "8000:8200"}};
  for (std::vector<std::string> command : commands) {
    for (const char* word : {"--query", "Q.npy", "--key", "Q.npy"}) command.push_back(word);
    INFO(command[0] << " " << command[2] << " " << command.size());
    CHECK(peak_memory(work, command) < 150);
  }
}

TEST_CASE("long maps: what doesn't fit is said before the work, with what would") {
  const cli::Workspace work;
  attn::Tensor<float> q({1 << 22, 1});
  std::fill_n(q.data(), q.size(), 1.0F);
  attn::io::write_array((work / "Q.npy").string(), q);
  const std::string input = " --query Q.npy --key Q.npy ";
  const auto before = work.files();
  const cli::Result picture = work.run("attn heatmap" + input + "--cell 1 -o m.png");
  CHECK(picture.code == 2);
  CHECK(picture.err.find("pixels, expected 1 to 1073741824 pixels") != std::string::npos);
  const cli::Result pooled = work.run("attn weights" + input + "--size 2000000 -o p.npy");
  CHECK(pooled.code == 1);
  CHECK(pooled.err.starts_with("attn: error: not enough memory: a pooled map of [2000000 x 2000000] cells takes "));
  CHECK(pooled.err.find("choose a smaller --size") != std::string::npos);
  const cli::Result page = work.run("attn view" + input + "--size 2000000 --max-size 1e9 -o v.html");
  CHECK(page.code == 1);
  CHECK(page.err.starts_with("attn: error: not enough memory: a pooled map of [2000000 x 2000000] cells takes "));
  const cli::Result edges = work.run("attn weights" + input + "--top-k 4194304 -o e.csv");
  CHECK(edges.code == 1);
  CHECK(edges.err.find("choose a smaller --top-k") != std::string::npos);
  const cli::Result whole = work.run("attn weights" + input + "-o w.npy");
  CHECK(whole.code == 3);
  CHECK(whole.err.find("w.npy: can't write: [4194304 x 4194304] numbers take 70 TB") != std::string::npos);
  CHECK(work.files() == before);
}
