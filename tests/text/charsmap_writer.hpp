// Writes SentencePiece's rules of normalisation: a small double-array trie, built by trying places.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace test {

inline void append_u32(std::string& bytes, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> 8 * i & 0xFF);
}

class CharsmapWriter {
 public:
  explicit CharsmapWriter(const std::map<std::string, std::string>& rules) {
    units_.resize(4096);
    taken_.resize(units_.size());
    taken_[0] = true;
    std::map<std::string, std::uint32_t> values;
    for (const auto& [from, to] : rules) {
      values[from] = static_cast<std::uint32_t>(replacements_.size());
      replacements_ += to + '\0';
    }
    place(0, values);
  }

  std::string bytes() const {
    std::string bytes;
    append_u32(bytes, static_cast<std::uint32_t>(4 * units_.size()));
    for (const std::uint32_t unit : units_) append_u32(bytes, unit);
    return bytes + replacements_;
  }

 private:
  /// Puts what follows a node into the array; the empty string is the node's value.
  void place(std::uint32_t node, const std::map<std::string, std::uint32_t>& values) {
    std::map<unsigned char, std::map<std::string, std::uint32_t>> children;
    for (const auto& [rest, value] : values)
      if (!rest.empty()) children[static_cast<unsigned char>(rest[0])][rest.substr(1)] = value;
    const auto own = values.find("");
    std::uint32_t base = 1;
    const auto fits = [&] {
      bool free = !bases_.count(base) && (own == values.end() || !taken_[base]);
      for (const auto& [label, rest] : children) free = free && !taken_[base ^ label];
      return free;
    };
    while (!fits()) ++base;
    bases_.insert(base);
    units_[node] |= (node ^ base) << 10;
    if (own != values.end()) {
      units_[node] |= 1u << 8;
      units_[base] = own->second | 1u << 31;
      taken_[base] = true;
    }
    for (const auto& [label, rest] : children) {
      taken_[base ^ label] = true;
      units_[base ^ label] = label;
    }
    for (const auto& [label, rest] : children) place(base ^ label, rest);
  }

  std::vector<std::uint32_t> units_;
  std::vector<bool> taken_;
  std::set<std::uint32_t> bases_;  // no two nodes have their children at the same place
  std::string replacements_;
};

inline std::string charsmap(const std::map<std::string, std::string>& rules) { return CharsmapWriter(rules).bytes(); }

}  // namespace test
