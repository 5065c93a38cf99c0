#include "catch.hpp"
#include "cli/run_attn.hpp"

#include <attn/core/attention.hpp>
#include <attn/io/read.hpp>

#include <csignal>

namespace {

attn::Tensor<double> read(const std::filesystem::path& path) {
  return attn::io::to_tensor<double>(attn::io::read_array(path.string()));
}

}  // namespace

TEST_CASE("attn weights: equals the library") {
  const cli::Workspace work;
  const auto q = read(work / "q.npy"), k = read(work / "k.npy"), v = read(work / "v.npy");
  REQUIRE(work.run("attn weights --query q.npy --key k.npy --value v.npy --mask causal --output-file o.npy -o w.npy")
              .code == 0);
  const auto weights = read(work / "w.npy"), output = read(work / "o.npy");
  CHECK(weights.shape() == attn::Shape{2, 4, 4});
  CHECK(output.shape() == attn::Shape{2, 4, 8});
  for (attn::Index h = 0; h < 2; ++h) {
    const auto expected = attn::attention(q.matrix(h), k.matrix(h), v.matrix(h), attn::CausalMask{});
    CHECK((weights.matrix(h) - expected.weights).cwiseAbs().maxCoeff() < 1e-6);
    CHECK((output.matrix(h) - expected.output).cwiseAbs().maxCoeff() < 1e-6);
    CHECK(weights.matrix(h)(0, 1) == 0);
  }
}

TEST_CASE("attn weights: double in, double computed") {
  const cli::Workspace work;
  for (const char* name : {"q", "k"})
    attn::io::write_array((work / (std::string(name) + "64.npy")).string(), read(work / (std::string(name) + ".npy")));
  REQUIRE(work.run("attn weights --query q64.npy --key k64.npy -o w.npy").code == 0);
  CHECK(attn::io::read_array((work / "w.npy").string()).dtype == attn::io::DType::f64);
  const auto q = read(work / "q.npy"), k = read(work / "k.npy");
  CHECK((read(work / "w.npy").matrix(1) - attn::attention(q.matrix(1), k.matrix(1), k.matrix(1)).weights)
            .cwiseAbs()
            .maxCoeff() < 1e-15);
}

TEST_CASE("attn weights: a layer's matrices, either way round") {
  const cli::Workspace work;
  const auto x = read(work / "x.npy"), wq = read(work / "wq.npy"), wk = read(work / "wk.npy");
  for (const bool transposed : {false, true}) {
    const std::string flag = transposed ? " --transposed" : "";
    REQUIRE(work.run("attn weights --embeddings x.npy --wq wq.npy --wk wk.npy --heads 2 -o w.npy" + flag).code == 0);
    const attn::Matrix<double> Wq =
        transposed ? attn::Matrix<double>(wq.matrix().transpose()) : attn::Matrix<double>(wq.matrix());
    const attn::Matrix<double> Wk =
        transposed ? attn::Matrix<double>(wk.matrix().transpose()) : attn::Matrix<double>(wk.matrix());
    const attn::Matrix<double> q = (x.matrix() * Wq).rightCols(4), k = (x.matrix() * Wk).rightCols(4);
    const auto weights = read(work / "w.npy");
    CHECK(weights.shape() == attn::Shape{2, 4, 4});
    CHECK((weights.matrix(1) - attn::attention(q, k, k).weights).cwiseAbs().maxCoeff() < 1e-5);
  }
  REQUIRE(
      work.run("attn weights --embeddings x.npy --wq wq.npy --wk wk.npy --wv wv.npy --wo wo.npy --output-file o.npy")
          .code == 0);
  const auto wv = read(work / "wv.npy"), wo = read(work / "wo.npy");
  const attn::Matrix<double> q = x.matrix() * wq.matrix(), k = x.matrix() * wk.matrix(), v = x.matrix() * wv.matrix();
  const attn::Matrix<double> expected = attn::attention(q, k, v).output * wo.matrix();
  CHECK((read(work / "o.npy").matrix() - expected).cwiseAbs().maxCoeff() < 1e-5);
}

