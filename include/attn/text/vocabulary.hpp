// The tokens of a model: from text to id, and back.
#pragma once

#include <attn/base/error.hpp>
#include <attn/io/in_quotes.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace attn::text {

/// A table of strings with an id each; ids needn't follow each other, and are below 2^22.
class Vocabulary {
 public:
  static constexpr int kMostIds = 1 << 22;

  /// Adds a token. Throws FormatError, which begins with `where`, for one that is there already, and for an id that
  /// is taken by another token or is out of range.
  void add(std::string_view token, std::int64_t id, const std::string& where) {
    if (id < 0 || id >= kMostIds)
      throw FormatError(where + ": token " + io::in_quotes(token) + " has id " + std::to_string(id) +
                        ", expected 0 … " + std::to_string(kMostIds - 1));
    if (const std::optional<int> other = find(token))
      throw FormatError(where + ": token " + io::in_quotes(token) + " is there twice, with ids " +
                        std::to_string(*other) + " and " + std::to_string(id));
    const auto index = static_cast<std::size_t>(id);
    if (index < entries_.size() && entries_[index].size >= 0)
      throw FormatError(where + ": id " + std::to_string(id) + " is that of " + io::in_quotes((*this)[*find_id(id)]) +
                        " and of " + io::in_quotes(token));
    if (index >= entries_.size()) entries_.resize(index + 1);
    entries_[index] = {static_cast<std::uint32_t>(arena_.size()), static_cast<std::int32_t>(token.size())};
    arena_ += token;
    if (++count_ * 2 > slots_.size()) grow();
    slots_[slot_of(token)] = static_cast<std::int32_t>(id);
  }

  /// The id of a token.
  std::optional<int> find(std::string_view token) const {
    if (slots_.empty()) return std::nullopt;
    const std::int32_t id = slots_[slot_of(token)];
    return id < 0 ? std::nullopt : std::optional<int>(id);
  }

  /// Whether a token has this id.
  std::optional<int> find_id(std::int64_t id) const {
    if (id < 0 || id >= size() || entries_[static_cast<std::size_t>(id)].size < 0) return std::nullopt;
    return static_cast<int>(id);
  }

  /// The token with an id that is there.
  std::string_view operator[](int id) const {
    const Entry& entry = entries_[static_cast<std::size_t>(id)];
    return std::string_view(arena_).substr(entry.begin, static_cast<std::size_t>(entry.size));
  }

  /// How many tokens there are.
  int count() const { return static_cast<int>(count_); }

  /// One more than the largest id.
  int size() const { return static_cast<int>(entries_.size()); }

 private:
  struct Entry {
    std::uint32_t begin = 0;
    std::int32_t size = -1;  // no token has this id
  };

  /// Where the token is, or where it would be added.
  std::size_t slot_of(std::string_view token) const {
    std::size_t slot = std::hash<std::string_view>{}(token) & (slots_.size() - 1);
    while (slots_[slot] >= 0 && (*this)[slots_[slot]] != token) slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }
  void grow() {
    const std::vector<std::int32_t> before = std::move(slots_);
    slots_.assign(before.empty() ? 1024 : 2 * before.size(), -1);
    for (const std::int32_t id : before)
      if (id >= 0) slots_[slot_of((*this)[id])] = id;
  }

  std::string arena_;
  std::vector<Entry> entries_;       // by id
  std::vector<std::int32_t> slots_;  // open addressing: ids, −1 where free; a power of two of them
  std::size_t count_ = 0;
};

}  // namespace attn::text
