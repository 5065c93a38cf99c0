#include "catch.hpp"
#include "cli/run_attn.hpp"

#include <attn/io/read.hpp>

namespace {

/// Width and height from a PNG's header.
struct Size {
  int width = 0, height = 0;
};
Size png_size(const std::string& png) {
  if (png.size() < 24 || png.substr(0, 8) != "\x89PNG\r\n\x1a\n" || png.substr(12, 4) != "IHDR") return {};
  const auto number = [&](std::size_t at) {
    int value = 0;
    for (std::size_t i = at; i < at + 4; ++i) value = value * 256 + static_cast<unsigned char>(png[i]);
    return value;
  };
  return {number(16), number(20)};
}

}  // namespace

TEST_CASE("attn heatmap: one map, a sheet of heads, a sheet of layers and heads") {
  const cli::Workspace work;
  REQUIRE(work.run("attn heatmap --weights attention.npy --layer 0 --head 0 -o one.png").code == 0);
  REQUIRE(work.run("attn heatmap --weights attention.npy --layer 0 -o heads.png").code == 0);
  REQUIRE(work.run("attn heatmap --weights attention.npy -o all.png").code == 0);
  const Size one = png_size(cli::content(work / "one.png")), heads = png_size(cli::content(work / "heads.png")),
             all = png_size(cli::content(work / "all.png"));
  CHECK(one.width > 300);
  CHECK(heads.width > heads.height);
  CHECK(all.height > heads.height);
}

TEST_CASE("attn heatmap: as many cells as --size says, even where that is all of them") {
  const cli::Workspace work;
  const std::string input = "attn heatmap --query long-q.npy --key long-k.npy ";
  REQUIRE(work.run(input + "-o room.png").code == 0);
  REQUIRE(work.run(input + "--size 2047 -o most.png").code == 0);
  REQUIRE(work.run(input + "--size 2048 -o every.png").code == 0);
  CHECK(png_size(cli::content(work / "room.png")).width < 2000);
  CHECK(png_size(cli::content(work / "every.png")).width == png_size(cli::content(work / "most.png")).width + 1);
}

TEST_CASE("attn heatmap: the same input gives the same bytes, to a file and through a pipe") {
  const cli::Workspace work;
  REQUIRE(work.run("attn heatmap --query q.npy --key k.npy --head 0 --labels-from tokens.txt -o map.png").code == 0);
  const cli::Result piped =
      work.run("cat q.npy | attn heatmap --query - --key k.npy --head 0 --labels-from tokens.txt -o - | cat");
  CHECK(piped.code == 0);
  CHECK(piped.out == cli::content(work / "map.png"));
}

TEST_CASE("attn heatmap: --show says what it shows") {
  const cli::Workspace work;
  const cli::Result map =
      work.run("attn heatmap --weights attention.npy --layer 1 --head 0 --show --labels-from tokens.txt");
  REQUIRE(map.code == 0);
  for (const char* word : {"layer 1, head 0", "machine", "fascinating", "min"})
    CHECK(map.out.find(word) != std::string::npos);
  CHECK(map.out.find('\x1b') == std::string::npos);  // no colours into a pipe
  const cli::Result reduced = work.run("attn heatmap --weights attention.npy --layer 1 --reduce max --rows 0:2 --show");
  CHECK(reduced.out.find("max of heads 0, 1") != std::string::npos);
  CHECK(reduced.out.find("queries 0") != std::string::npos);
}

TEST_CASE("attn heatmap: a dump of several batch entries shows one, and says which") {
  const cli::Workspace work;
  attn::Tensor<float> two({2, 1, 3, 3});
  std::fill_n(two.data(), two.size(), 1.0f / 3);
  attn::io::write_array((work / "two.npy").string(), two);
  CHECK(work.run("attn heatmap --weights two.npy --show").out.find("batch 0 of 2") != std::string::npos);
  CHECK(work.run("attn heatmap --weights two.npy --batch 1 --show").out.find("batch 1 of 2") != std::string::npos);
  CHECK(work.run("attn heatmap --weights two.npy --batch 0,1 --show").code == 2);
}

TEST_CASE("attn heatmap: NaN is drawn, and warned about") {
  const cli::Workspace work;
  std::ofstream(work / "odd.csv") << "0.5,0.5\n0.5,nan\n";
  const cli::Result result = work.run("attn heatmap --weights odd.csv -o odd.png");
  CHECK(result.code == 0);
  CHECK(result.err == "attn: warning: odd.csv: 1 row has NaN, the first is row 1\n");
  CHECK(png_size(cli::content(work / "odd.png")).width > 0);
}

TEST_CASE("attn heatmap: the attention output can be had as well; extensions in either case") {
  const cli::Workspace work;
  const cli::Result result =
      work.run("attn heatmap --query q.npy --key k.npy --value v.npy --head 1 -o M.PNG --output-file o.npy");
  INFO(result.err);
  REQUIRE(result.code == 0);
  CHECK(work.files().count("M.PNG") == 1);
  CHECK(attn::io::read_array((work / "o.npy").string()).shape == attn::Shape{2, 4, 8});
}
