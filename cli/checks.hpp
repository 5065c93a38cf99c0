// What an option's text must be, said in words of our own.
#pragma once

#include <attn/base/matrix.hpp>

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

/// A file's name, or "-".
inline std::string file_name(const std::string& text) {
  return text.empty() ? "is empty, expected the name of a file" : std::string();
}
