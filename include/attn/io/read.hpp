// One array from any file that we read: FILE or FILE:NAME.
#pragma once

#include <attn/io/array.hpp>
#include <attn/io/csv.hpp>
#include <attn/io/format.hpp>
#include <attn/io/mapped_file.hpp>
#include <attn/io/names.hpp>
#include <attn/io/npy.hpp>
#include <attn/io/npz.hpp>
#include <attn/io/safetensors.hpp>

#include <string>
#include <vector>

namespace attn::io {

/// "weights.npz:layer0" as its two parts. A path may have ':' in it: the longest part that is a file wins.
struct FileSpec {
  std::string path;
  std::string name;  // empty if none was given
};

/// Splits `spec`. Where no part of it is a file, the ':' behind a known extension separates the name.
inline FileSpec parse_file_spec(const std::string& spec) {
  if (::access(spec.c_str(), F_OK) == 0) return {spec, ""};
  const auto split = [&](std::size_t colon) { return FileSpec{spec.substr(0, colon), spec.substr(colon + 1)}; };
  std::size_t by_extension = std::string::npos;
  for (std::size_t colon = spec.rfind(':'); colon != std::string::npos && colon > 0;
       colon = spec.rfind(':', colon - 1)) {
    const std::string path = spec.substr(0, colon);
    if (path == "-" || ::access(path.c_str(), F_OK) == 0) return split(colon);
    if (format_of_extension(path)) by_extension = colon;
  }
  return by_extension == std::string::npos ? FileSpec{spec, ""} : split(by_extension);
}

namespace detail {

inline Format format_of(const FileSpec& spec, const Bytes& file) {
  const auto by_extension = spec.path == "-" ? std::nullopt : format_of_extension(spec.path);
  if (by_extension == Format::json)
    throw UnsupportedError(file.name + ": .json is written, not read; keep a .npy or .csv beside it");
  if (by_extension) return *by_extension;
  if (const auto by_content = format_of_content(file)) return *by_content;
  if (spec.path != "-")
    throw UsageError(file.name +
                     ": can't tell the format: unknown extension, expected .csv .tsv .npy .npz or .safetensors");
  const std::string_view line = file.text().substr(0, file.text().find('\n'));
  const bool tabs = line.find('\t') != std::string_view::npos && line.find(',') == std::string_view::npos;
  return tabs ? Format::tsv : Format::csv;
}

/// The place of the name that is wanted, or of the only one there is.
inline std::size_t choose(const FileSpec& spec, const std::string& file, const std::vector<std::string>& names) {
  const std::string& wanted = spec.name;
  if (names.empty()) throw UsageError(file + ": has no arrays in it, expected at least one");
  if (wanted.empty()) {
    if (names.size() == 1) return 0;
    throw UsageError(file + ": has " + std::to_string(names.size()) + " arrays, expected one or a name; say " +
                     spec.path + ":NAME; it has: " + list_names(names));
  }
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == wanted || names[i] + ".npy" == wanted) return i;
  const std::vector<std::string> close = close_names(names, wanted);
  throw UsageError(file + ": has no array " + in_quotes(wanted, 80) +
                   (close.empty() ? "; it has: " + list_names(names) : "; did you mean: " + list_names(close)));
}

}  // namespace detail

/// The array that `spec` names: a file by its extension (.npy .npz .csv .tsv .safetensors), or by its first bytes where
/// the extension says nothing; "-" is stdin. FILE:NAME picks one of several arrays. Throws FileError, FormatError,
/// UnsupportedError, and UsageError for a name that is missing or needed.
inline Array read_array(const std::string& spec, const CsvOptions& csv = {}) {
  const FileSpec parts = parse_file_spec(spec);
  const Bytes file = MappedFile(parts.path).bytes();
  const Format format = detail::format_of(parts, file);
  if (format == Format::npz) {
    const Npz npz(file);
    return npz.read(detail::choose(parts, file.name, npz.names()));
  }
  if (format == Format::safetensors) {
    const Safetensors tensors = read_safetensors(file);
    return tensors.arrays[detail::choose(parts, file.name, tensors.names())];
  }
  if (!parts.name.empty())
    throw UsageError(file.name + ": holds one array, which has no name, but " + in_quotes(parts.name, 80) +
                     " is wanted; say " + parts.path);
  if (format == Format::npy) return read_npy(file);
  CsvOptions options = csv;
  if (format == Format::tsv) options.separator = '\t';
  return read_csv(file, options);
}

}  // namespace attn::io
