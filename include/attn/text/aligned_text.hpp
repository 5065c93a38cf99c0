// A text that is being normalised, and where each of its bytes comes from in the text that was given.
//
//     original   C a f é ␣ ␣ A      what is written is changed step by step,
//     text       c a f e ␣ a        and every byte keeps the characters that it stands for
//
// Oracle: NormalizedString of Hugging Face's tokenizers 0.23, whose rules for inserted and removed characters these
// are.
#pragma once

#include <attn/text/characters.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace attn::text {

/// Bytes begin … end − 1.
struct Range {
  std::uint32_t begin = 0, end = 0;
  std::uint32_t size() const { return end - begin; }
  bool empty() const { return begin == end; }
  bool operator==(const Range&) const = default;
};

class AlignedText {
 public:
  AlignedText() = default;

  /// The part of a text that begins at byte `first` of it, unchanged. It must be UTF-8.
  AlignedText(std::string_view text, std::uint32_t first) : text_(text), first_(first) {}

  const std::string& text() const { return text_; }
  std::string_view at(Range range) const { return std::string_view(text_).substr(range.begin, range.size()); }
  Range all() const { return {0, static_cast<std::uint32_t>(text_.size())}; }

  /// Which bytes of the original the byte at `i` stands for: whole characters.
  Range origin(std::size_t i) const {
    if (!origin_.empty()) return origin_[i];
    std::size_t begin = i, end = i + 1;
    while (begin > 0 && continues_code_point(text_[begin])) --begin;
    while (end < text_.size() && continues_code_point(text_[end])) ++end;
    return {first_ + static_cast<std::uint32_t>(begin), first_ + static_cast<std::uint32_t>(end)};
  }

  /// From the first byte's origin to the last one's; of nothing, nothing.
  Range origin(Range range) const {
    if (range.empty()) return {};
    return {origin(range.begin).begin, origin(range.end - 1).end};
  }

  /// A part of the text, whole characters.
  AlignedText slice(Range range) const {
    AlignedText part(at(range), first_ + range.begin);
    if (!origin_.empty()) part.origin_.assign(origin_.begin() + range.begin, origin_.begin() + range.end);
    return part;
  }

  /// Replaces bytes by others, of which each stands for the same character.
  template <class Change>
  void change_bytes(const Change& change) {
    for (char& c : text_) c = change(c);
  }

 private:
  friend class Rewriter;
  std::string text_;
  std::uint32_t first_ = 0;
  std::vector<Range> origin_;  // [text_.size()], or empty where nothing has moved
};

/// Writes a text anew, from its first character to its last.
class Rewriter {
 public:
  explicit Rewriter(const AlignedText& from) : from_(from) {
    to_.first_ = from.first_;
    to_.text_.reserve(from.text_.size() + from.text_.size() / 8);
    to_.origin_.reserve(to_.text_.capacity());
  }

  std::size_t at() const { return at_; }
  std::uint32_t written() const { return static_cast<std::uint32_t>(to_.text_.size()); }

  /// The next `bytes`, whole characters, as they are.
  void keep(std::size_t bytes) {
    to_.text_.append(from_.text_, at_, bytes);
    if (!from_.origin_.empty()) {
      const auto begin = from_.origin_.begin() + static_cast<std::ptrdiff_t>(at_);
      to_.origin_.insert(to_.origin_.end(), begin, begin + static_cast<std::ptrdiff_t>(bytes));
      at_ += bytes;
      return;
    }
    for (const std::size_t end = at_ + bytes; at_ < end;) {
      const std::size_t size = code_point_size(from_.text_[at_]);
      const auto first = from_.first_ + static_cast<std::uint32_t>(at_);
      to_.origin_.insert(to_.origin_.end(), size, {first, first + static_cast<std::uint32_t>(size)});
      at_ += size;
    }
  }

  void skip_bytes(std::size_t bytes) { at_ += bytes; }
  void skip(std::size_t characters = 1) {
    for (; characters > 0 && at_ < from_.text_.size(); --characters) at_ += code_point_size(from_.text_[at_]);
  }

  /// Instead of the next character; it may be written by several calls, or go on with insert().
  void replace(char32_t c) {
    put(c, at_ < from_.text_.size() ? from_.origin(at_) : end_of_original());
    skip();
  }

  /// Stands for what the character before it in the old text stood for.
  void insert(char32_t c) { put(c, at_ > 0 ? from_.origin(at_ - 1) : Range{}); }

  /// Stands for what the next character stands for.
  void insert_before_next(char32_t c) { put(c, at_ < from_.text_.size() ? from_.origin(at_) : end_of_original()); }

  /// Stands for bytes `origin` of the original.
  void insert(char32_t c, Range origin) { put(c, origin); }

  /// `change` as Hugging Face has it: 0 replaces a character, 1 inserts one, −n replaces 1 + n.
  void write(char32_t c, int change) {
    if (change > 0) return insert(c);
    replace(c);
    skip(static_cast<std::size_t>(-change));
  }

  AlignedText finish() {
    keep(from_.text_.size() - at_);
    return std::move(to_);
  }

 private:
  void put(char32_t c, Range origin) {
    const std::size_t before = to_.text_.size();
    append_utf8(to_.text_, c);
    to_.origin_.insert(to_.origin_.end(), to_.text_.size() - before, origin);
  }
  Range end_of_original() const {
    const std::uint32_t end = from_.text_.empty() ? from_.first_ : from_.origin(from_.text_.size() - 1).end;
    return {end, end};
  }

  const AlignedText& from_;
  AlignedText to_;
  std::size_t at_ = 0;
};

}  // namespace attn::text
