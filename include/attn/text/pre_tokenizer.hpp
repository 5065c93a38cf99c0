// How a text is cut into words, which no token crosses: the pre-tokenizers of tokenizer.json.
#pragma once

#include <attn/text/byte_level.hpp>
#include <attn/text/split.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace attn::text {

/// A text and its pieces, from left to right; what lies between them was removed.
struct Pieces {
  AlignedText text;
  std::vector<Range> pieces;
};

using PreTokenizer = std::function<Pieces(Pieces)>;

inline PreTokenizer pre_tokenize_sequence(std::vector<PreTokenizer> steps) {
  return [steps = std::move(steps)](Pieces pieces) {
    for (const PreTokenizer& step : steps) pieces = step(std::move(pieces));
    return pieces;
  };
}

/// Cuts each piece where a pattern is found.
inline Pieces split_pieces(Pieces pieces, const Split& split) {
  Finder finder(split.pattern);
  std::vector<Range> parts;
  parts.reserve(pieces.pieces.size());
  for (const Range& piece : pieces.pieces) split.append(finder, pieces.text.text(), piece, parts);
  pieces.pieces = std::move(parts);
  return pieces;
}

inline PreTokenizer pre_tokenize_split(Split split) {
  return [split = std::make_shared<const Split>(std::move(split))](Pieces pieces) {
    return split_pieces(std::move(pieces), *split);
  };
}

/// At spaces, which are removed.
inline PreTokenizer pre_tokenize_whitespace_split() {
  return pre_tokenize_split({static_cast<bool (*)(char32_t)>(is_whitespace), SplitBehavior::removed});
}

/// At spaces; each punctuation mark is a piece of its own.
inline PreTokenizer pre_tokenize_bert() {
  return pre_tokenize_sequence(
      {pre_tokenize_whitespace_split(), pre_tokenize_split({static_cast<bool (*)(char32_t)>(is_punctuation)})});
}

/// \w+|[^\w\s]+
inline PreTokenizer pre_tokenize_whitespace() {
  return pre_tokenize_sequence(
      {pre_tokenize_whitespace_split(),
       pre_tokenize_split({static_cast<bool (*)(char32_t)>(is_word), SplitBehavior::contiguous})});
}

namespace detail {
/// Writes each piece anew by write(piece, rewriter), which must go through all of it; what is between them is dropped.
template <class Write>
Pieces rewrite_pieces(const Pieces& pieces, const Write& write) {
  Rewriter rewriter(pieces.text);
  Pieces result;
  result.pieces.reserve(pieces.pieces.size());
  for (const Range& piece : pieces.pieces) {
    rewriter.skip_bytes(piece.begin - rewriter.at());
    const std::uint32_t begin = rewriter.written();
    write(piece, rewriter);
    result.pieces.push_back({begin, rewriter.written()});
  }
  rewriter.skip_bytes(pieces.text.text().size() - rewriter.at());
  result.text = rewriter.finish();
  return result;
}
}  // namespace detail

/// GPT-2's: words with the space before them, and each byte as a visible character.
inline PreTokenizer pre_tokenize_byte_level(bool add_prefix_space, bool use_regex) {
  const auto words = std::make_shared<const Split>(
      Split{Regex("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+")});
  return [=](Pieces pieces) {
    if (add_prefix_space)
      pieces = detail::rewrite_pieces(pieces, [&](const Range& piece, Rewriter& rewriter) {
        if (!pieces.text.at(piece).starts_with(' ') && !piece.empty()) rewriter.insert_before_next(U' ');
        rewriter.keep(piece.size());
      });
    if (use_regex) pieces = split_pieces(std::move(pieces), *words);
    return detail::rewrite_pieces(pieces, [&](const Range& piece, Rewriter& rewriter) {
      const std::string& text = pieces.text.text();
      while (rewriter.at() < piece.end) {
        const std::size_t begin = rewriter.at(), size = code_point_size(text[begin]);
        if (size == 1 && character_of_byte(text[begin]) < 0x80) {
          rewriter.keep(1);
          continue;
        }
        for (std::size_t i = 0; i < size; ++i) rewriter.insert_before_next(character_of_byte(text[begin + i]));
        rewriter.skip_bytes(size);
      }
    });
  };
}

/// Whether Metaspace puts a space before a text.
enum class PrependScheme { never, first, always };

/// SentencePiece's: a space is a character of the word behind it.
inline PreTokenizer pre_tokenize_metaspace(std::string replacement, PrependScheme prepend, bool split) {
  const auto words = std::make_shared<const Split>(Split{replacement, SplitBehavior::merged_with_next});
  return [=](Pieces pieces) {
    pieces = detail::rewrite_pieces(pieces, [&](const Range& piece, Rewriter& rewriter) {
      const std::string_view text = pieces.text.at(piece);
      const auto insert = [&](const auto& put) {
        for (std::size_t at = 0; at < replacement.size();) put(next_code_point(replacement, at));
      };
      const bool has_it = text.starts_with(replacement) || text.starts_with(' ');
      const bool wanted =
          prepend == PrependScheme::always || (prepend == PrependScheme::first && pieces.text.origin(piece).begin == 0);
      if (wanted && !has_it && !text.empty()) insert([&](char32_t c) { rewriter.insert_before_next(c); });
      while (rewriter.at() < piece.end) {
        const std::size_t space = piece.begin + std::min(text.find(' ', rewriter.at() - piece.begin), text.size());
        rewriter.keep(space - rewriter.at());
        if (space == piece.end) break;
        insert([&](char32_t c) { rewriter.insert_before_next(c); });
        rewriter.skip_bytes(1);
      }
    });
    return split ? split_pieces(std::move(pieces), *words) : pieces;
  };
}

}  // namespace attn::text
