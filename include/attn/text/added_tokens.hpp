// Tokens that are found in a text before anything else is done to it: special ones, and those that users have added.
#pragma once

#include <attn/text/prefix_trie.hpp>
#include <attn/text/vocabulary.hpp>
#include <attn/text/normalizer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace attn::text {

struct AddedToken {
  int id = 0;
  std::string content;
  bool special = false;
  bool normalized = false;   // it is looked for in the normalised text, and normalised itself
  bool is_normal = false;    // its content is normalised already
  bool single_word = false;  // not within a word
  bool lstrip = false;       // with the spaces before it
  bool rstrip = false;       // with the spaces behind it
};

/// Finds added tokens: at each place the longest, from left to right.
class AddedTokenFinder {
 public:
  AddedTokenFinder() = default;

  /// Empty tokens are never found.
  explicit AddedTokenFinder(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
    std::vector<std::pair<std::string_view, std::int32_t>> strings;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].content.empty()) continue;
      strings.emplace_back(tokens_[i].content, static_cast<std::int32_t>(i));
      begins_[static_cast<unsigned char>(tokens_[i].content[0])] = true;
    }
    trie_ = PrefixTrie(std::move(strings));
  }

  /// Calls found(range, token) for all of the text; token is null for what is between the tokens.
  template <class Found>
  void operator()(std::string_view text, const Found& found) const {
    std::size_t done = 0;
    const auto range = [](std::size_t begin, std::size_t end) {
      return Range{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    };
    for (std::size_t at = 0; at < text.size();) {
      if (!begins_[static_cast<unsigned char>(text[at])]) {
        ++at;
        continue;
      }
      std::size_t size = 0;
      std::int32_t which = -1;
      trie_.for_each_prefix(text.substr(at), [&](std::size_t length, std::int32_t token) {
        size = length;
        which = token;
      });
      if (which < 0) {
        ++at;
        continue;
      }
      const AddedToken& token = tokens_[static_cast<std::size_t>(which)];
      std::size_t begin = at, end = at + size;
      at = end;
      if (token.single_word && (ends_with_word(text.substr(0, begin)) || begins_with_word(text.substr(end)))) continue;
      if (token.lstrip)
        while (begin > done) {
          std::size_t last = begin - 1, behind;
          while (last > done && continues_code_point(text[last])) --last;
          behind = last;
          if (!is_whitespace(next_code_point(text, behind))) break;
          begin = last;
        }
      if (token.rstrip)
        while (end < text.size()) {
          std::size_t behind = end;
          if (!is_whitespace(next_code_point(text, behind))) break;
          end = behind;
        }
      if (done < begin) found(range(done, begin), nullptr);
      found(range(begin, end), &token);
      done = end;
      at = std::max(at, end);
    }
    if (done < text.size()) found(range(done, text.size()), nullptr);
  }

 private:
  static bool begins_with_word(std::string_view text) {
    std::size_t at = 0;
    return !text.empty() && is_word(next_code_point(text, at));
  }
  static bool ends_with_word(std::string_view text) {
    if (text.empty()) return false;
    std::size_t last = text.size() - 1;
    while (last > 0 && continues_code_point(text[last])) --last;
    return is_word(next_code_point(text, last));
  }

  std::vector<AddedToken> tokens_;
  std::array<bool, 256> begins_{};  // bytes that a token begins with
  PrefixTrie trie_;
};

}  // namespace attn::text
