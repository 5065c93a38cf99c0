// From tokens back to text: the decoders of tokenizer.json.
#pragma once

#include <attn/text/byte_fallback.hpp>
#include <attn/text/byte_level.hpp>
#include <attn/text/normalizer.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace attn::text {

using Decoder = std::function<std::vector<std::string>(std::vector<std::string>)>;

inline Decoder decode_sequence(std::vector<Decoder> steps) {
  return [steps = std::move(steps)](std::vector<std::string> tokens) {
    for (const Decoder& step : steps) tokens = step(std::move(tokens));
    return tokens;
  };
}

namespace detail {

inline void replace_in(std::string& text, std::string_view from, std::string_view to) {
  if (from.empty()) return;
  std::size_t done = 0, at = text.find(from);
  if (at == std::string::npos) return;
  std::string result;
  for (; at != std::string::npos; at = text.find(from, done)) {
    result.append(text, done, at - done).append(to);
    done = at + from.size();
  }
  text = result.append(text, done);
}

/// Changes each token by change(token, index).
template <class Change>
Decoder decode_each(Change change) {
  return [change = std::move(change)](std::vector<std::string> tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) change(tokens[i], i, tokens.size());
    return tokens;
  };
}

}  // namespace detail

/// All bytes together as UTF-8.
inline Decoder decode_byte_level() {
  return [](const std::vector<std::string>& tokens) {
    std::string bytes;
    for (const std::string& token : tokens) bytes += bytes_of_token(token).value_or(token);
    return std::vector<std::string>{to_valid_utf8(bytes)};
  };
}

/// Tokens with the prefix go on with the word before; with `cleanup`, English punctuation has no space before it.
inline Decoder decode_word_piece(std::string prefix, bool cleanup) {
  return detail::decode_each([prefix = std::move(prefix), cleanup](std::string& token, std::size_t i, std::size_t) {
    if (i > 0) token = token.starts_with(prefix) ? token.substr(prefix.size()) : " " + token;
    if (!cleanup) return;
    constexpr std::pair<std::string_view, std::string_view> kContracted[] = {
        {" .", "."},   {" ?", "?"},           {" !", "!"},   {" ,", ","},     {" ' ", "'"},   {" n't", "n't"},
        {" 'm", "'m"}, {" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};
    for (const auto& [from, to] : kContracted) detail::replace_in(token, from, to);
  });
}

/// The replacement of a space, `mark`, is a space again; in the first token it is none, where one was put there.
inline Decoder decode_metaspace(std::string mark, bool prepended) {
  return detail::decode_each([mark = std::move(mark), prepended](std::string& token, std::size_t i, std::size_t) {
    detail::replace_in(token, mark, i == 0 && prepended ? "" : " ");
  });
}

/// Words end with `suffix`.
inline Decoder decode_bpe(std::string suffix) {
  return detail::decode_each([suffix = std::move(suffix)](std::string& token, std::size_t i, std::size_t count) {
    detail::replace_in(token, suffix, i + 1 == count ? "" : " ");
  });
}

inline Decoder decode_replace(Pattern pattern, std::string content) {
  return detail::decode_each([pattern = std::make_shared<const Pattern>(std::move(pattern)),
                              content = std::move(content)](std::string& token, std::size_t, std::size_t) {
    token = replace_all(AlignedText(token, 0), *pattern, content).text();
  });
}

inline Decoder decode_fuse() {
  return [](const std::vector<std::string>& tokens) {
    std::string all;
    for (const std::string& token : tokens) all += token;
    return std::vector<std::string>{all};
  };
}

/// Takes at most `start` characters `content` away before each token, and `stop` behind it.
inline Decoder decode_strip(std::string content, std::size_t start, std::size_t stop) {
  return detail::decode_each([=](std::string& token, std::size_t, std::size_t) {
    if (content.empty()) return;
    for (std::size_t n = 0; n < start && token.starts_with(content); ++n) token.erase(0, content.size());
    for (std::size_t n = 0; n < stop && token.ends_with(content); ++n) token.resize(token.size() - content.size());
  });
}

/// Tokens <0x…> beside each other are the bytes of a text; each is U+FFFD where they aren't UTF-8.
inline Decoder decode_byte_fallback() {
  return [](const std::vector<std::string>& tokens) {
    std::vector<std::string> result;
    std::string bytes;
    const auto finish = [&] {
      if (bytes.empty()) return;
      if (is_utf8(bytes))
        result.push_back(bytes);
      else
        result.insert(result.end(), bytes.size(), "\xEF\xBF\xBD");
      bytes.clear();
    };
    for (const std::string& token : tokens) {
      if (const auto byte = byte_of_token(token)) {
        bytes += *byte;
        continue;
      }
      finish();
      result.push_back(token);
    }
    finish();
    return result;
  };
}

}  // namespace attn::text
