// A file that appears whole or not at all.
//
// Content goes to a file beside the target that has no name yet (or, where the file system can't do that, a temporary
// one) and takes the target's place on commit(). An error, an exception or a killed process leaves the target as it
// was. What is no regular file (stdout, a pipe, a device) is written directly.
#pragma once

#include <attn/base/error.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace attn {

class OutputFile {
 public:
  /// Opens for writing. "-" and "/dev/stdout" are this process's stdout, written where it stands even if it is a file,
  /// as `>> all.csv` means it. Throws FileError when the target can't be written.
  explicit OutputFile(const std::string& path) : path_(path) {
    if (path == "-" || path == "/dev/stdout") {
      path_ = "stdout";
      direct_ = true;
      file_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
      if (file_ < 0) fail("can't write");
      return;
    }
    target_ = resolve(path);
    struct stat status {};
    const bool exists = ::stat(target_.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) throw FileError(path_ + ": can't write: is a folder, expected a file name");
    if (exists && !S_ISREG(status.st_mode)) {
      direct_ = true;
      file_ = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
    } else {
      if (exists && ::access(target_.c_str(), W_OK) != 0) fail("can't write");
      open_beside();
      if (exists && file_ >= 0) ::fchmod(file_, status.st_mode & 07777);  // what was private stays so
    }
    if (file_ < 0) fail("can't write");
  }

  /// Throws FileError when the target can't be written: before the work whose result it is for. Pipes and devices
  /// aren't asked, as a reader would take that for the whole.
  static void check(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return;
    if (path != "-") OutputFile unwritten(path);
  }

  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  ~OutputFile() {
    if (file_ >= 0) ::close(file_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
    forget_name();
  }

  /// Removes the files that this process has begun under a temporary name, for a handler of the signals that end it: it
  /// does nothing that a handler must not do. Files without a name go by themselves.
  static void remove_unfinished() noexcept {
    for (const auto& name : unfinished_)
      if (const char* path = name.load()) ::unlink(path);
  }

  /// Appends bytes. Throws FileError when the disk is full, or when the reader of a pipe has gone and this process
  /// ignores SIGPIPE, which ends it otherwise.
  void write(const void* data, std::size_t size) {
    const char* next = static_cast<const char*>(data);
    while (size > 0) {
      const ssize_t written = ::write(file_, next, size < kLargestWrite ? size : kLargestWrite);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("can't write");
      next += written;
      size -= static_cast<std::size_t>(written);
    }
  }
  void write(std::string_view text) { write(text.data(), text.size()); }

  /// Makes the file appear under its name. Throws FileError when that fails; then nothing has changed.
  void commit() {
    if (direct_) {
      const int file = file_;
      file_ = -1;
      if (::close(file) != 0) fail("can't write");
      return;
    }
    if (temporary_.empty()) link_beside();
    const int file = file_;
    file_ = -1;
    if (::close(file) != 0) fail("can't write");
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail("can't write");
    forget_name();
    temporary_.clear();
  }

 private:
  static constexpr std::size_t kLargestWrite = std::size_t{1} << 30;

  /// A link is followed, so that what it points to is replaced and not the link.
  static std::string resolve(const std::string& path) {
    char* real = ::realpath(path.c_str(), nullptr);
    char pointed[4096];
    const ssize_t size = real == nullptr ? ::readlink(path.c_str(), pointed, sizeof pointed) : 0;
    if (size > 0 && size < static_cast<ssize_t>(sizeof pointed)) {  // the link points to a file that isn't there yet
      const std::string target(pointed, static_cast<std::size_t>(size));
      return target[0] == '/' ? target : path.substr(0, path.rfind('/') + 1) + target;
    }
    if (real == nullptr) return path;
    std::string target = real;
    std::free(real);
    return target;
  }

  std::string folder() const {
    const std::size_t slash = target_.rfind('/');
    return slash == std::string::npos ? "." : target_.substr(0, slash + 1);
  }

  void open_beside() {
#ifdef O_TMPFILE
    file_ = ::open(folder().c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    if (file_ >= 0) return;
#endif
    std::string name = target_ + ".XXXXXX";
    file_ = ::mkstemp(name.data());
    if (file_ < 0) return;
    temporary_ = name;
    note_name();
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(file_, 0666 & ~mask);
  }

  /// Gives the unnamed file a name beside the target, from which rename() can replace the target in one step.
  void link_beside() {
    const std::string source = "/proc/self/fd/" + std::to_string(file_);
    for (int attempt = 0; attempt < 100; ++attempt) {
      const std::string name = target_ + "." + std::to_string(::getpid()) + "-" + std::to_string(attempt);
      if (::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
        temporary_ = name;
        note_name();
        return;
      }
      if (errno != EEXIST) break;
    }
    fail("can't write");
  }

  /// So that remove_unfinished() finds the file. Of more at a time than there are places for, some stay behind.
  void note_name() {
    for (auto& place : unfinished_) {
      const char* free = nullptr;
      if (place.compare_exchange_strong(free, temporary_.c_str())) return;
    }
  }
  void forget_name() {
    for (auto& place : unfinished_) {
      const char* mine = temporary_.c_str();
      place.compare_exchange_strong(mine, nullptr);
    }
  }

  static inline std::array<std::atomic<const char*>, 8> unfinished_{};

  [[noreturn]] void fail(const std::string& what) const {
    throw FileError(path_ + ": " + what + ": " + std::strerror(errno));
  }

  std::string path_;       // as the caller wrote it, for messages
  std::string target_;     // links resolved
  std::string temporary_;  // a name beside the target that must not stay behind
  int file_ = -1;
  bool direct_ = false;
};

}  // namespace attn
