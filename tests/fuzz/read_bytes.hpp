// What the fuzzers do with bytes: read them as a format, and turn into numbers whatever was read. Errors of the library
// are the right answer to nonsense; anything else that is thrown, and all that a sanitizer finds, is a defect.
#pragma once

#include <attn/io/csv.hpp>
#include <attn/io/npy.hpp>
#include <attn/io/npz.hpp>
#include <attn/io/pytorch_bin.hpp>
#include <attn/io/safetensors.hpp>

#include "io/torch_file.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace fuzz {

/// A copy of exactly this size, so that a read beyond the end is seen.
inline attn::io::Bytes bytes_of(const std::uint8_t* data, std::size_t size) {
  return attn::io::copy_bytes("fuzz", {reinterpret_cast<const char*>(data), size});
}

/// Arrays in a file are small here: the readers have checked sizes against the file, so numbers can't outgrow it much.
inline void use(const attn::io::Array& array) {
  const attn::Index size = attn::checked_size(array.shape).value();
  if (static_cast<std::size_t>(size * attn::io::size_of(array.dtype)) > array.bytes.size) std::abort();
  const attn::Tensor<float> tensor = attn::io::to_tensor<float>(array);
  if (tensor.size() != size) std::abort();
  volatile float sum = 0;
  for (attn::Index i = 0; i < size; ++i) sum = sum + tensor.data()[i];
}

template <class Read>
int answer(Read&& read) {
  try {
    read();
  } catch (const attn::Error& error) {
    const std::string message = error.what();
    if (message.empty() || message.find('\n') != std::string::npos) std::abort();
  }
  return 0;
}

inline int npy(const std::uint8_t* data, std::size_t size) {
  return answer([&] { use(attn::io::read_npy(bytes_of(data, size))); });
}

inline int npz(const std::uint8_t* data, std::size_t size) {
  return answer([&] {
    const attn::io::Npz file(bytes_of(data, size));
    for (std::size_t i = 0; i < file.names().size(); ++i) answer([&] { use(file.read(i)); });
  });
}

inline int csv(const std::uint8_t* data, std::size_t size) {
  for (const char separator : {',', '\t'})
    answer([&] { use(attn::io::read_csv(bytes_of(data, size), {.separator = separator})); });
  return 0;
}

inline int safetensors(const std::uint8_t* data, std::size_t size) {
  return answer([&] {
    for (const auto& array : attn::io::read_safetensors(bytes_of(data, size)).arrays) use(array);
  });
}

/// A whole state dict.
inline int pytorch_bin(const std::uint8_t* data, std::size_t size) {
  return answer([&] {
    for (const auto& array : attn::io::read_pytorch_bin(bytes_of(data, size)).arrays) use(array);
  });
}

/// Only its pickle, which a checksum guards in the file: by itself, calling what it likes, and in a file that fits.
inline int pickle(const std::uint8_t* data, std::size_t size) {
  answer([&] {
    attn::io::read_pickle(bytes_of(data, size), [](const std::string& name) { return name.size() % 2 == 0; });
  });
  const std::string file = test::torch::file({reinterpret_cast<const char*>(data), size});
  return pytorch_bin(reinterpret_cast<const std::uint8_t*>(file.data()), file.size());
}

}  // namespace fuzz
