// ZIP archives, read: members stored or deflated, 64-bit sizes, checked by CRC-32.
//
//     (local header, data)… | central directory: one entry a member | [zip64 end record, its locator] | end record
//                                                                                     [PKWARE APPNOTE 6.3.10, ch. 4]
//
// The directory is believed only where it agrees with the file's length and the local headers. Members are unpacked one
// at a time, on request; zip_write.hpp is the other direction.
#pragma once

#include <attn/io/bytes.hpp>
#include <attn/io/inflate.hpp>
#include <attn/io/in_quotes.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace attn::io {

struct ZipMember {
  std::string name;
  unsigned method = 0;            // 0 stored, 8 deflated
  std::uint32_t crc = 0;          // of the unpacked bytes
  std::uint64_t packed_size = 0;  // bytes in the archive
  std::uint64_t size = 0;         // bytes unpacked
  std::uint64_t header = 0;       // where its local header begins
  std::uint64_t data = 0;         // where its bytes begin
};

class ZipArchive {
 public:
  /// Reads the directory. Throws FormatError, UnsupportedError.
  explicit ZipArchive(Bytes file) : file_(std::move(file)) {
    const Directory directory = find_directory();
    std::uint64_t place = directory.begin;
    for (std::uint64_t i = 0; i < directory.count; ++i) members_.push_back(read_entry(place, directory));
    if (place != directory.end)
      fail("central directory of " + std::to_string(directory.end - directory.begin) + " bytes, its " +
           std::to_string(directory.count) + " entries have " + std::to_string(place - directory.begin));
    for (ZipMember& member : members_) locate(member, directory.begin);
    check_overlap();
  }

  const std::vector<ZipMember>& members() const { return members_; }

