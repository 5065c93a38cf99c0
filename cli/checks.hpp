// What an option's text must be, said in words of our own.
#pragma once

#include <attn/base/error.hpp>
#include <attn/base/matrix.hpp>
#include <attn/base/output_file.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

/// A whole number from `least` on.
inline auto whole_number(attn::Index least) {
  return [least](const std::string& text) {
    attn::Index number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    const bool fits = error == std::errc() && stop == end && number >= least;
    return fits ? std::string() : "is \"" + text + "\", expected a whole number from " + std::to_string(least) + " on";
  };
}

/// A number, finite in double.
inline std::string finite_number(const std::string& text) {
  char* stop = nullptr;
  const double number = std::strtod(text.c_str(), &stop);
  const bool fits = !text.empty() && *stop == '\0' && std::isfinite(number);
  return fits ? std::string() : "is \"" + text + "\", expected a number";
}

inline std::string positive_number(const std::string& text) {
  const bool fits = finite_number(text).empty() && std::strtod(text.c_str(), nullptr) > 0;
  return fits ? std::string() : "is \"" + text + "\", expected a number above 0";
}

/// A file's name, or "-".
inline std::string file_name(const std::string& text) {
  return text.empty() ? "is empty, expected the name of a file" : std::string();
}

/// Throws UsageError unless an output's name ends in ".png" or what else it must, in letters of any case ("-" has no
/// name), and FileError where it can't be written: before the work.
inline void check_output_file(const std::string& path, const std::string& expected) {
  if (path == "-") return;
  std::string extension = path.substr(std::min(path.rfind('.'), path.size()));
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (extension != expected)
    throw attn::UsageError(path + ": can't tell the format: unknown extension, expected " + expected);
  attn::OutputFile::check(path);
}
