// From a picture to a model's numbers: as ViTImageProcessor and Pillow make them, number for number.
#include "model/pictures.hpp"
#include "model/support.hpp"

#include <attn/model/image_input.hpp>

#include <cstdio>
#include <cstdlib>

namespace fs = std::filesystem;
using attn::Index;
using attn::Tensor;
using namespace attn::model;

namespace {

Tensor<float> array(const fs::path& path) {
  return attn::io::to_tensor<float>(attn::io::read_npy(attn::io::MappedFile(path.string()).bytes()));
}

ImageRules rules_of(const std::string& preprocessor, const std::string& config = "{}") {
  const Config file(preprocessor, "preprocessor_config.json");
  return read_image_rules(file.root(), Config(config, "config.json"));
}

/// The largest difference from the n-th picture of a batch [B x C x H x W].
float apart(const Tensor<float>& ours, const Tensor<float>& theirs, Index n) {
  REQUIRE(ours.size() * theirs.shape()[0] == theirs.size());
  float worst = 0;
  for (Index i = 0; i < ours.size(); ++i)
    worst = std::max(worst, std::abs(ours.data()[i] - theirs.data()[n * ours.size() + i]));
  return worst;
}

const std::string kDigits = ATTN_EXAMPLE_MODELS "/tiny-vit-digits";

/// Picture files, from the `first` on, all the way to attention, against what transformers made of them.
void check_pictures(const fs::path& folder, std::size_t first) {
  const auto& model = test::example<float>("tiny-vit-digits");
  const ImageRules rules = read_image_rules(kDigits, model.config());
  const Tensor<float> expected = array(folder / "pixel_values.npy"), logits = array(folder / "logits.npy"),
                      attentions = array(folder / "attentions.npy");
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(kDigits + "/images")) files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  const Index B = expected.shape()[0], L = 3, H = 4;
  REQUIRE(attentions.shape() == attn::Shape{L, B, H, 50, 50});
  for (Index n = 0; n < B; ++n) {
    const std::string& file = files.at(first + static_cast<std::size_t>(n));
    INFO(file);
    Input<float> input;
    input.image = image_input<float>(test::decode_file(file), rules);
    REQUIRE(input.image.shape() == attn::Shape{1, 28, 28});
    CHECK(apart(input.image, expected, n) == 0);
    const Pass<float> pass = model.forward(input);
    Index answer = 0, theirs = 0;
    pass.outputs.at("logits").row(0).maxCoeff(&answer);
    logits.matrix().row(n).maxCoeff(&theirs);
    CHECK(answer == theirs);
    for (Index l = 0; l < L; ++l)
      for (Index h = 0; h < H; ++h)
        CHECK((pass.weights.at(Part::encoder)[static_cast<std::size_t>(l)][static_cast<std::size_t>(h)] -
               attentions.matrix((l * B + n) * H + h))
                  .cwiseAbs()
                  .maxCoeff() < 2e-5F);
  }
}

}  // namespace

TEST_CASE("image input: the shipped pictures, number for number, and what the model sees in them") {
  check_pictures(ATTN_TEST_DATA "/model/tiny-vit-digits/a", 0);
  const char* shared = std::getenv("ATTN_SHARED");
  if (shared == nullptr) {
    std::printf("skipped: more of the shipped pictures: ATTN_SHARED doesn't name the folder of reference models\n");
    return;
  }
  check_pictures(fs::path(shared) / "trained/tiny-vit-digits/expected/b", 1);
}

TEST_CASE("image input: pictures resized by Pillow, number for number") {
  const char* shared = std::getenv("ATTN_SHARED");
  if (shared == nullptr) {
    std::printf("skipped: reference pictures: ATTN_SHARED doesn't name their folder\n");
    return;
  }
  const fs::path folder = fs::path(shared) / "images";
  const attn::io::MappedFile file((folder / "meta.json").string());
  const nlohmann::json meta = nlohmann::json::parse(file.bytes().text());
  int cases = 0;
  for (const auto& one : meta["cases"]) {
    const std::string name = one["pixel_values"].get<std::string>();
    INFO(name);
    nlohmann::json rules = {{"size", {{"height", one["size"][0]}, {"width", one["size"][1]}}},
                            {"resample", one["resample"] == "bilinear" ? 2 : 3},
                            {"image_mean", one["mean"]},
                            {"image_std", one["std"]}};
    const Tensor<float> ours = image_input<float>(
        test::decode_file((folder / one["image"].get<std::string>()).string()), rules_of(rules.dump()));
    CHECK(apart(ours, array(folder / name), 0) == 0);
    ++cases;
  }
  CHECK(cases > 10);
}

