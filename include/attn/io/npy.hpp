// NumPy's .npy: one array; a header that is a Python dict, then the elements.
//
//     "\x93NUMPY" major minor | header length: 2 bytes (1.0) or 4 (2.0, 3.0) | header | elements
//     header: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }    padded with spaces, then a newline
//                                                                                   [NumPy, numpy.lib.format]
#pragma once

#include <attn/base/output_file.hpp>
#include <attn/io/array.hpp>
#include <attn/io/npy_header.hpp>

namespace attn::io {

/// The array in the bytes of a .npy file, sharing their memory. Throws FormatError for what is no .npy file, a
/// malformed header and a wrong length, UnsupportedError for elements that aren't real numbers.
inline Array read_npy(const Bytes& file) {
  const NpyHeader header = parse_npy_header(file);
  const std::size_t actual = file.size - header.data_begin;
  if (actual != header.data_size)
    throw FormatError(file.name + ": " + (actual < header.data_size ? "truncated" : "too long") + ": " +
                      std::to_string(actual) + " bytes from byte " + std::to_string(header.data_begin) + ", expected " +
                      std::to_string(header.data_size) + " for " + to_string(header.shape) + " of " +
                      std::string(name_of(header.dtype)) +
                      (actual > header.data_size ? "; several arrays in one file? np.savez keeps them apart" : ""));
  return {"",
          header.dtype,
          header.shape,
          file.slice(header.data_begin, header.data_size),
          header.byte_order,
          header.fortran_order};
}

/// What stands before the elements of `array` in a .npy file; its length is a multiple of 64. Throws UnsupportedError
/// for bfloat16, which NumPy doesn't have.
inline std::string npy_preamble(const Array& array) {
  std::string dict = "{'descr': '" + npy_descr(array.dtype, array.byte_order) +
                     "', 'fortran_order': " + (array.fortran_order ? "True" : "False") + ", 'shape': (";
  for (const Index n : array.shape) dict += std::to_string(n) + ", ";
  if (array.shape.size() > 1) dict.resize(dict.size() - 2);
  if (array.shape.size() == 1) dict.resize(dict.size() - 1);
  dict += "), }";
  const std::size_t unpadded = 10 + dict.size() + 1;
  dict.append((64 - unpadded % 64) % 64, ' ');
  dict += '\n';
  const std::size_t length = dict.size();
  std::string preamble("\x93NUMPY\x01\x00", 8);
  preamble += static_cast<char>(length & 0xff);
  preamble += static_cast<char>(length >> 8);
  return preamble + dict;
}

/// Writes `array` as .npy, its elements as they are. Throws FileError, UnsupportedError.
inline void write_npy(OutputFile& file, const Array& array) {
  file.write(npy_preamble(array));
  file.write(array.bytes.data.get(), array.bytes.size);
}

}  // namespace attn::io
