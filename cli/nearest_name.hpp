// What somebody may have meant who wrote a name that isn't there.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// How many letters must be changed, left out, added, or swapped with their neighbour to make one word of the other
/// (optimal string alignment).
inline std::size_t letters_apart(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> apart(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      std::size_t& here = apart[i][j];
      here = i + j;
      if (i == 0 || j == 0) continue;
      here = std::min({apart[i - 1][j] + 1, apart[i][j - 1] + 1, apart[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        here = std::min(here, apart[i - 2][j - 2] + 1);
    }
  return apart[a.size()][b.size()];
}

/// The one of the names that differs least from the word, by a third of its letters at most, or else the only one that
/// begins with it; empty where there is none.
inline std::string nearest_name(const std::string& word, const std::vector<std::string>& names) {
  if (word.size() > 40) return {};  // no name is nearly that long
  std::string nearest, longer;
  std::size_t least = word.size() / 3 + 1, begin_with_it = 0;
  for (const std::string& name : names) {
    if (const std::size_t apart = letters_apart(word, name); apart < least) least = apart, nearest = name;
    if (word.size() > 1 && name.starts_with(word)) longer = name, ++begin_with_it;
  }
  return nearest.empty() && begin_with_it == 1 ? longer : nearest;
}
