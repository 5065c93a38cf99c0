// --image: pictures for models of images, as maps and laid over the picture.
#include "catch.hpp"
#include "cli/run_attn.hpp"

#include <attn/io/read.hpp>

namespace {

const std::string kVit = "examples/models/tiny-vit-digits";
const std::string kInput = "--model " + kVit + " --image " + kVit + "/images/digit2_is_9.png ";

attn::Tensor<float> array(const std::filesystem::path& path) {
  return attn::io::to_tensor<float>(attn::io::read_array(path.string()));
}

void check_error(const cli::Workspace& work, const std::string& command, int code, const std::string& message) {
  const cli::Result result = work.run(command);
  INFO(command);
  CHECK(result.code == code);
  CHECK(result.out.empty());
  CHECK(result.err == "attn: error: " + message + "\n");
}

/// A PNG's sides.
std::pair<int, int> size_of(const std::string& png) {
  const auto number = [&](std::size_t at) {
    return static_cast<unsigned char>(png[at + 2]) * 256 + static_cast<unsigned char>(png[at + 3]);
  };
  return {number(16), number(20)};
}

}  // namespace

TEST_CASE("attn weights --image: every layer and head, as transformers has them") {
  const cli::Workspace work;
  const cli::Result result =
      work.run("attn weights --model " + kVit + " --image " + kVit + "/images/digit0_is_6.png -o maps.npy");
  INFO(result.err);
  REQUIRE(result.code == 0);
  const attn::Tensor<float> ours = array(work / "maps.npy"),
                            theirs = array(ATTN_SOURCE_DIR "/tests/data/model/tiny-vit-digits/a/attentions.npy");
  REQUIRE(ours.shape() == attn::Shape{3, 4, 50, 50});
  REQUIRE(theirs.shape() == attn::Shape{3, 1, 4, 50, 50});
  for (attn::Index n = 0; n < 12; ++n) CHECK((ours.matrix(n) - theirs.matrix(n)).cwiseAbs().maxCoeff() < 2e-5F);
}

TEST_CASE("attn weights --image: the class token and patches by row and column; standard input") {
  const cli::Workspace work;
  const cli::Result file = work.run("attn weights " + kInput + "--layer 0 --head 0 --rows 0:2 --cols 0:3");
  CHECK(file.out.starts_with(",CLS,r0 c0,r0 c1\nCLS,"));
  CHECK(file.out.find("\nr0 c0,") != std::string::npos);
  CHECK(work.run("cat " + kVit + "/images/digit2_is_9.png | attn weights --model " + kVit +
                 " --image - --layer 0 --head 0 --rows 0:2 --cols 0:3")
            .out == file.out);
}

TEST_CASE("attn heatmap --image: a map, all maps, and maps over the picture") {
  const cli::Workspace work;
  for (const char* more :
       {"--layer 0 --head 0", "", "--overlay", "--layer 2 --head 0 --overlay", "--layer 2 --head 0 --overlay --rows 18",
        "--layer 1 --overlay --rows -1", "--layer 1 --reduce mean --overlay --annotate --grid-lines --dark"}) {
    const cli::Result result = work.run("attn heatmap " + kInput + more + " -o map.png");
    INFO(more << "\n" << result.err);
    CHECK(result.code == 0);
    CHECK(result.err.empty());
    CHECK(size_of(cli::content(work / "map.png")).first > 500);
  }
  work.run("attn heatmap " + kInput + "--layer 2 --head 0 --overlay -o cls.png");
  work.run("attn heatmap " + kInput + "--layer 2 --head 0 --overlay --rows 0:1 -o zero.png");
  work.run("attn heatmap " + kInput + "--layer 2 --head 0 --overlay --rows 18 -o other.png");
  CHECK(cli::content(work / "cls.png") == cli::content(work / "zero.png"));
  CHECK(cli::content(work / "cls.png") != cli::content(work / "other.png"));
  const cli::Result shown = work.run("attn heatmap " + kInput + "--layer 2 --head 0 --overlay --rows 18 --show");
  CHECK(shown.code == 0);
  CHECK(shown.out.find("layer 2, head 0, query r2 c3") != std::string::npos);
  // The largest weight of the class token, 0.38367 of token 18, stands in row 2, column 3 of the patches.
  CHECK(work.run("attn weights " + kInput + "--layer 2 --head 0 --rows 0:1 --top-k 1").out.find("\n0,18,0.3836") !=
        std::string::npos);
  CHECK(work.run("attn heatmap " + kInput + "--layer 2 --head 0 --overlay --show")
            .out.find("2  0.00  0.00  0.04. 0.38@ 0.07. 0.02  0.00") != std::string::npos);
}

TEST_CASE("attn --image: what is wrong is said in a line") {
  const cli::Workspace work;
  const std::string image = kVit + "/images/digit2_is_9.png";
  check_error(work, "attn heatmap --model " + kVit + " x --show", 2,
              "--model: " + kVit + " reads images: say --image FILE instead of a text or --ids");
  check_error(work, "attn heatmap --model " + kVit + " --ids 1 --show", 2,
              "--model: " + kVit + " reads images: say --image FILE instead of a text or --ids");
  check_error(work, "attn heatmap --model " + kVit + " --show", 2,
              "--model: there is nothing to read; say --image FILE");
  check_error(work, "attn heatmap --model examples/models/tiny-bert-copy --image " + image + " --show", 2,
              "--image: examples/models/tiny-bert-copy reads text, expected a model of images");
  check_error(work, "attn weights --model " + kVit + " --image tokens.txt", 4,
              "tokens.txt: isn't a picture that can be read, expected a PNG or JPEG file");
  check_error(work, "attn weights --model " + kVit + " --image nowhere.png", 3,
              "nowhere.png: can't open: No such file or directory");
  check_error(work, "attn heatmap " + kInput + "--overlay --rows 0:3 --show", 2,
              "--overlay: 3 queries are chosen, expected one; say --rows I");
  check_error(work, "attn heatmap " + kInput + "--overlay --rows 50 --show", 2,
              "--rows: 50:51 is out of range or empty: expected 0 ≤ a < b ≤ 50");
  check_error(work, "attn heatmap --query q.npy --key k.npy --overlay --show", 2,
              "--overlay requires --image; see attn heatmap --help");
  CHECK(work.run("attn weights " + kInput + "text").code == 2);
  CHECK(work.run("attn heatmap " + kInput + "--overlay --cols 0:3 --show").code == 2);
}

TEST_CASE("attn info: what is done to a picture") {
  const cli::Workspace work;
  CHECK(work.run("attn info " + kVit)
            .out.find("  image        grey, not resized, divided by 255, minus 0.5, divided by 0.5\n") !=
        std::string::npos);
  std::filesystem::copy(std::string(ATTN_SOURCE_DIR "/") + kVit, work / "vit");
  std::ofstream(work / "vit/preprocessor_config.json")
      << R"({"size": {"shortest_edge": 30}, "resample": 3, "do_center_crop": true, "crop_size": 28})";
  CHECK(work.run("attn info vit")
            .out.find("grey, resized (bicubic) to 30 pixels at the shorter side, of which the middle 28 x 28, divided "
                      "by 255") != std::string::npos);
  CHECK(work.run("attn heatmap --model vit --image " + kVit + "/images/digit2_is_9.png --overlay -o m.png").code == 0);
  std::ofstream(work / "vit/preprocessor_config.json") << R"({"resample": "cubic"})";
  check_error(work, "attn info vit", 4, "vit/preprocessor_config.json: $.resample is \"cubic\", expected an integer");
}
