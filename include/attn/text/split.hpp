// Cutting a text at what a pattern finds.
#pragma once

#include <attn/text/regex.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace attn::text {

/// What becomes of a match: a piece of its own, nothing, one piece together with the matches beside it, or a part of
/// the piece before or behind it.
enum class SplitBehavior { isolated, removed, contiguous, merged_with_previous, merged_with_next };

/// Each character of a kind, each occurrence of a string, or each match of an expression.
using Pattern = std::variant<bool (*)(char32_t), std::string, Regex>;

/// A piece of a text, and whether the pattern matches it.
struct Found {
  Range range;
  bool match;
};

/// Finds a pattern; one for each thread.
class Finder {
 public:
  explicit Finder(const Pattern& pattern) : pattern_(pattern) {
    if (const auto* regex = std::get_if<Regex>(&pattern)) search_.emplace(*regex);
  }

  /// Calls found(range, match) for all of the text, matches and what is between them, from left to right.
  template <class Call>
  void operator()(std::string_view text, const Call& found) {
    std::uint32_t done = 0;
    const auto match = [&](std::uint32_t begin, std::uint32_t end) {
      if (begin > done) found(Range{done, begin}, false);
      found(Range{begin, end}, true);
      done = end;
    };
    if (const auto* is = std::get_if<bool (*)(char32_t)>(&pattern_)) {
      for (std::size_t at = 0; at < text.size();) {
        const auto begin = static_cast<std::uint32_t>(at);
        if ((*is)(next_code_point(text, at))) match(begin, static_cast<std::uint32_t>(at));
      }
    } else if (const auto* string = std::get_if<std::string>(&pattern_)) {
      if (!string->empty())
        for (std::size_t at = 0; (at = text.find(*string, at)) != std::string_view::npos; at += string->size())
          match(static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + string->size()));
    } else {
      Range range;
      for (std::size_t at = 0; at <= text.size() && search_->find(text, at, range);) {
        if (range.begin < done) break;
        match(range.begin, range.end);
        at = range.end;
        if (range.empty()) at += at < text.size() ? code_point_size(text[at]) : 1;
      }
    }
    if (done < text.size()) found(Range{done, static_cast<std::uint32_t>(text.size())}, false);
  }

 private:
  const Pattern& pattern_;
  std::optional<Regex::Search> search_;
};

/// A pattern, and what it does.
struct Split {
  Pattern pattern;
  SplitBehavior behavior = SplitBehavior::isolated;
  bool invert = false;  // what lies between the matches is taken for the matches

  /// Appends the pieces of text[range], none of them empty.
  void append(Finder& finder, std::string_view text, Range range, std::vector<Range>& pieces) const {
    const std::size_t first = pieces.size();
    bool before = false;  // was the piece before this one a match?
    finder(text.substr(range.begin, range.size()), [&](Range found, bool match) {
      found.begin += range.begin;
      found.end += range.begin;
      match = match != invert;
      const bool same = pieces.size() > first;
      switch (behavior) {
        case SplitBehavior::isolated:
          pieces.push_back(found);
          break;
        case SplitBehavior::removed:
          if (!match) pieces.push_back(found);
          break;
        case SplitBehavior::contiguous:
          if (same && match == before)
            pieces.back().end = found.end;
          else
            pieces.push_back(found);
          break;
        case SplitBehavior::merged_with_previous:
          if (same && match && !before)
            pieces.back().end = found.end;
          else
            pieces.push_back(found);
          break;
        case SplitBehavior::merged_with_next:
          if (same && before && !match)
            pieces.back().end = found.end;
          else
            pieces.push_back(found);
          break;
      }
      before = match;
    });
    pieces.erase(std::remove_if(pieces.begin() + static_cast<std::ptrdiff_t>(first), pieces.end(),
                                [](const Range& piece) { return piece.empty(); }),
                 pieces.end());
  }
};

}  // namespace attn::text
