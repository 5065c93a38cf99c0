#include <attn/text/post_processor.hpp>

#include "text/support.hpp"

using namespace attn::text;
using attn::Encoding;
using test::Strings;

namespace {

/// Tokens of a text that follow each other, as many bytes each as it has characters.
Encoding encoding(const Strings& tokens, int sequence = 0) {
  Encoding result;
  std::uint32_t at = 0;
  for (const std::string& token : tokens) {
    result.add_special(10, token, sequence);
    const auto end = at + static_cast<std::uint32_t>(count_code_points(token));
    result.bytes.back() = result.code_points.back() = {at, end};
    result.sequences.back() = sequence;
    result.special.back() = 0;
    at = end;
  }
  return result;
}

std::string shown(const Encoding& e) {
  std::string result;
  for (std::size_t i = 0; i < e.size(); ++i)
    result += (i > 0 ? " " : "") + e.tokens[i] + "/" + std::to_string(e.type_ids[i]);
  return result;
}

std::string processed(const PostProcessor& rules, bool pair, bool special) {
  Encoding second = encoding({"c"}, 1);
  return shown(post_process(rules, encoding({"a", "b"}), pair ? &second : nullptr, special));
}

std::string trimmed(const Strings& tokens, bool added_space) {
  PostProcessor rules;
  rules.trim_offsets = true;
  rules.added_space = added_space;
  const Encoding result = post_process(rules, encoding(tokens), nullptr, true);
  CHECK(result.bytes == result.code_points);
  std::string places;
  for (const Range& range : result.bytes) places += (places.empty() ? "" : " ") + test::place(range);
  return places;
}

std::string truncated(const Truncation& rules, std::size_t first_size, std::size_t second_size, std::size_t special) {
  Strings all;
  for (int i = 0; i < 9; ++i) all.push_back(std::to_string(i));
  Encoding first = encoding({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(first_size)});
  Encoding second = encoding({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(second_size)});
  truncate(rules, first, second_size > 0 ? &second : nullptr, special);
  std::string result;
  for (const std::string& token : first.tokens) result += token;
  result += '|';
  for (const std::string& token : second.tokens) result += token;
  return result;
}

}  // namespace

TEST_CASE("post-processor: nothing is put around texts, and the pair is the second segment") {
  CHECK(processed({}, false, true) == "a/0 b/0");
  CHECK(processed({}, true, true) == "a/0 b/0 c/1");
  CHECK(PostProcessor().special_tokens(true) == 0);
}

TEST_CASE("post-processor: templates for one text and two") {
  PostProcessor rules;
  const TemplatePart cls{-1, 0, {{1, "[C]"}}}, sep{-1, 2, {{2, "[S]"}, {3, "[T]"}}};
  rules.single = {cls, {0, 4}, sep};
  rules.pair = {cls, {1, 5}, sep, {0, 6}, sep};
  rules.plain_pair = {{1, 5}, {0, 6}};
  CHECK(processed(rules, false, true) == "[C]/0 a/4 b/4 [S]/2 [T]/2");
  CHECK(processed(rules, true, true) == "[C]/0 c/5 [S]/2 [T]/2 a/6 b/6 [S]/2 [T]/2");
  CHECK(processed(rules, false, false) == "a/4 b/4");
  CHECK(processed(rules, true, false) == "c/5 a/6 b/6");
  CHECK(rules.special_tokens(false) == 3);
  CHECK(rules.special_tokens(true) == 5);
}

TEST_CASE("post-processor: spaces of byte-level tokens aren't their places") {
  CHECK(trimmed({"Ġa", "b", "ĠĠc", "dĠ"}, false) == "1-2 2-3 5-6 6-7");
  CHECK(trimmed({"Ġa", "Ġb"}, true) == "0-2 3-4");  // the first space isn't in the text
  CHECK(trimmed({"ĠĠa", "b"}, true) == "1-3 3-4");
  CHECK(trimmed({"Ġ", "ĠĠ"}, false) == "1-1 3-3");
  CHECK(trimmed({"ab"}, false) == "0-2");
}

TEST_CASE("post-processor: truncation takes from the longer text first") {
  using Strategy = Truncation::Strategy;
  CHECK(truncated({4, Strategy::longest_first}, 6, 0, 0) == "0123|");
  CHECK(truncated({4, Strategy::longest_first}, 6, 0, 2) == "01|");
  CHECK(truncated({4, Strategy::longest_first, true}, 6, 0, 2) == "45|");
  CHECK(truncated({4, Strategy::longest_first}, 4, 0, 0) == "0123|");
  CHECK(truncated({2, Strategy::longest_first}, 4, 0, 5) == "|");
  CHECK(truncated({6, Strategy::longest_first}, 7, 2, 0) == "0123|01");
  CHECK(truncated({6, Strategy::longest_first}, 2, 7, 0) == "01|0123");
  CHECK(truncated({7, Strategy::longest_first}, 6, 6, 2) == "01|012");
  CHECK(truncated({5, Strategy::longest_first}, 8, 7, 0) == "012|01");
  CHECK(truncated({5, Strategy::longest_first, true}, 8, 7, 0) == "567|56");
  CHECK(truncated({9, Strategy::longest_first}, 5, 4, 0) == "01234|0123");
}

TEST_CASE("post-processor: truncation of only one text") {
  using Strategy = Truncation::Strategy;
  CHECK(truncated({5, Strategy::only_first}, 4, 3, 0) == "01|012");
  CHECK(truncated({5, Strategy::only_first, true}, 4, 3, 0) == "23|012");
  CHECK(truncated({5, Strategy::only_second}, 3, 4, 0) == "012|01");
  CHECK(truncated({3, Strategy::only_first}, 5, 0, 1) == "01|");
  const auto message = [](const Truncation& rules, std::size_t first, std::size_t second) {
    return test::message_of<attn::UsageError>([&] { truncated(rules, first, second, 1); });
  };
  CHECK(message({5, Strategy::only_second}, 5, 2) ==
        "tokenizer: the text has 7 tokens, of which 2 may be left out, expected at most 4; its rules for truncation "
        "allow no more");
  CHECK(message({3, Strategy::only_second}, 4, 0) ==
        "tokenizer: the text has 4 tokens, of which 0 may be left out, expected at most 2; its rules for truncation "
        "allow no more");
}

TEST_CASE("post-processor: padding to a length, to a multiple, and on the left") {
  const auto padded = [](const Padding& rules, const Strings& tokens) { return shown(pad(rules, encoding(tokens))); };
  CHECK(padded({4, 0, false, 9, 3, "[P]"}, {"a", "b"}) == "a/0 b/0 [P]/3 [P]/3");
  CHECK(padded({4, 0, true, 9, 3, "[P]"}, {"a", "b"}) == "[P]/3 [P]/3 a/0 b/0");
  CHECK(padded({1, 0, false, 9, 3, "[P]"}, {"a", "b"}) == "a/0 b/0");
  CHECK(padded({0, 3, false, 9, 0, "."}, {"a", "b"}) == "a/0 b/0 ./0");
  CHECK(padded({4, 3, false, 9, 0, "."}, {"a"}) == "a/0 ./0 ./0 ./0 ./0 ./0");
  CHECK(padded({0, 2, false, 9, 0, "."}, {"a", "b"}) == "a/0 b/0");
  const Encoding result = pad({2, 0, false, 9, 0, "."}, encoding({"a"}));
  CHECK(result.ids == std::vector<int>{10, 9});
  CHECK(result.padding == std::vector<std::uint8_t>{0, 1});
  CHECK(result.special == std::vector<std::uint8_t>{0, 1});
}
