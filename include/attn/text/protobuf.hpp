// The fields of a protocol buffer, one after the other [protobuf.dev, "Encoding"].
#pragma once

#include <attn/base/error.hpp>

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace attn::text {

struct ProtobufField {
  std::uint64_t number = 0;
  std::uint64_t value = 0;      // of a variable-length or fixed number
  std::string_view bytes = {};  // of a string or a message within

  float as_float() const { return std::bit_cast<float>(static_cast<std::uint32_t>(value)); }
};

/// Goes through a message. Throws FormatError, with the byte's offset in the file, for what isn't one.
class ProtobufReader {
 public:
  /// `file` is the whole file, `message` the part of it to read.
  ProtobufReader(std::string_view file, std::string_view message, std::string name)
      : file_(file), rest_(message), name_(std::move(name)) {}

  std::optional<ProtobufField> next() {
    if (rest_.empty()) return std::nullopt;
    const std::uint64_t key = varint();
    ProtobufField field{key >> 3};
    switch (key & 7) {
      case 0:
        field.value = varint();
        break;
      case 1:
        field.value = fixed(8);
        break;
      case 2:
        field.bytes = take(varint());
        break;
      case 5:
        field.value = fixed(4);
        break;
      default:
        fail("has wire type " + std::to_string(key & 7) + ", expected 0, 1, 2 or 5");
    }
    if ((key & 7) != 2) field.bytes = rest_.substr(0, 0);  // within a number there is nothing, here
    return field;
  }

  ProtobufReader within(const ProtobufField& field) const { return {file_, field.bytes, name_}; }

  [[noreturn]] void fail(const std::string& what) const {
    const auto offset = static_cast<std::size_t>(rest_.data() - file_.data());
    throw FormatError(name_ + ": byte " + std::to_string(offset) + ": " + what + "; is it a SentencePiece model?");
  }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size())
      fail("ends within a field of " + std::to_string(size) + " bytes, of which " + std::to_string(rest_.size()) +
           " are there");
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  std::uint64_t fixed(std::size_t size) {
    const std::string_view bytes = take(size);
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    fail("a number goes on for more than 10 bytes");
  }

  std::string_view file_, rest_;
  std::string name_;
};

}  // namespace attn::text
