#include <attn/model/saved_run.hpp>

#include "model/support.hpp"

using attn::Index;
using namespace attn::model;

TEST_CASE("saved run: what the model read, an entry of the batch at a time") {
  const test::Folder folder;
  test::save_array(folder / "input_ids.npy", {2, 3}, {5, 6, 7, 8, 9, 0});
  test::save_array(folder / "attention_mask.npy", {2, 3}, {1, 1, 1, 1, 1, 0});
  test::save_array(folder / "token_type_ids.npy", {2, 3}, {0, 0, 1, 0, 1, 0});
  test::save_array(folder / "decoder_input_ids.npy", {2, 1}, {3, 4});
  test::save_array(folder / "logits.npy", {2, 1}, {0.5, 0.25});
  const SavedRun run(folder.path.string());
  CHECK(run.batch() == 2);
  CHECK(run.names() ==
        std::vector<std::string>{"attention_mask", "decoder_input_ids", "input_ids", "logits", "token_type_ids"});
  const auto input = run.input<float>(1);
  CHECK(input.ids == std::vector<Index>{8, 9, 0});
  CHECK(input.mask == std::vector<bool>{true, true, false});
  CHECK(input.segments == std::vector<Index>{0, 1, 0});
  CHECK(input.decoder_ids == std::vector<Index>{4});
  CHECK(input.decoder_mask.empty());
  CHECK(run.get("logits").data()[1] == 0.25);
}

TEST_CASE("saved run: images") {
  const test::Folder folder;
  std::vector<double> pixels(2 * 1 * 2 * 3);
  for (std::size_t n = 0; n < pixels.size(); ++n) pixels[n] = static_cast<double>(n);
  test::save_array(folder / "pixel_values.npy", {2, 1, 2, 3}, pixels);
  const auto input = SavedRun(folder.path.string()).input<double>(1);
  CHECK(input.image.shape() == attn::Shape{1, 2, 3});
  CHECK(input.image.matrix()(1, 2) == 11);
}

TEST_CASE("saved run: folders that are none, and arrays that don't fit") {
  const auto open = [](const std::string& path) {
    return test::message_of<attn::Error>([&] { SavedRun(path).input<float>(0); });
  };
  CHECK(test::contains(open("/nowhere"), "/nowhere: No such file or directory"));
  const test::Folder folder;
  const std::string path = folder.path.string();
  CHECK(test::contains(open(path), "neither input_ids.npy nor pixel_values.npy"));
  test::save_array(folder / "input_ids.npy", {1, 2}, {1, 2});
  test::save_array(folder / "attention_mask.npy", {1, 3}, {1, 1, 1});
  CHECK(test::contains(open(path), "attention_mask.npy is [1 x 3], expected [1 x 2]"));
  test::save_array(folder / "input_ids.npy", {1, 3}, {1, 2.5, 3});
  CHECK(test::contains(open(path), "input_ids.npy: has 2.5"));
  test::save_array(folder / "input_ids.npy", {3}, {1, 2, 3});
  CHECK(test::contains(open(path), "input_ids.npy is [3], expected [3 x N]"));
}
