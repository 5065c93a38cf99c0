// A whole file in memory: mapped where the system can do that, read where it can't (pipes, stdin).
//
// The mapping is private and copy-on-write: a Tensor over it may be written to and the file stays as it is. Whoever
// shortens the file while it is mapped makes access to what is gone fail (SIGBUS), as with every mapped file.
#pragma once

#include <attn/io/bytes.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace attn::io {

class MappedFile {
 public:
  /// Opens `path`; "-" is stdin. Throws FileError when it is missing, unreadable or a folder. It may be empty.
  explicit MappedFile(const std::string& path) {
    bytes_.name = path == "-" ? "stdin" : path;
    const Descriptor file{path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC), path != "-"};
    if (file.number < 0) fail("can't open");
    struct stat status {};
    if (::fstat(file.number, &status) != 0) fail("can't read");
    if (S_ISDIR(status.st_mode)) throw FileError(path + ": can't read: is a folder, expected a file");
    // Files in /proc say that they are regular and empty, so an empty file is read rather than believed.
    const bool mappable = S_ISREG(status.st_mode) && status.st_size > 0 && path != "-";
    if (!mappable || !map(file.number, static_cast<std::size_t>(status.st_size))) read(file.number);
  }

  const std::string& name() const { return bytes_.name; }
  std::byte* data() const { return bytes_.data.get(); }
  std::size_t size() const { return bytes_.size; }

  /// The whole file; keeps the mapping alive after this object is gone.
  const Bytes& bytes() const { return bytes_; }

 private:
  struct Descriptor {
    int number;
    bool ours;
    ~Descriptor() {
      if (ours && number >= 0) ::close(number);
    }
  };

  bool map(int file, std::size_t size) {
    void* start = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file, 0);
    if (start == MAP_FAILED) return false;
    bytes_.data = {static_cast<std::byte*>(start), [size](std::byte* bytes) { ::munmap(bytes, size); }};
    bytes_.size = size;
    return true;
  }

  void read(int file) {
    struct Free {
      void operator()(std::byte* bytes) const { std::free(bytes); }
    };
    std::unique_ptr<std::byte[], Free> buffer;
    std::size_t capacity = 0;
    std::size_t size = 0;
    const std::size_t limit = memory_limit();
    for (;;) {
      if (size == capacity) {
        if (size == limit)
          throw FileError(bytes_.name + ": can't read: hasn't ended after " + std::to_string(size) +
                          " bytes, half of this machine's memory; save it to a file first");
        capacity = std::min(std::max(capacity * 2, std::size_t{1} << 16), limit);
        auto* larger = static_cast<std::byte*>(std::realloc(buffer.get(), capacity));
        if (larger == nullptr)
          throw FileError(bytes_.name + ": can't read: no memory for " + std::to_string(capacity) + " bytes");
        static_cast<void>(buffer.release());  // realloc() has freed it
        buffer.reset(larger);
      }
      const ssize_t got = ::read(file, buffer.get() + size, capacity - size);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail("can't read");
      if (got == 0) break;
      size += static_cast<std::size_t>(got);
    }
    bytes_.data = std::move(buffer);
    bytes_.size = size;
  }

  /// An endless stream (/dev/zero, `yes`) must become an error before it has taken the whole machine.
  static std::size_t memory_limit() {
    const long pages = ::sysconf(_SC_PHYS_PAGES);
    const long page = ::sysconf(_SC_PAGESIZE);
    if (pages <= 0 || page <= 0) return std::size_t{1} << 32;
    return static_cast<std::size_t>(pages) / 2 * static_cast<std::size_t>(page);
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw FileError(bytes_.name + ": " + what + ": " + std::strerror(errno));
  }

  Bytes bytes_;
};

}  // namespace attn::io