TEST_CASE("image input: what preprocessor_config.json leaves out is as ViTImageProcessor has it") {
  const ImageRules plain = rules_of("{}", R"({"image_size": 32, "num_channels": 1})");
  CHECK(plain.channels == 1);
  CHECK(plain.resizes);
  CHECK(plain.size.height == 32);
  CHECK(plain.size.width == 32);
  CHECK(plain.resample == Resample::bilinear);
  CHECK_FALSE(plain.crop);
  CHECK(plain.mean == std::vector<double>{0.5});
  const ImageRules deit = rules_of(R"({"feature_extractor_type": "DeiTFeatureExtractor", "size": 256, "resample": 3})");
  CHECK(deit.size.width == 256);
  CHECK(deit.resample == Resample::bicubic);
  REQUIRE(deit.crop);
  CHECK(deit.crop->height == 224);
  const ImageRules edge = rules_of(R"({"size": {"shortest_edge": 20}, "do_center_crop": true, "crop_size": 16})");
  CHECK(edge.resized({100, 51}).height == 39);  // 39.2
  CHECK(edge.resized({100, 51}).width == 20);
  CHECK(edge.resized({51, 100}).width == 39);
  CHECK(edge.crop->width == 16);
}

TEST_CASE("image input: rescaled and normalised, or not") {
  Picture picture(1, 2, 1);
  picture.pixels = {0, 200};
  const std::string as_is = R"({"do_resize": false, "image_mean": 0.25, "image_std": [0.5])";
  const auto numbers = [&](const std::string& more) {
    const Tensor<float> x = image_input<float>(picture, rules_of(as_is + more + "}", R"({"num_channels": 1})"));
    return std::vector<float>{x.data()[0], x.data()[1]};
  };
  CHECK(numbers("") == std::vector<float>{-0.5F, (static_cast<float>(200.0 / 255) - 0.25F) / 0.5F});
  CHECK(numbers(R"(, "do_normalize": false)")[1] == static_cast<float>(200.0 / 255));
  CHECK(numbers(R"(, "do_rescale": false)")[1] == 399.5F);
  CHECK(numbers(R"(, "rescale_factor": 0.5)")[1] == 199.5F);
}

TEST_CASE("image input: the middle of a picture, and black around a small one") {
  Picture picture(1, 5, 1);
  picture.pixels = {1, 2, 3, 4, 5};
  CHECK(test::text_of(center_crop(picture, {1, 2})) == "[1 x 2 x 1] 2 3");
  CHECK(test::text_of(center_crop(picture, {2, 3})) == "[2 x 3 x 1] 0 0 0 2 3 4");
  CHECK(test::text_of(center_crop(picture, {1, 8})) == "[1 x 8 x 1] 0 0 1 2 3 4 5 0");
  ImageRules rules;
  CHECK(seen_part(picture, rules).width == 5);
  rules.size = {10, 10};
  rules.crop = PictureSize{10, 4};
  CHECK(test::text_of(seen_part(picture, rules)) == "[1 x 2 x 1] 2 3");
}

TEST_CASE("image input: what can't be followed is refused with its place") {
  const auto message = [](const std::string& rules) {
    try {
      rules_of(rules);
    } catch (const attn::FormatError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(message(R"({"resample": 6})") ==
        "preprocessor_config.json: $.resample is 6, expected a filter of Pillow's, 0 to 5");
  CHECK(message(R"({"size": 0})") == "preprocessor_config.json: $.size is 0, expected a size in pixels, 1 to 16384");
  CHECK(message(R"({"size": {"height": 3}})") == "preprocessor_config.json: $.size.width is missing");
  CHECK(message(R"({"image_std": [1, 1]})") ==
        "preprocessor_config.json: $.image_std is array, expected 3 numbers, one for each channel");
  CHECK(message(R"({"image_std": 0})") == "preprocessor_config.json: $.image_std is 0, expected a number above 0");
}

TEST_CASE("image input: patches have short names") {
  CHECK(patch_labels(1, 2) == std::vector<std::string>{"CLS", "r0 c0", "r0 c1"});
}
