// The bytes of a file, or of a part of one: kept alive, named for messages, with little-endian numbers in them.
#pragma once

#include <attn/base/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace attn::io {

/// A handle: copies share the memory. The bytes may be written to; for a mapped file that doesn't change the file.
struct Bytes {
  std::string name;                   // what messages call it: "maps.npz", "maps.npz:layer0"
  std::shared_ptr<std::byte[]> data;  // [size]
  std::size_t size = 0;

  /// `length` bytes from `begin`, sharing the memory. The caller has checked that they exist.
  Bytes slice(std::size_t begin, std::size_t length) const {
    return {name, std::shared_ptr<std::byte[]>(data, data.get() + begin), length};
  }

  std::string_view text() const { return {reinterpret_cast<const char*>(data.get()), size}; }

  /// Whether `length` bytes from `begin` exist; safe for any numbers that a file claims.
  bool has(std::uint64_t begin, std::uint64_t length) const { return begin <= size && length <= size - begin; }

  /// The little-endian unsigned number at `offset`. Throws FormatError if the file ends before it does.
  template <class T>
  T little(std::uint64_t offset) const {
    if (!has(offset, sizeof(T)))
      throw FormatError(name + ": truncated: needs " + std::to_string(sizeof(T)) + " bytes at byte " +
                        std::to_string(offset) + ", has " + std::to_string(size) + " in all");
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;)
      value = static_cast<T>((std::uint64_t{value} << 8) | std::to_integer<std::uint64_t>(data[offset + i]));
    return value;
  }
};

/// New bytes, not initialised.
inline Bytes new_bytes(std::string name, std::size_t size) {
  return {std::move(name), std::shared_ptr<std::byte[]>(new std::byte[size]), size};
}

/// A copy of `text`.
inline Bytes copy_bytes(std::string name, std::string_view text) {
  Bytes bytes = new_bytes(std::move(name), text.size());
  if (!text.empty()) std::memcpy(bytes.data.get(), text.data(), text.size());
  return bytes;
}

}  // namespace attn::io
