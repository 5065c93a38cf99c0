#include <attn/io/checkpoint.hpp>

#include "catch.hpp"
#include "io/support.hpp"
#include "io/torch_file.hpp"

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
  const std::string two = folder / "two.safetensors";
  save(one, {{"a", 1.0F}, {"x", 1.0F}});
  save(two, {{"b", 2.0F}});
  CHECK(message(kIndex) == one + ": has tensor \"x\", which model.safetensors.index.json doesn't name");
  save(one, {});
  CHECK(message(kIndex) == one + ": has no tensor \"a\", but model.safetensors.index.json says that it is there");
  save(one, {{"a", 1.0F}, {"b", 1.0F}});  // as in the other shard
  CHECK(message(kIndex) == one + ": has tensor \"b\", which model.safetensors.index.json has in \"two.safetensors\"");
  save(one, {{"b", 1.0F}});
  save(two, {{"a", 1.0F}});
  CHECK(message(kIndex) == one + ": has tensor \"b\", which model.safetensors.index.json has in \"two.safetensors\"");
  fs::remove(two);
  save(one, {{"a", 1.0F}});
  CHECK(test::message_of<attn::FileError>([&] { read_checkpoint(folder.path.string()); }) ==
        two + ": isn't there, but model.safetensors.index.json says that it has \"b\"");

  for (const char* name : {"../x.safetensors", "/etc/passwd", "", "a/b.safetensors", "..", ".", "a/"})
    CHECK(message(R"({"weight_map": {"a": ")" + std::string(name) + R"("}})") ==
          index + ": the file of \"a\" is \"" + name + "\", expected the name of a file in the same folder");
  CHECK(test::contains(message(R"({"weight_map": {"a": "m\u0000"}})"), "the file of \"a\" is \"m\\x00\", expected"));
  CHECK(test::contains(message(R"({"weight_map": {"a": 5}})"), "the file of \"a\" is number, expected"));
  for (const char* json : {"{}", "[]", "3", R"({"weight_map": 3})", R"({"weight_map": {}})", R"(["weight_map"])"})
    CHECK(message(json) == index + ": has no weight_map, expected an object of tensors and their files");
  CHECK(message(R"({"weight_map": {"a": "one.safetensors", "b": "x", "a": "two.safetensors"}})") ==
        index + ": has the name \"a\" twice, expected each once");
  CHECK(message(R"({"weight_map": {"b": "x"}, "weight_map": {"a": "one.safetensors"}})") ==
        index + ": has the name \"weight_map\" twice, expected each once");
  // The same name elsewhere, or deeper, is another.
  test::save(index, R"({"metadata": {"a": [{"a": 1}, {"a": {"b": 1}}]}, "weight_map": {"a": "one.safetensors"}})");
  CHECK(read_checkpoint(folder.path.string()).arrays.size() == 1);
  CHECK(test::contains(message("{"), index + ": byte 2 isn't JSON: "));
  CHECK(message(R"({"weight_map": {"a": )" + std::string(1000000, '[')) == index + ": nested more than 100 deep");
}

TEST_CASE("checkpoint: an index of PyTorch's files") {
  const test::Folder folder;
  const std::string index = folder / "pytorch_model.bin.index.json";
  const auto shard = [](const std::vector<std::string>& names) {
    std::vector<std::pair<std::string, std::string>> items;
    for (const std::string& name : names)
      items.emplace_back(name, test::torch::tensor(test::torch::storage("FloatStorage", "0", 12), 3, {1}, {1}));
    return test::torch::file(test::torch::whole(test::torch::dict(items)));
  };
  test::save(index, R"({"weight_map": {"a": "one.bin", "b": "two.bin"}})");
  test::save(folder / "one.bin", shard({"a"}));
  test::save(folder / "two.bin", shard({"b"}));
  CHECK(numbers(read_checkpoint(folder.path.string())) == std::map<std::string, float>{{"a", 3.0F}, {"b", 3.0F}});
  test::save(folder / "two.bin", shard({"b", "a"}));
  CHECK(test::message_of<attn::FormatError>([&] { read_checkpoint(folder.path.string()); }) ==
        (folder / "two.bin") + ": has tensor \"a\", which pytorch_model.bin.index.json has in \"one.bin\"");
}

TEST_CASE("checkpoint: a pointer of Git LFS, and a folder that no system has") {
  const test::Folder folder;
  test::save(folder / "model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n");
  CHECK(test::message_of<attn::FormatError>([&] { read_checkpoint(folder.path.string()); }) ==
        (folder / "model.safetensors") + ": is a pointer of Git LFS, expected the weights; run: git lfs pull");
  CHECK(test::contains(test::message_of<attn::UsageError>([&] { read_checkpoint(std::string(300, 'x')); }),
                       ": has no weights, expected"));
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
