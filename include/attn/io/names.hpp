// Names of arrays in messages: a short list of them, and those close to one that wasn't found.
#pragma once

#include <attn/io/in_quotes.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attn::io {

/// "a, b, c … (12 in all)"
inline std::string list_names(const std::vector<std::string>& names, std::size_t most = 8) {
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) {
    const std::string shown = in_quotes(names[i], 80);
    list += (i ? ", " : "") + shown.substr(1, shown.size() - 2);
  }
  return names.size() > most ? list + " … (" + std::to_string(names.size()) + " in all)" : list;
}

/// How many characters must be inserted, deleted or replaced to make `b` of `a` [Levenshtein 1966].
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row[b.size()];
}

/// The names closest to `wanted`: those that contain it, then those a few edits away. At most `most`.
inline std::vector<std::string> close_names(const std::vector<std::string>& names, std::string_view wanted,
                                            std::size_t most = 5) {
  std::vector<std::pair<std::size_t, std::string>> close;
  for (const std::string& name : names) {
    if (name.size() > 200 || wanted.size() > 200) continue;
    const bool contains = !wanted.empty() && name.find(wanted) != std::string::npos;
    const std::size_t distance = contains ? 0 : edit_distance(name, wanted);
    if (contains || distance <= 1 + wanted.size() / 3) close.emplace_back(distance, name);
  }
  std::stable_sort(close.begin(), close.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> result;
  for (std::size_t i = 0; i < std::min(close.size(), most); ++i) result.push_back(close[i].second);
  return result;
}

}  // namespace attn::io