TEST_CASE("attn weights: selection keeps, drops and reduces axes as NumPy does") {
  const cli::Workspace work;
  const auto all = read(work / "attention.npy");  // [2 x 1 x 2 x 4 x 4]
  const auto shape = [&](const std::string& select) {
    const cli::Result result = work.run("attn weights --weights attention.npy -o w.npy " + select);
    INFO(result.err);
    REQUIRE(result.code == 0);
    return read(work / "w.npy").shape();
  };
  CHECK(shape("") == attn::Shape{2, 1, 2, 4, 4});
  CHECK(shape("--head 1") == attn::Shape{2, 1, 4, 4});
  CHECK(shape("--head 1-1") == attn::Shape{2, 1, 1, 4, 4});
  CHECK(shape("--layer 1 --batch 0 --head 0,1 --rows 1:3 --cols -1:") == attn::Shape{2, 2, 1});
  CHECK(read(work / "w.npy").matrix(1)(0, 0) == Approx(all.matrix(3)(1, 3)));
  CHECK(shape("--layer 0 --reduce mean") == attn::Shape{1, 4, 4});
  CHECK(read(work / "w.npy").matrix()(2, 1) == Approx((all.matrix(0)(2, 1) + all.matrix(1)(2, 1)) / 2));
  CHECK(shape("--layer 0 --reduce max") == attn::Shape{1, 4, 4});
  CHECK(read(work / "w.npy").matrix()(2, 1) == Approx(std::max(all.matrix(0)(2, 1), all.matrix(1)(2, 1))));
}

TEST_CASE("attn weights: labels, pipes and standard output") {
  const cli::Workspace work;
  const cli::Result csv =
      work.run("cat q.npy | attn weights --query - --key k.npy --head 0 --labels machine learning is fascinating");
  REQUIRE(csv.code == 0);
  CHECK(csv.out.find("machine,learning,is,fascinating\n") != std::string::npos);
  CHECK(csv.out.find("\nfascinating,0.") != std::string::npos);
  CHECK(work.run("attn weights --query q.npy --key k.npy --head 0 | attn weights --weights - --labels-from tokens.txt")
            .code == 0);
  REQUIRE(work.run("attn weights --query q.npy --key k.npy --head 0 >head.csv").code == 0);
  CHECK(cli::content(work / "head.csv") == work.run("attn weights --query q.npy --key k.npy --head 0").out);
}

TEST_CASE("attn weights: a dump's faults are warned about in one line, and kept") {
  const cli::Workspace work;
  std::ofstream(work / "odd.csv") << "0.5,0.5\n0.5,nan\n";
  cli::Result result = work.run("attn weights --weights odd.csv");
  CHECK(result.code == 0);
  CHECK(result.err == "attn: warning: odd.csv: 1 row has NaN, the first is row 1\n");
  CHECK(result.out == "0.5,0.5\n0.5,nan\n");
  std::ofstream(work / "odd.csv") << "0.5,0.4\n1.5,-0.5\n0.2,0.2\n";
  result = work.run("attn weights --weights odd.csv");
  CHECK(result.err ==
        "attn: warning: odd.csv: 1 row has negative values, the first is row 1; "
        "2 rows don't sum to 1, the first is row 0 (0.9)\n");
}

TEST_CASE("attn weights: an interrupted run leaves no half file") {
  const cli::Workspace work;
  attn::Tensor<float> large({1, 3000, 64});
  large.matrix().setRandom();
  attn::io::write_array((work / "large.npy").string(), large);
  const std::string command = "attn weights --query large.npy --key large.npy -o ";
  REQUIRE(work.run(command + "whole.csv").code == 0);
  const std::string whole = cli::content(work / "whole.csv");
  std::ofstream(work / "w.csv") << "old";
  const auto before = work.files();
  int interrupted = 0;
  for (const char* seconds : {"0.02", "0.05", "0.1", "0.2", "0.4"}) {
    const bool finished = work.run(std::string("timeout -s INT ") + seconds + " " + command + "w.csv").code == 0;
    // The signal may come when all is done, and the file is whole then.
    const std::string now = cli::content(work / "w.csv");
    const bool old_or_whole = (now == "old" && !finished) || now == whole;  // not for Catch to print: it is long
    CHECK(old_or_whole);
    CHECK(work.files() == before);
    if (now != "old") break;
    ++interrupted;
  }
  CHECK(interrupted > 0);
}

TEST_CASE("attn weights: heads in the order in which they are named, with the output beside them or without") {
  const cli::Workspace work;
  const std::string command = "attn weights --query q.npy --key k.npy --value v.npy --head 1,0 -o w.npy";
  REQUIRE(work.run(command).code == 0);
  const auto alone = read(work / "w.npy");
  REQUIRE(work.run(command + " --output-file o.npy").code == 0);
  const auto beside = read(work / "w.npy");
  REQUIRE(work.run("attn weights --query q.npy --key k.npy -o all.npy").code == 0);
  const auto all = read(work / "all.npy");
  for (attn::Index n : {0, 1}) {
    CHECK(alone.matrix(n) == all.matrix(1 - n));
    CHECK(beside.matrix(n) == all.matrix(1 - n));
  }
  REQUIRE(work.run(command + " --reduce mean --rows 1:3 --output-file o.npy").code == 0);
  CHECK((read(work / "w.npy").matrix() - (all.matrix(0) + all.matrix(1)).middleRows(1, 2) / 2).cwiseAbs().maxCoeff() <
        1e-7);
}

