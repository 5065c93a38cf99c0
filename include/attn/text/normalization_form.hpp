// Unicode's normalisation forms, with the place of every character [Unicode TR 15].
//
// Each part that isn't ASCII is decomposed, its marks are put into order, and for NFC and NFKC it is composed again.
// utf8proc has the tables, but doesn't say which character became which.
#pragma once

#include <attn/text/aligned_text.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace attn::text {

enum class NormalizationForm { nfc, nfd, nfkc, nfkd };

namespace detail {

struct PlacedCharacter {
  char32_t code;
  int change;  // as Rewriter::write() takes it
};

inline int combining_class(char32_t c) {
  if (c < 0x300 || is_in(kLaterMarks, c)) return 0;
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->combining_class;
}

/// Appends what `c` decomposes into.
inline void decompose(char32_t c, bool compatible, std::vector<PlacedCharacter>& to) {
  if (c < 0xA0 || is_in(kLaterDecompositions, c)) return to.push_back({c, 0});
  std::array<utf8proc_int32_t, 32> codes;
  int boundary = 0;
  const int options = UTF8PROC_DECOMPOSE | (compatible ? UTF8PROC_COMPAT : 0);
  const auto size = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), codes.data(), codes.size(),
                                            static_cast<utf8proc_option_t>(options), &boundary);
  if (size < 1 || size > static_cast<utf8proc_ssize_t>(codes.size())) return to.push_back({c, 0});
  for (utf8proc_ssize_t i = 0; i < size; ++i)
    to.push_back({static_cast<char32_t>(codes[static_cast<std::size_t>(i)]), i > 0 ? 1 : 0});
}

/// The one character that two make together, or 0.
inline char32_t composed(char32_t first, char32_t second) {
  const bool hangul = second >= 0x1160 && second <= 0x11FF;
  if (!hangul && utf8proc_get_property(static_cast<utf8proc_int32_t>(second))->comb_index == UINT16_MAX) return 0;
  std::array<utf8proc_int32_t, 2> codes = {static_cast<utf8proc_int32_t>(first), static_cast<utf8proc_int32_t>(second)};
  const auto size =
      utf8proc_normalize_utf32(codes.data(), 2, static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
  return size == 1 ? static_cast<char32_t>(codes[0]) : 0;
}

/// Puts each run of marks into its order.
inline void order_marks(std::vector<PlacedCharacter>& part) {
  const auto is_starter = [](const PlacedCharacter& c) { return combining_class(c.code) == 0; };
  for (auto begin = part.begin(); begin != part.end();) {
    begin = std::find_if_not(begin, part.end(), is_starter);
    const auto end = std::find_if(begin, part.end(), is_starter);
    std::stable_sort(begin, end, [](const PlacedCharacter& a, const PlacedCharacter& b) {
      return combining_class(a.code) < combining_class(b.code);
    });
    begin = end;
  }
}

/// Composes a part in place [TR 15, D117].
inline void compose(std::vector<PlacedCharacter>& part) {
  std::vector<PlacedCharacter> result;
  std::size_t starter = part.size();  // in the result; none yet
  int last_class = -1;                // of what stands between the starter and the next character
  for (const PlacedCharacter& c : part) {
    const int its_class = combining_class(c.code);
    const bool blocked = last_class >= its_class;
    if (starter < result.size() && !blocked) {
      if (const char32_t both = composed(result[starter].code, c.code)) {
        result[starter].code = both;
        result[starter].change += c.change - 1;
        continue;
      }
    }
    if (its_class == 0) {
      starter = result.size();
      last_class = -1;
    } else {
      last_class = its_class;
    }
    result.push_back(c);
  }
  part = std::move(result);
}

}  // namespace detail

/// The text in a normalisation form.
inline AlignedText to_normalization_form(AlignedText text, NormalizationForm form) {
  const std::string& from = text.text();
  if (is_ascii(from)) return text;
  const bool compatible = form == NormalizationForm::nfkc || form == NormalizationForm::nfkd;
  const bool composes = form == NormalizationForm::nfc || form == NormalizationForm::nfkc;
  Rewriter rewriter(text);
  std::vector<detail::PlacedCharacter> part;
  for (std::size_t at = 0; at < from.size();) {
    const std::size_t begin = at;
    while (at < from.size() && static_cast<unsigned char>(from[at]) < 0x80) ++at;
    if (at == from.size()) break;
    if (at > begin) rewriter.keep(--at - begin);  // the last one may go together with what follows
    part.clear();
    do detail::decompose(next_code_point(from, at), compatible, part);
    while (at < from.size() && static_cast<unsigned char>(from[at]) >= 0x80);
    detail::order_marks(part);
    if (composes) detail::compose(part);
    for (const detail::PlacedCharacter& c : part) rewriter.write(c.code, c.change);
  }
  return rewriter.finish();
}

}  // namespace attn::text
