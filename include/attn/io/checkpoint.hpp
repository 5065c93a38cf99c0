// The tensors of a checkpoint's folder, whichever way they are stored.
//
//     model.safetensors | model.safetensors.index.json and its shards
//     pytorch_model.bin | pytorch_model.bin.index.json and its shards
//
// The first of these that is there is read. An index says which shard each tensor is in: {"weight_map": {name: file}}.
#pragma once

#include <attn/io/mapped_file.hpp>
#include <attn/io/names.hpp>
#include <attn/io/pytorch_bin.hpp>
#include <attn/io/safetensors.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace attn::io {

/// Each name once. The arrays keep their files mapped.
struct Checkpoint {
  std::vector<Array> arrays;
};

namespace detail {

inline std::vector<Array> read_weights(const std::filesystem::path& file) {
  const MappedFile mapped(file.string());
  return file.extension() == ".bin" ? read_pytorch_bin(mapped.bytes()).arrays : read_safetensors(mapped.bytes()).arrays;
}

/// The shard of each tensor. Throws FormatError.
inline std::map<std::string, std::string> parse_weight_map(const Bytes& file) {
  nlohmann::json json;
  try {
    json = nlohmann::json::parse(file.text());
  } catch (const nlohmann::json::exception& error) {
    throw FormatError(file.name + ": isn't JSON: " + error.what());
  }
  const auto map = json.is_object() ? json.find("weight_map") : json.end();
  if (!json.is_object() || map == json.end() || !map->is_object() || map->empty())
    throw FormatError(file.name + ": has no weight_map, expected an object of tensors and their files");
  std::map<std::string, std::string> shards;
  for (const auto& [name, shard] : map->items()) {
    // A shard lies beside its index and nowhere else, whatever the index says.
    const std::string file_name = shard.is_string() ? shard.get<std::string>() : "";
    const bool plain = !file_name.empty() && file_name.find('\0') == std::string::npos && file_name != "." &&
                       file_name != ".." && std::filesystem::path(file_name).filename().string() == file_name;
    if (!plain)
      throw FormatError(file.name + ": the file of " + in_quotes(name) + " is " + escaped(shard.dump(), 80) +
                        ", expected the name of a file in the same folder");
    shards[name] = file_name;
  }
  return shards;
}

inline Checkpoint read_shards(const std::filesystem::path& index) {
  const MappedFile mapped(index.string());
  const std::map<std::string, std::string> shard_of = parse_weight_map(mapped.bytes());
  std::map<std::string, std::vector<std::string>> names_in;
  for (const auto& [name, shard] : shard_of) names_in[shard].push_back(name);
  Checkpoint checkpoint;
  for (const auto& [shard, names] : names_in) {
    std::map<std::string, Array> found;
    for (Array& array : read_weights(index.parent_path() / shard)) found.emplace(array.name, std::move(array));
    for (const std::string& name : names) {
      const auto array = found.find(name);
      if (array == found.end())
        throw FormatError((index.parent_path() / shard).string() + ": has no tensor " + in_quotes(name) + ", but " +
                          index.filename().string() + " says that it is there");
      checkpoint.arrays.push_back(std::move(array->second));
    }
    if (found.size() > names.size())
      throw FormatError((index.parent_path() / shard).string() + ": has " + std::to_string(found.size()) +
                        " tensors, expected the " + std::to_string(names.size()) + " that " +
                        index.filename().string() + " names");
  }
  return checkpoint;
}

}  // namespace detail

/// All tensors of the checkpoint in `folder`. Throws FileError, FormatError, UnsupportedError; UsageError for a folder
/// that has no weights.
inline Checkpoint read_checkpoint(const std::string& folder) {
  const std::filesystem::path path(folder);
  for (const char* name : {"model.safetensors", "pytorch_model.bin"}) {
    if (std::filesystem::exists(path / name)) return {detail::read_weights(path / name)};
    const std::filesystem::path index = path / (std::string(name) + ".index.json");
    if (std::filesystem::exists(index)) return detail::read_shards(index);
  }
  throw UsageError(folder +
                   ": has no weights, expected model.safetensors or pytorch_model.bin, or the index of their " +
                   "shards, model.safetensors.index.json or pytorch_model.bin.index.json");
}

}  // namespace attn::io
