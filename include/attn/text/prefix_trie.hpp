// Strings by their bytes: all of them that a text begins with, in one walk.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace attn::text {

class PrefixTrie {
 public:
  PrefixTrie() = default;

  /// Of strings with a number ≥ 0 each; of equal strings one is kept. The strings are needed only here.
  explicit PrefixTrie(std::vector<std::pair<std::string_view, std::int32_t>> strings) {
    std::sort(strings.begin(), strings.end());
    // Level by level, so that the children of a node follow each other.
    struct Part {
      std::size_t begin, end;  // strings below a node
      std::size_t depth;
    };
    std::vector<Part> parts = {{0, strings.size(), 0}};
    nodes_.push_back({});
    labels_.push_back(0);
    for (std::size_t node = 0; node < parts.size(); ++node) {
      auto [begin, end, depth] = parts[node];
      while (begin < end && strings[begin].first.size() == depth) nodes_[node].value = strings[begin++].second;
      nodes_[node].first_child = static_cast<std::uint32_t>(nodes_.size());
      while (begin < end) {
        const char label = strings[begin].first[depth];
        std::size_t last = begin;
        while (last < end && strings[last].first[depth] == label) ++last;
        parts.push_back({begin, last, depth + 1});
        nodes_.push_back({});
        labels_.push_back(label);
        ++nodes_[node].children;
        begin = last;
      }
    }
    first_.fill(0);
    for (std::uint32_t i = 0; i < nodes_[0].children; ++i)
      first_[static_cast<unsigned char>(labels_[nodes_[0].first_child + i])] = nodes_[0].first_child + i;
  }

  /// Calls found(size, number) for each string that `text` begins with, the shortest first; the empty one is never
  /// found.
  template <class Found>
  void for_each_prefix(std::string_view text, const Found& found) const {
    if (text.empty() || nodes_.empty()) return;
    std::uint32_t node = first_[static_cast<unsigned char>(text[0])];
    for (std::size_t size = 1; node != 0; ++size) {
      if (nodes_[node].value >= 0) found(size, nodes_[node].value);
      if (size == text.size()) return;
      node = child(node, text[size]);
    }
  }

 private:
  struct Node {
    std::uint32_t first_child = 0;
    std::uint32_t children = 0;
    std::int32_t value = -1;
  };

  std::uint32_t child(std::uint32_t node, char label) const {
    const Node& parent = nodes_[node];
    if (parent.children == 0) return 0;
    const char* begin = labels_.data() + parent.first_child;
    const void* found = std::memchr(begin, label, parent.children);
    return found ? parent.first_child + static_cast<std::uint32_t>(static_cast<const char*>(found) - begin) : 0;
  }

  std::vector<Node> nodes_;
  std::vector<char> labels_;                // [nodes_.size()] the byte that leads to each
  std::array<std::uint32_t, 256> first_{};  // the root's children; 0 is the root itself: none
};

}  // namespace attn::text
