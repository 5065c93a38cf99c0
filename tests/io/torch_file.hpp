// Pieces of pickles, and files of torch.save() that are made of them.
#pragma once

#include "io/zip_bytes.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace test::torch {

inline std::string text(const std::string& content) { return "X" + little(content.size(), 4) + content; }
inline std::string number(std::int64_t n) { return "\x8a\x08" + little(static_cast<std::uint64_t>(n), 8); }
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string tuple(const std::vector<std::string>& items) {
  std::string all = "(";
  for (const std::string& item : items) all += item;
  return all + "t";
}
inline std::string numbers(const std::vector<std::int64_t>& values) {
  std::vector<std::string> items;
  for (const std::int64_t n : values) items.push_back(number(n));
  return tuple(items);
}
inline std::string call(const std::string& module, const std::string& name, const std::vector<std::string>& arguments) {
  return global(module, name) + tuple(arguments) + "R";
}
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string all = "}(";
  for (const auto& [key, value] : items) all += text(key) + value;
  return all + "u";
}
inline std::string storage(const std::string& type, const std::string& key, std::int64_t count) {
  return tuple({text("storage"), global("torch", type), text(key), text("cpu"), number(count)}) + "Q";
}
/// `more` may be what comes seventh.
inline std::string tensor(const std::string& storage, std::int64_t offset, const std::vector<std::int64_t>& shape,
                          const std::vector<std::int64_t>& strides, const std::string& more = "") {
  return call("torch._utils", "_rebuild_tensor_v2",
              {storage, number(offset), numbers(shape), numbers(strides), "\x89",
               call("collections", "OrderedDict", {}), more});
}
inline std::string whole(const std::string& value) { return "\x80\2" + value + "."; }

/// The archive around a pickle: storages "0" to "9" have 48 bytes each, of the floats 0 to 11.
inline std::string file(const std::string& pickle, const std::string& byte_order = "") {
  std::string floats;
  for (int n = 0; n < 12; ++n) {
    const auto value = static_cast<float>(n);
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    const std::string bytes = little(bits, 4);
    floats += byte_order == "big" ? std::string(bytes.rbegin(), bytes.rend()) : bytes;
  }
  std::vector<std::pair<std::string, std::string>> members{{"m/data.pkl", pickle}};
  for (int i = 0; i < 10; ++i) members.push_back({"m/data/" + std::to_string(i), floats});
  if (!byte_order.empty()) members.push_back({"m/byteorder", byte_order});
  return zip_of(members);
}

}  // namespace test::torch
