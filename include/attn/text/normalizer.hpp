// What is done to a text before it is cut into words: the normalizers of tokenizer.json.
#pragma once

#include <attn/text/charsmap.hpp>
#include <attn/text/normalization_form.hpp>
#include <attn/text/split.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace attn::text {

using Normalizer = std::function<AlignedText(AlignedText)>;

inline Normalizer normalize_sequence(std::vector<Normalizer> steps) {
  return [steps = std::move(steps)](AlignedText text) {
    for (const Normalizer& step : steps) text = step(std::move(text));
    return text;
  };
}

inline Normalizer normalize_unicode(NormalizationForm form) {
  return [form](AlignedText text) { return to_normalization_form(std::move(text), form); };
}

namespace detail {

/// Writes the text anew by change(c, rewriter), which writes something for each character that it doesn't skip.
template <class Change>
AlignedText rewrite_characters(const AlignedText& text, const Change& change) {
  Rewriter rewriter(text);
  const std::string& from = text.text();
  for (std::size_t at = 0; at < from.size();) change(next_code_point(from, at), rewriter);
  return rewriter.finish();
}

/// Only those characters that keep(c) keeps.
template <class Keep>
AlignedText filter(AlignedText text, const Keep& keep) {
  const std::string& from = text.text();
  bool keeps_all = true;
  for (std::size_t at = 0; keeps_all && at < from.size();) keeps_all = keep(next_code_point(from, at));
  if (keeps_all) return text;
  return rewrite_characters(text, [&](char32_t c, Rewriter& rewriter) {
    if (keep(c))
      rewriter.keep(code_point_size(from[rewriter.at()]));
    else
      rewriter.skip();
  });
}

inline char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace detail

inline AlignedText to_lower_case(AlignedText text) {
  if (is_ascii(text.text())) {
    text.change_bytes(detail::lower_ascii);
    return text;
  }
  return detail::rewrite_characters(text, [](char32_t c, Rewriter& rewriter) {
    rewriter.replace(c == 0x130 ? U'i' : lower(c));
    if (c == 0x130) rewriter.insert(0x307);
  });
}

inline AlignedText strip_accents(AlignedText text) {
  if (is_ascii(text.text())) return text;
  return detail::filter(std::move(text), [](char32_t c) { return !is_mark(c); });
}

struct BertRules {
  bool clean_text = true, handle_chinese_chars = true, strip_accents = true, lowercase = true;
};

/// No control characters, every space a plain one, spaces around each Chinese character, no accents, lower case: each
/// where the rules say so [Devlin 2018, tokenization.py].
inline Normalizer normalize_bert(BertRules rules) {
  return [rules](AlignedText text) {
    if (rules.clean_text) {
      text = detail::filter(std::move(text), [](char32_t c) { return c != 0 && c != 0xFFFD && !is_control(c); });
      if (is_ascii(text.text()))
        text.change_bytes([](char c) { return is_whitespace(static_cast<unsigned char>(c)) ? ' ' : c; });
      else
        text = detail::rewrite_characters(
            text, [](char32_t c, Rewriter& rewriter) { rewriter.replace(is_whitespace(c) ? U' ' : c); });
    }
    if (rules.handle_chinese_chars && !is_ascii(text.text()))
      text = detail::rewrite_characters(text, [](char32_t c, Rewriter& rewriter) {
        if (!is_chinese(c)) return rewriter.replace(c);
        rewriter.replace(U' ');
        rewriter.insert(c);
        rewriter.insert(U' ');
      });
    if (rules.strip_accents)
      text = detail::filter(to_normalization_form(std::move(text), NormalizationForm::nfd),
                            [](char32_t c) { return !is_nonspacing_mark(c); });
    if (rules.lowercase) text = to_lower_case(std::move(text));
    return text;
  };
}

/// Without the spaces at the ends.
inline Normalizer normalize_strip(bool left, bool right) {
  return [left, right](AlignedText text) {
    const std::string& from = text.text();
    std::size_t begin = 0, end = from.size();
    while (left && begin < end) {
      std::size_t at = begin;
      if (!is_whitespace(next_code_point(from, at))) break;
      begin = at;
    }
    while (right && end > begin) {
      std::size_t last = end - 1, at;
      while (continues_code_point(from[last])) --last;
      at = last;
      if (!is_whitespace(next_code_point(from, at))) break;
      end = last;
    }
    if (begin == 0 && end == from.size()) return text;
    Rewriter rewriter(text);
    rewriter.skip_bytes(begin);
    rewriter.keep(end - begin);
    rewriter.skip_bytes(from.size() - end);
    return rewriter.finish();
  };
}

/// Every match of the pattern becomes `content`, which stands for the last character of the match.
inline AlignedText replace_all(AlignedText text, const Pattern& pattern, const std::string& content) {
  const std::string& from = text.text();
  if (const auto* string = std::get_if<std::string>(&pattern); string && from.find(*string) == std::string::npos)
    return text;
  Finder finder(pattern);
  Rewriter rewriter(text);
  finder(from, [&](Range range, bool match) {
    if (!match) return rewriter.keep(range.size());
    rewriter.skip_bytes(range.size());
    for (std::size_t at = 0; at < content.size();) rewriter.insert(next_code_point(content, at));
  });
  return rewriter.finish();
}

inline Normalizer normalize_replace(Pattern pattern, std::string content) {
  return [pattern = std::make_shared<const Pattern>(std::move(pattern)),
          content = std::move(content)](AlignedText text) { return replace_all(std::move(text), *pattern, content); };
}

/// Begins with `prefix`, which stands for the first character; of nothing, nothing.
inline Normalizer normalize_prepend(std::string prefix) {
  return [prefix = std::move(prefix)](AlignedText text) {
    if (text.text().empty()) return text;
    Rewriter rewriter(text);
    for (std::size_t at = 0; at < prefix.size();) rewriter.insert_before_next(next_code_point(prefix, at));
    return rewriter.finish();
  };
}

/// SentencePiece's rules as Hugging Face applies them: to each short grapheme cluster, else to its characters, and
/// always by the shortest rule, of which the whole cluster is then replaced.
inline Normalizer normalize_charsmap(Charsmap rules) {
  return [rules = std::make_shared<const Charsmap>(std::move(rules))](AlignedText text) {
    const std::string& from = text.text();
    std::vector<detail::PlacedCharacter> written;
    written.reserve(from.size());
    const auto replace = [&](std::string_view part, std::string_view by) {
      const auto more = static_cast<int>(count_code_points(by)) - static_cast<int>(count_code_points(part));
      for (std::size_t at = 0; at < by.size();) written.push_back({next_code_point(by, at), 0});
      for (std::size_t i = 0; static_cast<int>(i) < more; ++i) written[written.size() - 1 - i].change = 1;
      // What is removed goes with the character before, even where that isn't of this part.
      if (more < 0 && !written.empty()) written.back().change += more;
    };
    const auto of_cluster = [&](std::string_view cluster) {
      if (cluster.size() < 6)
        if (const auto rule = rules->shortest(cluster)) return replace(cluster, rule->replacement);
      for (std::size_t at = 0; at < cluster.size();) {
        const std::size_t size = code_point_size(cluster[at]);
        std::size_t next = at;
        if (const auto rule = rules->shortest(cluster.substr(at, size)))
          replace(cluster.substr(at, size), rule->replacement);
        else
          written.push_back({next_code_point(cluster, next), 0});
        at += size;
      }
    };
    std::size_t begin = 0;
    utf8proc_int32_t state = 0;
    char32_t before = 0;
    for (std::size_t at = 0; at < from.size();) {
      const std::size_t here = at;
      const char32_t c = next_code_point(from, at);
      if (here > 0 && utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(before),
                                                       static_cast<utf8proc_int32_t>(c), &state)) {
        of_cluster(std::string_view(from).substr(begin, here - begin));
        begin = here;
      }
      before = c;
    }
    if (begin < from.size()) of_cluster(std::string_view(from).substr(begin));
    Rewriter rewriter(text);
    for (const detail::PlacedCharacter& c : written) rewriter.write(c.code, c.change);
    rewriter.skip_bytes(from.size() - rewriter.at());
    return rewriter.finish();
  };
}

}  // namespace attn::text
