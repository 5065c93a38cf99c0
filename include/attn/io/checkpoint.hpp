// The tensors of a checkpoint's folder, whichever way they are stored.
//
//     model.safetensors | model.safetensors.index.json and its shards
//     pytorch_model.bin | pytorch_model.bin.index.json and its shards
//
// The first of these that is there is read. An index says which shard each tensor is in: {"weight_map": {name: file}}.
#pragma once

#include <attn/io/in_quotes.hpp>
#include <attn/io/mapped_file.hpp>
#include <attn/io/parse_json.hpp>
#include <attn/io/pytorch_bin.hpp>
#include <attn/io/safetensors.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace attn::io {

/// Each name once. The arrays keep their files mapped.
struct Checkpoint {
  std::vector<Array> arrays;
};

namespace detail {

inline std::vector<Array> read_weights(const std::filesystem::path& file) {
  const Bytes bytes = MappedFile(file.string()).bytes();
  if (bytes.text().starts_with("version https://git-lfs"))
    throw FormatError(bytes.name + ": is a pointer of Git LFS, expected the weights; run: git lfs pull");
  return file.extension() == ".bin" ? read_pytorch_bin(bytes).arrays : read_safetensors(bytes).arrays;
}

/// The shard of each tensor. Throws FormatError.
inline std::map<std::string, std::string> parse_weight_map(const Bytes& file) {
  using Event = nlohmann::json::parse_event_t;
  std::set<std::pair<std::string, std::string>> keys;  // and what they are in
  std::string section;
  const auto each_once = [&](int depth, Event event, nlohmann::json& value) {
    if (event != Event::key || depth > 2) return true;
    const auto& key = value.get_ref<const std::string&>();
    if (depth == 1) section = key;
    // The parser would keep the last of them, and say nothing.
    if (!keys.emplace(depth == 1 ? "" : section, key).second)
      throw FormatError(file.name + ": has the name " + in_quotes(key, 80) + " twice, expected each once");
    return true;
  };
  const nlohmann::json json = parse_json(file.text(), file.name, each_once);
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
      throw FormatError(file.name + ": the file of " + in_quotes(name, 80) + " is " +
                        (shard.is_string() ? in_quotes(file_name, 80) : shard.type_name()) +
                        ", expected the name of a file in the same folder");
    shards[name] = file_name;
  }
  return shards;
}

/// Every tensor must be in the shard that the index names, and no shard may have others: so no name is there twice.
inline Checkpoint read_shards(const std::filesystem::path& index) {
  const std::string index_name = index.filename().string();
  const std::map<std::string, std::string> shard_of = parse_weight_map(MappedFile(index.string()).bytes());
  std::map<std::string, std::set<std::string>> missing;  // what is to be found in each shard
  for (const auto& [name, shard] : shard_of) missing[shard].insert(name);
  Checkpoint checkpoint;
  for (auto& [shard, names] : missing) {
    const std::filesystem::path path = index.parent_path() / shard;
    std::error_code error;
    if (!std::filesystem::exists(path, error))
      throw FileError(path.string() + ": isn't there, but " + index_name + " says that it has " +
                      in_quotes(*names.begin(), 80));
    for (Array& array : read_weights(path)) {
      const auto place = shard_of.find(array.name);
      if (place == shard_of.end() || place->second != shard)
        throw FormatError(path.string() + ": has tensor " + in_quotes(array.name, 80) + ", which " + index_name +
                          (place == shard_of.end() ? " doesn't name" : " has in " + in_quotes(place->second, 80)));
      names.erase(array.name);
      checkpoint.arrays.push_back(std::move(array));
    }
    if (!names.empty())
      throw FormatError(path.string() + ": has no tensor " + in_quotes(*names.begin(), 80) + ", but " + index_name +
                        " says that it is there");
  }
  return checkpoint;
}

}  // namespace detail

/// All tensors of the checkpoint in `folder`. Throws FileError, FormatError, UnsupportedError; UsageError for a folder
/// that has no weights.
inline Checkpoint read_checkpoint(const std::string& folder) {
  const std::filesystem::path path(folder);
  std::error_code error;
  for (const char* name : {"model.safetensors", "pytorch_model.bin"}) {
    if (std::filesystem::exists(path / name, error)) return {detail::read_weights(path / name)};
    const std::filesystem::path index = path / (std::string(name) + ".index.json");
    if (std::filesystem::exists(index, error)) return detail::read_shards(index);
  }
  throw UsageError(folder +
                   ": has no weights, expected model.safetensors or pytorch_model.bin, or the index of their " +
                   "shards, model.safetensors.index.json or pytorch_model.bin.index.json");
}

}  // namespace attn::io
