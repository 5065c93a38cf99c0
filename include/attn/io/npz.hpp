// NumPy's .npz: a zip archive whose members are .npy files, named after the arrays.
#pragma once

#include <attn/io/npy.hpp>
#include <attn/io/zip.hpp>
#include <attn/io/zip_write.hpp>

#include <string>
#include <vector>

namespace attn::io {

class Npz {
 public:
  /// Reads the directory; arrays are read when they are asked for. Throws FormatError, UnsupportedError.
  explicit Npz(const Bytes& file) : zip_(file) {
    for (const ZipMember& member : zip_.members()) {
      if (member.name.ends_with("data.pkl"))
        throw UnsupportedError(file.name +
                               ": is a PyTorch file, expected .npz; save arrays with np.savez(…, x=x.numpy())");
      if (!member.name.ends_with(".npy")) continue;
      members_.push_back(&member);
      names_.push_back(member.name.substr(0, member.name.size() - 4));
    }
  }
  Npz(const Npz&) = delete;  // members_ points into zip_
  Npz& operator=(const Npz&) = delete;

  /// The arrays' names, without ".npy", in the file's order.
  const std::vector<std::string>& names() const { return names_; }

  /// The array at `place` in names(). Its own header must agree with the archive about its size before memory is taken.
  Array read(std::size_t place) const {
    const ZipMember& member = *members_.at(place);
    const Bytes beginning = zip_.peek(member, kNpyHeaderLimit + 12);
    const NpyHeader header = parse_npy_header(beginning);
    if (member.size - header.data_begin != header.data_size)
      throw FormatError(beginning.name + ": " + std::to_string(member.size) + " bytes in the archive, expected " +
                        std::to_string(header.data_begin) + " + " + std::to_string(header.data_size) + " for " +
                        to_string(header.shape) + " of " + std::string(attn::io::name_of(header.dtype)));
    Array array = read_npy(zip_.read(member));
    array.name = names_[place];
    return array;
  }

 private:
  ZipArchive zip_;
  std::vector<const ZipMember*> members_;
  std::vector<std::string> names_;
};

/// Writes arrays as .npz, under their names. Throws UsageError for a name that is empty or there twice, FileError.
inline void write_npz(OutputFile& file, const std::vector<Array>& arrays, ZipMethod method = ZipMethod::stored) {
  ZipWriter zip(file, method);
  for (const Array& array : arrays) zip.add(array.name + ".npy", npy_preamble(array), array.bytes);
  zip.finish();
}

}  // namespace attn::io