TEST_CASE("attn weights: tokens in brackets are tokens") {
  const cli::Workspace work;
  for (const char* labels : {"'[CLS]' a b '[SEP]'", "'[CLS] a b [SEP]'", "'[CLS],a, b,[SEP]'"}) {
    const cli::Result csv = work.run(std::string("attn weights --query q.npy --key k.npy --head 0 --labels ") + labels);
    CHECK(csv.out.starts_with(",[CLS],a,b,[SEP]\n[CLS],"));
  }
  std::ofstream(work / "windows.txt") << "\xef\xbb\xbf[CLS]\r\na\r\nb\r\n[SEP]\r\n";
  CHECK(work.run("attn weights --query q.npy --key k.npy --head 0 --labels-from windows.txt")
            .out.starts_with(",[CLS],a,b,[SEP]\n"));
}

TEST_CASE("attn weights: a table says which heads, queries and keys it has, and is read back so") {
  const cli::Workspace work;
  REQUIRE(work.run("attn weights --weights attention.npy --layer 1 --head 1,0 --rows 2: --cols 1:3 -o t.csv").code ==
          0);
  CHECK(cli::content(work / "t.csv").starts_with("batch,head,query,1,2\n0,1,2,"));
  REQUIRE(work.run("attn weights --weights attention.npy --batch 0 --head 1-1 -o layers.csv").code == 0);
  const cli::Result table = work.run("attn weights --weights layers.csv --layer 1 --head 1 -o map.npy");
  INFO(table.err);
  REQUIRE(table.code == 0);
  CHECK((read(work / "map.npy").matrix() - read(work / "attention.npy").matrix(3)).cwiseAbs().maxCoeff() < 1e-7);
  CHECK(work.run("attn weights --weights layers.csv --head 0").err ==
        "attn: error: --head: index 0 is out of range: expected one of 1\n");
}

TEST_CASE("attn weights: four axes begin with the batch, or with the layers for who chooses some") {
  const cli::Workspace work;
  attn::io::write_array((work / "four.npy").string(), read(work / "attention.npy").reshaped({2, 2, 4, 4}));
  const auto all = read(work / "four.npy");
  for (const char* select : {"--batch 1 --head 0", "--layer 1 --head 0", "--layer 1 --batch 0 --head 0"}) {
    const cli::Result result = work.run("attn weights --weights four.npy -o w.npy " + std::string(select));
    INFO(select << " " << result.err);
    REQUIRE(result.code == 0);
    CHECK(read(work / "w.npy").matrix() == all.matrix(2));
  }
  CHECK(work.run("attn weights --weights four.npy --layer 1 --batch 1").code == 2);
}

TEST_CASE("attn weights: matrices in double make a layer in double") {
  const cli::Workspace work;
  attn::io::write_array((work / "wq64.npy").string(), read(work / "wq.npy"));
  REQUIRE(work.run("attn weights --embeddings x.npy --wq wq64.npy --wk wk.npy -o w.npy").code == 0);
  CHECK(attn::io::read_array((work / "w.npy").string()).dtype == attn::io::DType::f64);
}

TEST_CASE("attn weights: the output's table has the names of heads and queries") {
  const cli::Workspace work;
  REQUIRE(work.run("attn weights --query q.npy --key k.npy --value v.npy --labels a,b,c,d -o w.csv --output-file o.csv")
              .code == 0);
  CHECK(cli::content(work / "o.csv").starts_with("head,query,0,1,2,3,4,5,6,7\n0,a,"));
}

TEST_CASE("attn weights: half precision is converted map by map, either byte order and axis order") {
  const cli::Workspace work;
  std::ofstream(work / "make.py") << "import numpy as np\n"
                                     "a = np.load('attention.npy')\n"
                                     "np.save('f2.npy', a.astype('<f2'))\n"
                                     "np.save('big.npy', a.astype('>f2'))\n"
                                     "np.save('fortran.npy', np.asfortranarray(a.astype('f2')))\n";
  if (work.run("/usr/bin/python3 make.py").code != 0) {
    WARN("skipped: no NumPy here");
    return;
  }
  const attn::Matrix<double> expected = read(work / "attention.npy").matrix(2);
  for (const char* name : {"f2", "big", "fortran"}) {
    REQUIRE(
        work.run("attn weights --weights " + std::string(name) + ".npy --layer 1 --batch 0 --head 0 -o w.npy").code ==
        0);
    CHECK((read(work / "w.npy").matrix() - expected).cwiseAbs().maxCoeff() < 1e-3);
  }
}
