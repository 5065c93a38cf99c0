// Regular expressions over UTF-8, by PCRE2. The engine of tokenizer.json is Oniguruma: what tokenizers use means the
// same in both, but for U+180E, which only PCRE2's \s takes for a space.
#pragma once

#include <attn/base/error.hpp>
#include <attn/io/in_quotes.hpp>
#include <attn/text/aligned_text.hpp>

#ifndef PCRE2_CODE_UNIT_WIDTH
#define PCRE2_CODE_UNIT_WIDTH 8
#endif
#include <pcre2.h>

#include <memory>
#include <new>
#include <string>

namespace attn::text {

/// A compiled expression; copies share it, and any number of threads may search with it.
class Regex {
 public:
  /// Throws FormatError, which begins with `where`, when it doesn't compile.
  explicit Regex(const std::string& pattern, const std::string& where = "regular expression") {
    int error = 0;
    PCRE2_SIZE offset = 0;
    const std::string flat = without_nested_classes(pattern, where);
    pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(flat.data()), flat.size(),
                                     PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &offset, nullptr);
    if (code == nullptr) {
      char message[256] = "";
      pcre2_get_error_message(error, reinterpret_cast<PCRE2_UCHAR*>(message), sizeof message);
      throw FormatError(where + ": " + io::in_quotes(pattern, 80) + " isn't a regular expression: " + message +
                        " at byte " + std::to_string(offset));
    }
    code_ = {code, pcre2_code_free};
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);  // where there is no compiler to machine code, searching is slower
  }

  /// One thread's memory for searching.
  class Search {
   public:
    explicit Search(const Regex& regex)
        : code_(regex.code_), data_(pcre2_match_data_create_from_pattern(code_.get(), nullptr), pcre2_match_data_free) {
      if (!data_) throw std::bad_alloc();
    }

    /// The first match in `text`, which must be UTF-8, from byte `at` on: true, and where it is. Throws
    /// UnsupportedError when the search runs out of its bounds.
    bool find(std::string_view text, std::size_t at, Range& match) {
      const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
      int result = pcre2_match(code_.get(), subject, text.size(), at, PCRE2_NO_UTF_CHECK, data_.get(), nullptr);
      if (result == PCRE2_ERROR_JIT_STACKLIMIT)
        result =
            pcre2_match(code_.get(), subject, text.size(), at, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data_.get(), nullptr);
      if (result == PCRE2_ERROR_NOMATCH) return false;
      if (result < 0) {
        char message[256] = "";
        pcre2_get_error_message(result, reinterpret_cast<PCRE2_UCHAR*>(message), sizeof message);
        throw UnsupportedError(std::string("regular expression: the search fails on this text: ") + message);
      }
      const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data_.get());
      match = {static_cast<std::uint32_t>(ends[0]), static_cast<std::uint32_t>(ends[1])};
      return ends[0] <= ends[1];  // \K in a lookaround can turn them round
    }

   private:
    std::shared_ptr<pcre2_code> code_;
    std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> data_;
  };

 private:
  /// Classes within classes are united for Oniguruma, [ab[cd]] is [abcd]; PCRE2 has none. Throws UnsupportedError for
  /// those that are negated or intersected.
  static std::string without_nested_classes(const std::string& pattern, const std::string& where) {
    std::string result;
    int depth = 0;  // of classes
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const std::string_view rest = std::string_view(pattern).substr(i);
      if (rest[0] == '\\' && rest.size() > 1) {
        result += rest.substr(0, 2);
        ++i;
      } else if (rest[0] == '[' && rest.starts_with("[:") && depth > 0) {  // [:alpha:]
        const std::size_t end = rest.find(":]");
        result += rest.substr(0, end == std::string_view::npos ? rest.size() : end + 2);
        i = end == std::string_view::npos ? pattern.size() : i + end + 1;
      } else if (rest[0] == '[') {
        if (depth > 0 && rest.starts_with("[^"))
          throw UnsupportedError(where + ": " + io::in_quotes(pattern, 80) + " has a negated class within a class");
        if (depth++ == 0) result += '[';
      } else if (rest[0] == ']' && depth > 0) {
        if (--depth == 0) result += ']';
      } else if (depth > 0 && rest.starts_with("&&")) {
        throw UnsupportedError(where + ": " + io::in_quotes(pattern, 80) + " has an intersection of classes");
      } else {
        result += rest[0];
      }
    }
    return result;
  }

  std::shared_ptr<pcre2_code> code_;
};

}  // namespace attn::text
