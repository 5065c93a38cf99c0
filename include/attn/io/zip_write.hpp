// ZIP archives, written front to back: members stored or deflated, sizes of any width.
//
// The size of a member that is deflated, or comes in parts, is known only behind its data, where a data descriptor
// gives it; so nothing is kept in memory. Times are those of 1980, so that the same arrays make the same file [PKWARE
// APPNOTE 6.3.10, ch. 4].
#pragma once

#include <attn/base/output_file.hpp>
#include <attn/io/in_quotes.hpp>
#include <attn/io/inflate.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace attn::io {

enum class ZipMethod { stored = 0, deflated = 8 };

class ZipWriter {
 public:
  ZipWriter(OutputFile& file, ZipMethod method) : file_(file), method_(method) {}

  /// Appends a member: `begin`, then `rest`. Throws UsageError for a name that is there already, FileError.
  void add(const std::string& name, std::string_view begin, const Bytes& rest) {
    take_name(name);
    Entry entry{name, 0, 0, begin.size() + rest.size, offset_, method_, method_ == ZipMethod::deflated};
    entry.crc = crc32_of(rest.data.get(), rest.size, crc32_of(begin.data(), begin.size()));
    entry.packed_size = entry.size;
    put_local_header(entry);
    if (method_ == ZipMethod::deflated) {
      entry.packed_size = deflate(begin, rest);
      put_descriptor(entry);
    } else {
      put(begin);
      put(rest.text());
    }
    entries_.push_back(std::move(entry));
  }

  /// Begins a member whose bytes come by append() until end(): stored, its checksum and sizes behind it. Throws as
  /// add() does.
  void begin(const std::string& name) {
    take_name(name);
    entries_.push_back({name, crc32_of("", 0), 0, 0, offset_, ZipMethod::stored, true});
    put_local_header(entries_.back());
  }
  void append(std::string_view bytes) {
    Entry& entry = entries_.back();
    entry.crc = crc32_of(bytes.data(), bytes.size(), entry.crc);
    entry.size += bytes.size();
    put(bytes);
  }
  void end() {
    entries_.back().packed_size = entries_.back().size;
    put_descriptor(entries_.back());
  }

  /// Writes the directory; call it once, at the end.
  void finish() {
    const std::uint64_t begin = offset_;
    for (const Entry& entry : entries_) {
      std::string extra;
      const auto narrow = [&extra](std::uint64_t n) {
        if (n < 0xffffffff) return n;
        number(extra, n, 8);
        return std::uint64_t{0xffffffff};
      };
      const std::uint64_t size = narrow(entry.size), packed = narrow(entry.packed_size), header = narrow(entry.header);
      std::string record;
      number(record, 0x02014b50, 4);
      number(record, 45, 2);
      common_fields(record, entry);
      number(record, entry.crc, 4);
      number(record, packed, 4);
      number(record, size, 4);
      number(record, entry.name.size(), 2);
      number(record, extra.empty() ? 0 : extra.size() + 4, 2);
      number(record, 0, 2);  // comment
      number(record, 0, 2);  // disk
      number(record, 0, 2);  // internal attributes
      number(record, std::uint64_t{0644} << 16, 4);
      number(record, header, 4);
      record += entry.name;
      if (!extra.empty()) {
        number(record, 1, 2);
        number(record, extra.size(), 2);
        record += extra;
      }
      put(record);
    }
    const std::uint64_t end = offset_, size = end - begin, count = entries_.size();
    std::string record;
    if (begin >= 0xffffffff || size >= 0xffffffff || count >= 0xffff) {
      number(record, 0x06064b50, 4);
      number(record, 44, 8);
      number(record, 45, 2);
      number(record, 45, 2);
      number(record, 0, 4);
      number(record, 0, 4);
      number(record, count, 8);
      number(record, count, 8);
      number(record, size, 8);
      number(record, begin, 8);
      number(record, 0x07064b50, 4);
      number(record, 0, 4);
      number(record, end, 8);
      number(record, 1, 4);
    }
    number(record, 0x06054b50, 4);
    number(record, 0, 4);
    number(record, std::min<std::uint64_t>(count, 0xffff), 2);
    number(record, std::min<std::uint64_t>(count, 0xffff), 2);
    number(record, std::min<std::uint64_t>(size, 0xffffffff), 4);
    number(record, std::min<std::uint64_t>(begin, 0xffffffff), 4);
    number(record, 0, 2);
    put(record);
  }

