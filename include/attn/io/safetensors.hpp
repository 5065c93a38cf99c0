// Hugging Face's .safetensors: named tensors behind a JSON header.
//
//     header length: 8 bytes | header | data of all tensors, without holes
//     header: {"__metadata__": {"format": "pt"}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}
//                                                                      [github.com/huggingface/safetensors, README]
#pragma once

#include <attn/base/output_file.hpp>
#include <attn/io/array.hpp>
#include <attn/io/safetensors_header.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace attn::io {

struct Safetensors {
  std::vector<Array> arrays;  // in the order of the header
  std::map<std::string, std::string> metadata;

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Array& array : arrays) all.push_back(array.name);
    return all;
  }
};

/// All tensors in the bytes of a .safetensors file, sharing their memory. Every byte of the data must belong to exactly
/// one tensor. Throws FormatError, UnsupportedError for a dtype that isn't known.
inline Safetensors read_safetensors(const Bytes& file) {
  const auto length = file.little<std::uint64_t>(0);
  if (length > kSafetensorsHeaderLimit)
    throw FormatError(file.name + ": header of " + std::to_string(length) + " bytes, expected at most " +
                      std::to_string(kSafetensorsHeaderLimit) + "; is it a .safetensors file?");
  if (!file.has(8, length))
    throw FormatError(file.name + ": truncated: header of " + std::to_string(length) + " bytes from byte 8, has " +
                      std::to_string(file.size) + " in all");
  const auto header_size = static_cast<std::size_t>(length);
  SafetensorsHeader header = parse_safetensors_header(file.slice(8, header_size));
  const Bytes data = file.slice(8 + header_size, file.size - 8 - header_size);
  check_safetensors_offsets(file.name, header.entries, data.size);

  Safetensors result;
  result.metadata = std::move(header.metadata);
  for (SafetensorsEntry& entry : header.entries)
    result.arrays.push_back(
        {std::move(entry.name), entry.dtype, std::move(entry.shape),
         data.slice(static_cast<std::size_t>(entry.begin), static_cast<std::size_t>(entry.end - entry.begin)),
         std::endian::little});
  return result;
}

/// Writes what stands before the elements of `arrays`, whose order is that of the data. Throws UsageError for names
/// that are there twice or aren't UTF-8, UnsupportedError on big-endian machines, FileError.
inline void write_safetensors_header(OutputFile& file, const std::vector<Array>& arrays,
                                     const std::map<std::string, std::string>& metadata = {}) {
  if (std::endian::native != std::endian::little)
    throw UnsupportedError("safetensors: this machine is big-endian, and writes .npy or .npz only");
  const std::string header = safetensors_header(arrays, metadata);
  std::string length;
  for (int i = 0; i < 8; ++i) length += static_cast<char>(header.size() >> (8 * i) & 0xff);
  file.write(length);
  file.write(header);
}

/// Writes arrays as .safetensors under their names. As in the reference, wide elements come first and the data begins
/// at a multiple of 8, so that all of them are aligned. Throws as write_safetensors_header() does.
inline void write_safetensors(OutputFile& file, const std::vector<Array>& arrays,
                              const std::map<std::string, std::string>& metadata = {}) {
  std::vector<Array> ordered;
  for (const Array& array : arrays) ordered.push_back(to_native(array));
  std::sort(ordered.begin(), ordered.end(), [](const Array& a, const Array& b) {
    return std::pair(-size_of(a.dtype), std::string_view(a.name)) <
           std::pair(-size_of(b.dtype), std::string_view(b.name));
  });
  write_safetensors_header(file, ordered, metadata);
  for (const Array& array : ordered) file.write(array.bytes.data.get(), array.bytes.size);
}

}  // namespace attn::io
