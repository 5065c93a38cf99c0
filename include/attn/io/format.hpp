// Which format a file has: by its extension or, where there is none, by its first bytes.
#pragma once

#include <attn/io/bytes.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace attn::io {

enum class Format { csv, tsv, npy, npz, json, safetensors };

/// The format that the extension of `path` names, in upper or lower case; nothing if there's none that we know.
inline std::optional<Format> format_of_extension(std::string_view path) {
  static constexpr struct {
    std::string_view extension;
    Format format;
  } known[] = {{".csv", Format::csv}, {".tsv", Format::tsv},   {".npy", Format::npy},
               {".npz", Format::npz}, {".json", Format::json}, {".safetensors", Format::safetensors}};
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  std::string extension(path.substr(dot));
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const auto& entry : known)
    if (entry.extension == extension) return entry.format;
  return std::nullopt;
}

/// The format that the first bytes are typical of: .npy, .npz or .safetensors, or nothing. Throws UnsupportedError for
/// formats that are recognised but can't be read.
inline std::optional<Format> format_of_content(const Bytes& file) {
  using namespace std::string_view_literals;
  const std::string_view text = file.text();
  if (text.starts_with("\x93NUMPY")) return Format::npy;
  if (text.starts_with("PK\x03\x04") || text.starts_with("PK\x05\x06")) return Format::npz;
  if (text.size() > 8 && text[8] == '{' && file.little<std::uint64_t>(0) <= text.size() - 8) return Format::safetensors;
  static constexpr struct {
    std::string_view magic, what;
  } others[] = {
      {"\x89HDF"sv, "an HDF5 file"},        {"\x80\x02"sv, "a Python pickle"}, {"\x80\x04"sv, "a Python pickle"},
      {"\x80\x05"sv, "a Python pickle"},    {"\x89PNG"sv, "a PNG picture"},    {"GGUF"sv, "a GGUF model"},
      {"\x1f\x8b"sv, "compressed by gzip"}, {"PAR1"sv, "a Parquet table"},     {"MATLAB 5.0"sv, "a MATLAB file"}};
  for (const auto& other : others)
    if (text.starts_with(other.magic))
      throw UnsupportedError(file.name + ": is " + std::string(other.what) +
                             ", expected .npy, .npz, .safetensors, .csv or .tsv; convert it, e.g. with np.save");
  return std::nullopt;
}

}  // namespace attn::io
