#include "input/selection.hpp"

#include <attn/base/error.hpp>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

using attn::Index;
using attn::UsageError;

namespace {

std::optional<Index> parse_integer(std::string_view text) {
  Index value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string valid_indices(const std::vector<Index>& names) {
  bool counted = true;
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    counted = counted && names[i] == static_cast<Index>(i);
    list += (i > 0 ? ", " : "") + std::to_string(names[i]);
  }
  return counted ? "expected 0 to " + std::to_string(names.size() - 1) : "expected one of " + list;
}

}  // namespace

void add_select_options(CLI::App& app, SelectOptions& options) {
  const char* group = "SELECT: which maps";
  app.add_option("--layer", options.layer, "Layers: 0,3-5 or all (default: all)")->type_name("LIST")->group(group);
  app.add_option("--head", options.head, "Heads: 0,3-5 or all (default: all)")->type_name("LIST")->group(group);
  app.add_option("--batch", options.batch, "Batch entries: 0,3-5 or all")->type_name("LIST")->group(group);
  app.add_option("--reduce", options.reduce, "Put the chosen heads of a layer together")
      ->type_name("none|mean|max")
      ->check(CLI::IsMember({"none", "mean", "max"}))
      ->group(group);
  app.add_option("--rows", options.rows, "Only queries a to b-1; -8: means the last eight")
      ->type_name("a:b")
      ->group(group);
  app.add_option("--cols", options.cols, "Only keys a to b-1")->type_name("a:b")->group(group);
}

Indices parse_indices(const std::string& text, const std::vector<Index>& names, const std::string& option) {
  Indices indices;
  if (text.empty() || text == "all") {
    indices.values.resize(names.size());
    std::iota(indices.values.begin(), indices.values.end(), Index{0});
    return indices;
  }
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const std::string item = text.substr(begin, comma - begin);
    const std::size_t dash = item.find('-');
    const auto first = parse_integer(std::string_view(item).substr(0, std::min(dash, item.size())));
    const auto last = dash == std::string::npos ? first : parse_integer(std::string_view(item).substr(dash + 1));
    if (!first || !last || *first > *last)
      throw UsageError(option + ": \"" + item + "\" is no index or range; expected a list like 0,3-5, or all");
    for (Index name = *first; name <= *last; ++name) {
      const auto at = std::find(names.begin(), names.end(), name);
      if (at == names.end())
        throw UsageError(option + ": index " + std::to_string(dash == std::string::npos ? name : *last) +
                         " is out of range: " + valid_indices(names));
      const Index place = at - names.begin();
      if (std::find(indices.values.begin(), indices.values.end(), place) != indices.values.end())
        throw UsageError(option + ": index " + std::to_string(name) + " is there twice in \"" + text +
                         "\", expected each once");
      indices.values.push_back(place);
    }
    begin = comma + 1;
  }
  indices.single = indices.values.size() == 1 && text.find('-') == std::string::npos;
  return indices;
}

Range parse_range(const std::string& text, Index count, const std::string& option) {
  if (text.empty()) return {0, count};
  const std::size_t colon = text.find(':');
  const auto end_of_range = [&](const std::string& number, Index if_empty) -> Index {
    if (number.empty()) return if_empty;
    const auto value = parse_integer(number);
    if (!value) throw UsageError(option + ": \"" + text + "\" is no range; expected a:b, as in 0:16, 8: or -4:");
    return *value < 0 ? *value + count : *value;
  };
  if (colon == std::string::npos)
    throw UsageError(option + ": \"" + text + "\" is no range; expected a:b, as in 0:16, 8: or -4:");
  const Range range{end_of_range(text.substr(0, colon), 0), end_of_range(text.substr(colon + 1), count)};
  if (range.begin < 0 || range.end > count || range.begin >= range.end)
    throw UsageError(option + ": " + text + " is out of range or empty: expected 0 ≤ a < b ≤ " + std::to_string(count));
  return range;
}
