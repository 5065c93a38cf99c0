// Tokens as people read them: without the spelling of a vocabulary, and with every space visible.
#pragma once

#include <attn/text/byte_fallback.hpp>
#include <attn/text/byte_level.hpp>

#include <string>
#include <string_view>

namespace attn::text {

/// How a vocabulary writes spaces and parts of words.
struct Spelling {
  bool byte_level = false;         // bytes as characters: Ġ is a space
  std::string space;               // what a space is replaced by: ▁
  std::string continuing_prefix;   // what parts within a word begin with: ##
  std::string end_of_word_suffix;  // what words end with: </w>
};

/// ␣ for a space, ↵ for a line end, ⇥ for a tab, <0x…> for bytes that aren't a character or that nobody sees.
inline std::string visible(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const std::optional<char32_t> code = attn::detail::next_code_point(text, at);
    if (!code) at = begin + 1;
    if (code == U' ')
      result += "␣";
    else if (code == U'\n')
      result += "↵";
    else if (code == U'\t')
      result += "⇥";
    else if (!code || *code < 0x20 || (*code >= 0x7F && *code < 0xA0))
      for (std::size_t i = begin; i < at; ++i) result += byte_token(static_cast<unsigned char>(text[i]));
    else
      result += text.substr(begin, at - begin);
  }
  return result;
}

/// The label of a token that comes from a text.
inline std::string label(std::string_view token, const Spelling& spelling) {
  std::string plain(token);
  if (spelling.byte_level) {
    if (const auto bytes = bytes_of_token(token)) plain = *bytes;
  }
  if (!spelling.continuing_prefix.empty() && plain.size() > spelling.continuing_prefix.size() &&
      plain.starts_with(spelling.continuing_prefix))
    plain.erase(0, spelling.continuing_prefix.size());
  if (!spelling.end_of_word_suffix.empty() && plain.size() > spelling.end_of_word_suffix.size() &&
      plain.ends_with(spelling.end_of_word_suffix))
    plain.resize(plain.size() - spelling.end_of_word_suffix.size());
  if (!spelling.space.empty())
    for (std::size_t at = 0; (at = plain.find(spelling.space, at)) != std::string::npos; ++at)
      plain.replace(at, spelling.space.size(), " ");
  return visible(plain);
}

}  // namespace attn::text