  /// The first bytes of a member, at most `most`; the CRC isn't checked.
  Bytes peek(const ZipMember& member, std::size_t most) const {
    const Bytes packed = packed_bytes(member);
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(member.size, most));
    if (member.method == 0) return packed.slice(0, size);
    return inflate_bytes(packed, size, Inflate::beginning);
  }

  /// A whole member: shares the file's memory if it is stored. Throws FormatError if its CRC-32 is wrong.
  Bytes read(const ZipMember& member) const {
    const Bytes packed = packed_bytes(member);
    Bytes bytes =
        member.method == 0 ? packed : inflate_bytes(packed, static_cast<std::size_t>(member.size), Inflate::all);
    const std::uint32_t actual = crc32_of(bytes.data.get(), bytes.size);
    if (actual != member.crc)
      throw FormatError(bytes.name + ": damaged: CRC-32 is " + std::to_string(actual) + ", expected " +
                        std::to_string(member.crc));
    return bytes;
  }

 private:
  struct Directory {
    std::uint64_t begin, end, count;
  };
  static constexpr std::uint32_t kEnd = 0x06054b50, kEnd64 = 0x06064b50, kLocator64 = 0x07064b50, kEntry = 0x02014b50,
                                 kLocal = 0x04034b50;
  static constexpr std::uint64_t kEndSize = 22, kEnd64Size = 56, kLocator64Size = 20, kEntrySize = 46, kLocalSize = 30;

  /// The end record stands last, before a comment of at most 65535 bytes.
  Directory find_directory() const {
    if (file_.size < kEndSize) fail("too short for a zip archive: " + std::to_string(file_.size) + " bytes");
    const std::uint64_t last = file_.size - kEndSize;
    const std::uint64_t first = last > 65535 ? last - 65535 : 0;
    for (std::uint64_t end = last + 1; end-- > first;) {
      if (file_.little<std::uint32_t>(end) != kEnd || file_.little<std::uint16_t>(end + 20) != last - end) continue;
      std::uint64_t disk = file_.little<std::uint16_t>(end + 4), count = file_.little<std::uint16_t>(end + 10);
      std::uint64_t size = file_.little<std::uint32_t>(end + 12), begin = file_.little<std::uint32_t>(end + 16);
      std::uint64_t limit = end;
      if (end >= kLocator64Size && file_.little<std::uint32_t>(end - kLocator64Size) == kLocator64) {
        const auto end64 = file_.little<std::uint64_t>(end - kLocator64Size + 8);
        if (!file_.has(end64, kEnd64Size) || file_.little<std::uint32_t>(end64) != kEnd64)
          fail("no zip64 end record at byte " + std::to_string(end64) + ", where its locator points");
        disk = file_.little<std::uint32_t>(end64 + 16);
        count = file_.little<std::uint64_t>(end64 + 32);
        size = file_.little<std::uint64_t>(end64 + 40);
        begin = file_.little<std::uint64_t>(end64 + 48);
        limit = end64;
      }
      if (disk != 0 && disk != 0xffff)
        throw UnsupportedError(file_.name + ": a zip archive in several parts, expected one");
      if (begin > limit || size > limit - begin)
        fail("central directory of " + std::to_string(size) + " bytes from byte " + std::to_string(begin) +
             " runs past its end record at byte " + std::to_string(limit));
      if (count > size / kEntrySize)
        fail("central directory of " + std::to_string(size) + " bytes can't hold " + std::to_string(count) +
             " entries");
      return {begin, begin + size, count};
    }
    fail("truncated: has no end record of a zip archive in its last " + std::to_string(file_.size - first) + " bytes");
  }

  ZipMember read_entry(std::uint64_t& place, const Directory& directory) const {
    const std::uint64_t entry = place;
    if (directory.end - entry < kEntrySize || file_.little<std::uint32_t>(entry) != kEntry)
      fail("no entry of the central directory at byte " + std::to_string(entry));
    const unsigned flags = file_.little<std::uint16_t>(entry + 8);
    const std::uint64_t name_size = file_.little<std::uint16_t>(entry + 28);
    const std::uint64_t extra_size = file_.little<std::uint16_t>(entry + 30);
    const std::uint64_t comment_size = file_.little<std::uint16_t>(entry + 32);
    if (directory.end - entry - kEntrySize < name_size + extra_size + comment_size)
      fail("the entry at byte " + std::to_string(entry) + " runs past the central directory's end at byte " +
           std::to_string(directory.end));
    place = entry + kEntrySize + name_size + extra_size + comment_size;

    ZipMember member;
    member.name = file_.text().substr(entry + kEntrySize, name_size);
    member.method = file_.little<std::uint16_t>(entry + 10);
    member.crc = file_.little<std::uint32_t>(entry + 16);
    member.packed_size = file_.little<std::uint32_t>(entry + 20);
    member.size = file_.little<std::uint32_t>(entry + 24);
    member.header = file_.little<std::uint32_t>(entry + 42);
    read_zip64(member, entry + kEntrySize + name_size, extra_size);
    if ((flags & 1U) != 0)
      throw UnsupportedError(name_of(member) + ": is encrypted, expected a stored or deflated member");
    if (member.method != 0 && member.method != 8)
      throw UnsupportedError(name_of(member) + ": is compressed by method " + std::to_string(member.method) +
                             ", expected 0 (stored) or 8 (deflated)");
    return member;
  }

  /// Numbers that don't fit 32 bits stand in an extra field, in this order, only those that don't fit.
  void read_zip64(ZipMember& member, std::uint64_t extra, std::uint64_t extra_size) const {
    for (std::uint64_t at = 0; at + 4 <= extra_size;) {
      const std::uint64_t size = file_.little<std::uint16_t>(extra + at + 2);
      if (size > extra_size - at - 4) fail("bad extra field at byte " + std::to_string(extra + at));
      if (file_.little<std::uint16_t>(extra + at) == 1) {
        std::uint64_t used = 0;
        for (std::uint64_t* number : {&member.size, &member.packed_size, &member.header}) {
          if (*number != 0xffffffff) continue;
          if (used + 8 > size) fail("zip64 field at byte " + std::to_string(extra + at) + " is too short");
          *number = file_.little<std::uint64_t>(extra + at + 4 + used);
          used += 8;
        }
        return;
      }
      at += 4 + size;
    }
  }

  /// Finds the data behind the local header, which must have the same name.
  void locate(ZipMember& member, std::uint64_t limit) const {
    if (member.header > limit || limit - member.header < kLocalSize ||
        file_.little<std::uint32_t>(member.header) != kLocal)
      fail("no local header of " + in_quotes(member.name) + " at byte " + std::to_string(member.header));
    const std::uint64_t name_size = file_.little<std::uint16_t>(member.header + 26);
    const std::uint64_t extra_size = file_.little<std::uint16_t>(member.header + 28);
    member.data = member.header + kLocalSize + name_size + extra_size;
    if (member.data > limit || member.packed_size > limit - member.data)
      fail(in_quotes(member.name) + " has " + std::to_string(member.packed_size) + " bytes from byte " +
           std::to_string(member.data) + ", past the central directory at byte " + std::to_string(limit));
    if (file_.text().substr(member.header + kLocalSize, name_size) != member.name)
      fail("the local header at byte " + std::to_string(member.header) + " isn't of " + in_quotes(member.name));
    if (member.method == 0 && member.size != member.packed_size)
      fail(in_quotes(member.name) + " is stored with " + std::to_string(member.packed_size) + " bytes, but says " +
           std::to_string(member.size));
    // Deflate makes at most 1032 bytes of one; whoever claims more wants memory that the data can't fill.
    if (member.method == 8 && member.size / 1032 > member.packed_size)
      fail(in_quotes(member.name) + " can't unpack from " + std::to_string(member.packed_size) + " bytes to " +
           std::to_string(member.size) + "; a zip bomb?");
  }

  void check_overlap() const {
    std::vector<const ZipMember*> order;
    for (const ZipMember& member : members_) order.push_back(&member);
    std::sort(order.begin(), order.end(), [](auto* a, auto* b) { return a->header < b->header; });
    for (std::size_t i = 1; i < order.size(); ++i)
      if (order[i - 1]->data + order[i - 1]->packed_size > order[i]->header)
        fail(in_quotes(order[i - 1]->name) + " ends at byte " +
             std::to_string(order[i - 1]->data + order[i - 1]->packed_size) + ", inside " + in_quotes(order[i]->name) +
             " which begins at byte " + std::to_string(order[i]->header));
  }

  Bytes packed_bytes(const ZipMember& member) const {
    Bytes bytes = file_.slice(static_cast<std::size_t>(member.data), static_cast<std::size_t>(member.packed_size));
    bytes.name = name_of(member);
    return bytes;
  }

  std::string name_of(const ZipMember& member) const {
    const std::string shown = in_quotes(member.name, 80);
    return file_.name + ":" + shown.substr(1, shown.size() - 2);
  }

  [[noreturn]] void fail(const std::string& what) const { throw FormatError(file_.name + ": " + what); }

  Bytes file_;
  std::vector<ZipMember> members_;
};

}  // namespace attn::io
