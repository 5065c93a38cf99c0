// A zip archive of stored members in memory: small, and of any names and content, which the library wouldn't write.
#pragma once

#include <attn/io/inflate.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace test {

inline std::string little(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string zip, directory;
  for (const auto& [name, content] : members) {
    const std::string size = little(content.size(), 4);
    const std::string common = little(20, 2) + little(0, 8) +
                               little(attn::io::crc32_of(content.data(), content.size()), 4) + size + size +
                               little(name.size(), 2) + little(0, 2);
    directory += "PK\1\2" + little(20, 2) + common + std::string(10, '\0') + little(zip.size(), 4) + name;
    zip += "PK\3\4" + common + name + content;
  }
  const std::string count = little(members.size(), 2);
  return zip + directory + "PK\5\6" + little(0, 4) + count + count + little(directory.size(), 4) +
         little(zip.size(), 4) + little(0, 2);
}

}  // namespace test
