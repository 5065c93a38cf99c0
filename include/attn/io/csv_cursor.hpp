// A place in a table of text: takes one field after the other, as text or as a number, and knows its line and column.
//
// Numbers are read straight from the file's memory; only quoted or unusual fields are copied first.
#pragma once

#include <attn/base/error.hpp>
#include <attn/base/utf8.hpp>
#include <attn/io/number_text.hpp>
#include <attn/io/in_quotes.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace attn::io {

/// Whether the text, apart from spaces around it, is a number, be it too large for a double. Nothing is not.
inline bool is_number(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  const char* next = text.data() + begin;
  const char* end = text.data() + (text.find_last_not_of(" \t") + 1);
  double value = 0;
  const NumberText result = next < end ? read_number(next, end, value) : NumberText::not_a_number;
  return (result == NumberText::number && next == end) || result == NumberText::out_of_range;
}

class CsvCursor {
 public:
  CsvCursor(const std::string& file, std::string_view text, char separator)
      : file_(file), next_(text.data()), end_(text.data() + text.size()), separator_(separator) {
    if (text.starts_with("\xef\xbb\xbf")) next_ += 3;
  }

  /// Whether nothing but empty lines is left.
  bool at_end() const {
    return std::all_of(next_, end_, [](char c) { return c == '\n' || c == '\r'; });
  }
  bool row_ended() const { return row_ended_; }

  /// A new row, which should have `width` fields.
  void begin_row(std::size_t width) {
    width_ = width;
    row_line_ = line_;
    row_begin_ = next_;
    column_ = 0;
    row_ended_ = false;
  }

  /// Throws FormatError unless the row that has ended had as many fields as it should.
  void end_row() const {
    if (column_ != width_) fail_width(std::to_string(column_) + (column_ == 1 ? " field" : " fields"), "");
  }

  std::size_t bytes_left() const { return static_cast<std::size_t>(end_ - next_); }
  std::size_t bytes_in_row() const { return static_cast<std::size_t>(next_ - row_begin_); }

  std::vector<std::string> row() {
    std::vector<std::string> fields;
    for (begin_row(0); !row_ended_;) fields.push_back(field());
    return fields;
  }

  /// The next field as text. Throws FormatError if it isn't UTF-8.
  std::string field() {
    const std::size_t line = line_;
    std::string text;
    if (next_ != end_ && *next_ == '"') {
      text = quoted_field();
    } else {
      const char* begin = next_;
      while (next_ != end_ && *next_ != separator_ && *next_ != '\n') ++next_;
      text.assign(begin, next_);
      if ((next_ == end_ || *next_ == '\n') && text.ends_with('\r')) text.pop_back();
    }
    end_field();
    if (const auto bad = first_invalid_utf8(text))
      throw FormatError(file_ + ": line " + std::to_string(line) + ", column " + std::to_string(column_) + ": " +
                        in_quotes(text) + " isn't UTF-8 at byte " + std::to_string(*bad) +
                        "; convert it, e.g. with iconv -t UTF-8");
    return text;
  }

  /// The next field as a number.
  double number() {
    double value = 0;
    const char* next = next_;
    while (next != end_ && *next == ' ') ++next;
    if (read_number(next, end_, value) == NumberText::number &&
        (next == end_ || *next == separator_ || *next == '\n')) {
      next_ = next;
      end_field();
      return value;
    }
    return number_from_text();
  }

 private:
  [[noreturn]] void fail_width(const std::string& actual, const std::string& unit) const {
    throw FormatError(file_ + ": line " + std::to_string(row_line_) + ": " + actual + ", expected " +
                      std::to_string(width_) + unit + " as in line 1");
  }

  double number_from_text() {
    const std::size_t line = line_;
    const std::string text = field();
    const std::size_t first = text.find_first_not_of(" \t");
    const char* next = text.data() + (first == std::string::npos ? text.size() : first);
    const char* end = text.data() + (text.find_last_not_of(" \t") + 1);
    double value = 0;
    const NumberText result = next < end ? read_number(next, end, value) : NumberText::not_a_number;
    if (result == NumberText::number && next == end) return value;
    if (text.empty() && column_ == 1 && row_ended_) fail_width("an empty line", width_ == 1 ? " field" : " fields");
    const std::string place = file_ + ": line " + std::to_string(line) + ", column " + std::to_string(column_) + ": ";
    if (result == NumberText::out_of_range)
      throw FormatError(place + in_quotes(text) + " is too large, expected at most 1.8e308");
    if (text.empty()) throw FormatError(place + "is empty, expected a number; write nan for a missing one");
    throw FormatError(place + in_quotes(text) + " is not a number" + hint(text));
  }

  std::string hint(const std::string& text) const {
    if (separator_ == ',' && text.find(';') != std::string::npos)
      return "; columns are separated by ',', and numbers have a decimal point";
    if (separator_ == ',' && text.find('\t') != std::string::npos)
      return "; is the file separated by tabs? call it .tsv";
    if (text.find(' ') != std::string::npos && is_number(std::string_view(text).substr(0, text.find(' '))))
      return "; is the file separated by spaces? NumPy writes commas with np.savetxt(…, delimiter=\",\")";
    if (separator_ == '\t' && text.find(',') != std::string::npos)
      return "; is the file separated by commas? call it .csv";
    return column_ == 1 ? "; for a column of labels, leave the first field of the header empty" : "";
  }

  std::string quoted_field() {
    std::string text;
    const std::size_t line = line_;
    for (++next_;; ++next_) {
      const auto* quote = static_cast<const char*>(std::memchr(next_, '"', static_cast<std::size_t>(end_ - next_)));
      if (quote == nullptr)
        throw FormatError(file_ + ": line " + std::to_string(line) + ", column " + std::to_string(column_ + 1) +
                          ": a quoted field without its closing quote");
      line_ += static_cast<std::size_t>(std::count(next_, quote, '\n'));
      text.append(next_, quote);
      next_ = quote + 1;
      if (next_ == end_ || *next_ != '"') break;
      text += '"';
    }
    if (next_ != end_ && *next_ == '\r' && (next_ + 1 == end_ || next_[1] == '\n')) ++next_;
    if (next_ != end_ && *next_ != separator_ && *next_ != '\n')
      throw FormatError(file_ + ": line " + std::to_string(line_) + ", column " + std::to_string(column_ + 1) +
                        ": text after the closing quote: " + in_quotes(std::string_view(next_, end_).substr(0, 10)) +
                        "; a quote inside a quoted field is written twice");
    return text;
  }

  void end_field() {
    ++column_;
    row_ended_ = next_ == end_ || *next_ == '\n';
    if (row_ended_) ++line_;
    if (next_ != end_) ++next_;
  }

  const std::string& file_;
  const char* next_;
  const char* end_;
  const char* row_begin_ = nullptr;
  char separator_;
  std::size_t line_ = 1;      // of the next field
  std::size_t row_line_ = 1;  // where the row began
  std::size_t column_ = 0;    // fields taken from the row
  std::size_t width_ = 0;     // fields that it should have
  bool row_ended_ = false;
};

}  // namespace attn::io
