#include "input/lines.hpp"

#include "console.hpp"
#include "memory.hpp"

#include <attn/base/error.hpp>

#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace {

class StdinLines {
 public:
  /// Reads the next line; false where there is none.
  bool next(std::string& line) {
    line.clear();
    ++number_;
    for (;;) {
      const std::size_t end = unread_.find('\n');
      line += unread_.substr(0, end);
      if (end != std::string_view::npos) {
        unread_.remove_prefix(end + 1);
        if (line.ends_with('\r')) line.pop_back();
        return true;
      }
      if (line.size() > kMostBytes) throw attn::UsageError("has more than 4 GB; is it text?");
      if (!read_more()) return !line.empty();
    }
  }

  std::string place() const { return "stdin: line " + std::to_string(number_) + ": "; }

 private:
  static constexpr std::size_t kMostBytes = std::size_t{1} << 32;

  bool read_more() {
    flush_stdout();
    ssize_t count = 0;
    do count = ::read(STDIN_FILENO, buffer_.data(), buffer_.size());
    while (count < 0 && errno == EINTR);
    if (count < 0) throw attn::FileError(std::string("stdin: can't read: ") + std::strerror(errno));
    unread_ = {buffer_.data(), static_cast<std::size_t>(count)};
    return count > 0;
  }

  std::vector<char> buffer_ = std::vector<char>(std::size_t{1} << 16);
  std::string_view unread_;  // of the buffer
  std::size_t number_ = 0;   // of the line, from 1
};

}  // namespace

void for_each_line_of_stdin(const std::function<void(const std::string&)>& call) {
  StdinLines lines;
  std::string line;
  try {
    while (lines.next(line)) call(line);
  } catch (const attn::UsageError& error) {
    throw attn::UsageError(lines.place() + error.what());
  } catch (const attn::UnsupportedError& error) {
    throw attn::UnsupportedError(lines.place() + error.what());
  } catch (const std::bad_alloc&) {
    throw MemoryError(lines.place() + "not enough memory, it has " + shown_bytes(static_cast<double>(line.size())) +
                      " or more; is it text?");
  }
}
