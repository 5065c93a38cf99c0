#include <attn/io/checkpoint.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace fs = std::filesystem;
using namespace attn::io;

namespace {

/// A file of float tensors, each of one number.
void save(const std::string& path, const std::vector<std::pair<std::string, float>>& tensors) {
  std::vector<Array> arrays;
  for (const auto& [name, value] : tensors) {
    attn::Tensor<float> tensor({1});
    tensor.data()[0] = value;
    arrays.push_back(to_array(tensor, name));
  }
  attn::OutputFile file(path);
  write_safetensors(file, arrays);
  file.commit();
}

std::map<std::string, float> numbers(const Checkpoint& checkpoint) {
  std::map<std::string, float> numbers;
  for (const Array& array : checkpoint.arrays) numbers[array.name] = to_tensor<float>(array).data()[0];
  return numbers;
}

const std::string kIndex = R"({"metadata": {}, "weight_map": {"a": "one.safetensors", "b": "two.safetensors"}})";

}  // namespace

TEST_CASE("checkpoint: one file, or shards that an index names") {
  const test::Folder folder;
  CHECK(test::message_of<attn::UsageError>([&] { read_checkpoint(folder.path.string()); }) ==
        folder.path.string() +
            ": has no weights, expected model.safetensors or pytorch_model.bin, or the index of their shards, "
            "model.safetensors.index.json or pytorch_model.bin.index.json");
  fs::copy(test::data_path("state_dict.bin"), folder / "pytorch_model.bin");
  CHECK(read_checkpoint(folder.path.string()).arrays.size() == 14);
  save(folder / "one.safetensors", {{"a", 1.0F}});
  save(folder / "two.safetensors", {{"b", 2.0F}});
  test::save(folder / "model.safetensors.index.json", kIndex);
  CHECK(numbers(read_checkpoint(folder.path.string())) == std::map<std::string, float>{{"a", 1.0F}, {"b", 2.0F}});
  save(folder / "model.safetensors", {{"c", 3.0F}});  // goes before its index
  CHECK(numbers(read_checkpoint(folder.path.string())) == std::map<std::string, float>{{"c", 3.0F}});
}

TEST_CASE("checkpoint: an index that isn't true") {
  const test::Folder folder;
  const std::string index = folder / "model.safetensors.index.json", one = folder / "one.safetensors";
  const auto message = [&](const std::string& json) {
    test::save(index, json);
    return test::message_of<attn::FormatError>([&] { read_checkpoint(folder.path.string()); });
  };
  save(one, {{"a", 1.0F}, {"x", 1.0F}});
  save(folder / "two.safetensors", {{"c", 2.0F}});
  CHECK(message(kIndex) == one + ": has 2 tensors, expected the 1 that model.safetensors.index.json names");
  save(one, {{"a", 1.0F}});
  CHECK(message(kIndex) ==
        (folder / "two.safetensors") + ": has no tensor \"b\", but model.safetensors.index.json says that it is there");
  for (const char* name : {"../x.safetensors", "/etc/passwd", "", "a/b.safetensors", ".."}) {
    INFO(name);
    CHECK(
        test::contains(message(R"({"weight_map": {"a": ")" + std::string(name) + R"("}})"), "the file of \"a\" is \""));
  }
  CHECK(test::contains(message(R"({"weight_map": {"a": 5}})"), "the file of \"a\" is 5, expected"));
  CHECK(message("{}") == index + ": has no weight_map, expected an object of tensors and their files");
  CHECK(message("[]") == index + ": has no weight_map, expected an object of tensors and their files");
  CHECK(test::contains(message("{"), index + ": isn't JSON: "));
}

TEST_CASE("checkpoint: the same model stored in several ways") {
  const char* shared = std::getenv("ATTN_SHARED");
  if (shared == nullptr) {
    std::cout << "skipped: checkpoints of other programs: ATTN_SHARED doesn't name their folder\n";
    return;
  }
  const auto of = [&](const std::string& name) {
    auto arrays = read_checkpoint(std::string(shared) + "/golden/" + name).arrays;
    std::sort(arrays.begin(), arrays.end(), [](const Array& a, const Array& b) { return a.name < b.name; });
    return arrays;
  };
  for (const auto& [one, other] : {std::pair("llama_gqa", "llama_gqa_sharded"), std::pair("gpt2", "gpt2_ptbin")}) {
    const auto a = of(one), b = of(other);
    std::size_t same = 0;
    for (const Array& array : a)
      for (const Array& its : b) {
        if (its.name != array.name || its.shape != array.shape) continue;
        const attn::Tensor<float> x = to_tensor<float>(array), y = to_tensor<float>(its);
        same += std::equal(x.data(), x.data() + x.size(), y.data());
      }
    INFO(one << " and " << other);
    CHECK(same == a.size());
  }
}
