// Text and numbers on their way into a file, in large writes.
#pragma once

#include <attn/base/output_file.hpp>
#include <attn/io/number_text.hpp>

#include <string_view>
#include <vector>

namespace attn::io {

/// flush() must be called at the end; the destructor writes nothing, so that an error leaves no half line behind.
class BufferedText {
 public:
  explicit BufferedText(OutputFile& file) : file_(file), buffer_(kSize) {}

  void put(char c) {
    make_room(1);
    buffer_[used_++] = c;
  }
  void put(std::string_view text) {
    if (text.size() > kSize) {
      flush();
      return file_.write(text);
    }
    make_room(text.size());
    text.copy(buffer_.data() + used_, text.size());
    used_ += text.size();
  }
  template <class T>
  void put_number(T value) {
    make_room(kNumberRoom);
    used_ = static_cast<std::size_t>(write_number(buffer_.data() + used_, value) - buffer_.data());
  }
  void flush() {
    file_.write(buffer_.data(), used_);
    used_ = 0;
  }

 private:
  static constexpr std::size_t kSize = std::size_t{1} << 16;

  void make_room(std::size_t size) {
    if (kSize - used_ < size) flush();
  }

  OutputFile& file_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;
};

}  // namespace attn::io
