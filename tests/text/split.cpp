#include <attn/text/split.hpp>

#include "text/support.hpp"

using namespace attn::text;
using test::Strings;

namespace {

using Is = bool (*)(char32_t);
bool is_dash(char32_t c) { return c == U'-'; }

Strings split(const Pattern& pattern, SplitBehavior behavior, bool invert, std::string_view text) {
  const Split rule{pattern, behavior, invert};
  Finder finder(rule.pattern);
  // Within a longer text: what is around isn't looked at.
  const std::string whole = "-x" + std::string(text) + "-y";
  std::vector<Range> pieces = {{0, 2}};
  rule.append(finder, whole, {2, static_cast<std::uint32_t>(2 + text.size())}, pieces);
  Strings result;
  for (std::size_t i = 1; i < pieces.size(); ++i) result.push_back(whole.substr(pieces[i].begin, pieces[i].size()));
  return result;
}

}  // namespace

TEST_CASE("split: five behaviours, by a function, a string and an expression") {
  const std::string text = "the-final--countdown-";
  for (const Pattern& pattern : {Pattern(Is(is_dash)), Pattern(std::string("-")), Pattern(Regex("-"))}) {
    CAPTURE(pattern.index());
    CHECK(split(pattern, SplitBehavior::removed, false, text) == Strings{"the", "final", "countdown"});
    CHECK(split(pattern, SplitBehavior::isolated, false, text) ==
          Strings{"the", "-", "final", "-", "-", "countdown", "-"});
    CHECK(split(pattern, SplitBehavior::contiguous, false, text) ==
          Strings{"the", "-", "final", "--", "countdown", "-"});
    CHECK(split(pattern, SplitBehavior::merged_with_previous, false, text) ==
          Strings{"the-", "final-", "-", "countdown-"});
    CHECK(split(pattern, SplitBehavior::merged_with_next, false, text) ==
          Strings{"the", "-final", "-", "-countdown", "-"});
    CHECK(split(pattern, SplitBehavior::removed, true, text) == Strings{"-", "-", "-", "-"});
    CHECK(split(pattern, SplitBehavior::isolated, true, text) ==
          Strings{"the", "-", "final", "-", "-", "countdown", "-"});
    CHECK(split(pattern, SplitBehavior::contiguous, true, text) ==
          Strings{"the", "-", "final", "--", "countdown", "-"});
    CHECK(split(pattern, SplitBehavior::merged_with_previous, true, text) ==
          Strings{"the", "-final", "-", "-countdown", "-"});
    CHECK(split(pattern, SplitBehavior::merged_with_next, true, text) == Strings{"the-", "final-", "-", "countdown-"});
    for (const auto behavior : {SplitBehavior::isolated, SplitBehavior::removed, SplitBehavior::contiguous,
                                SplitBehavior::merged_with_previous, SplitBehavior::merged_with_next}) {
      CHECK(split(pattern, behavior, false, "") == Strings{});
      CHECK(split(pattern, behavior, false, "none é") == Strings{"none é"});
      CHECK(split(pattern, behavior, true, "none é") ==
            (behavior == SplitBehavior::removed ? Strings{} : Strings{"none é"}));
    }
  }
}

TEST_CASE("split: at each character of a kind, whole characters") {
  CHECK(split(Is(is_chinese), SplitBehavior::isolated, false, "a中文é") == Strings{"a", "中", "文", "é"});
  CHECK(split(Is(is_chinese), SplitBehavior::contiguous, false, "a中文é") == Strings{"a", "中文", "é"});
}

TEST_CASE("split: the longest strings from the left don't overlap; of an empty one there is none") {
  CHECK(split(std::string("aa"), SplitBehavior::isolated, false, "aaaab") == Strings{"aa", "aa", "b"});
  CHECK(split(std::string(), SplitBehavior::isolated, false, "abc") == Strings{"abc"});
}

TEST_CASE("split: an expression that matches nothing at all cuts, and goes on") {
  CHECK(split(Regex("(?=[A-Z])"), SplitBehavior::removed, false, "oneTwoÉ") == Strings{"one", "TwoÉ"});
  CHECK(split(Regex(""), SplitBehavior::removed, false, "aé中") == Strings{"a", "é", "中"});
  CHECK(split(Regex("b*"), SplitBehavior::isolated, false, "abba") == Strings{"a", "bb", "a"});
}