 private:
  struct Entry {
    std::string name;
    std::uint32_t crc;
    std::uint64_t packed_size, size, header;
    ZipMethod method;
    bool sizes_follow;  // in a data descriptor
  };

  void take_name(const std::string& name) {
    const bool taken = !names_.insert(name).second;
    if (taken || name.empty() || name == ".npy" || name.size() > 65535)
      throw UsageError("zip: can't write an array named " + in_quotes(name) + ": the name is " +
                       (taken ? "there twice" : "empty or too long") + ", expected one of its own for each");
  }

  /// As NumPy does, every local header has room for 64-bit sizes.
  void put_local_header(const Entry& entry) {
    std::string header;
    number(header, 0x04034b50, 4);
    common_fields(header, entry);
    number(header, entry.sizes_follow ? 0 : entry.crc, 4);
    number(header, 0xffffffff, 4);
    number(header, 0xffffffff, 4);
    number(header, entry.name.size(), 2);
    number(header, 20, 2);
    header += entry.name;
    number(header, 1, 2);
    number(header, 16, 2);
    number(header, entry.sizes_follow ? 0 : entry.size, 8);
    number(header, entry.sizes_follow ? 0 : entry.size, 8);
    put(header);
  }

  void put_descriptor(const Entry& entry) {
    std::string descriptor;
    number(descriptor, 0x08074b50, 4);
    number(descriptor, entry.crc, 4);
    number(descriptor, entry.packed_size, 8);
    number(descriptor, entry.size, 8);
    put(descriptor);
  }

  static void number(std::string& to, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) to += static_cast<char>(value >> (8 * i) & 0xff);
  }

  /// What local header and directory share: version, flags, method, time, date.
  static void common_fields(std::string& to, const Entry& entry) {
    constexpr unsigned kUtf8Name = 0x800, kSizesFollow = 0x8;
    number(to, 45, 2);
    number(to, kUtf8Name | (entry.sizes_follow ? kSizesFollow : 0), 2);
    number(to, static_cast<unsigned>(entry.method), 2);
    number(to, 0, 2);
    number(to, 0x21, 2);  // 1980-01-01
  }

  std::uint64_t deflate(std::string_view begin, const Bytes& rest) {
    struct Stream : z_stream {
      Stream() : z_stream{} {}
      ~Stream() { ::deflateEnd(this); }
    } stream;
    if (::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
      throw FileError("zip: zlib can't start: no memory");
    const std::uint64_t start = offset_;
    std::vector<char> buffer(std::size_t{1} << 18);
    const auto feed = [&](std::string_view input, int flush) {
      do {
        const std::size_t part = std::min(input.size(), std::size_t{1} << 30);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
        stream.avail_in = static_cast<uInt>(part);
        input.remove_prefix(part);
        do {
          stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
          stream.avail_out = static_cast<uInt>(buffer.size());
          ::deflate(&stream, input.empty() ? flush : Z_NO_FLUSH);
          put({buffer.data(), buffer.size() - stream.avail_out});
        } while (stream.avail_out == 0);
      } while (!input.empty());
    };
    feed(begin, Z_NO_FLUSH);
    feed(rest.text(), Z_FINISH);
    return offset_ - start;
  }

  void put(std::string_view bytes) {
    file_.write(bytes);
    offset_ += bytes.size();
  }

  OutputFile& file_;
  ZipMethod method_;
  std::uint64_t offset_ = 0;  // bytes written so far
  std::vector<Entry> entries_;
  std::set<std::string> names_;
};

}  // namespace attn::io
