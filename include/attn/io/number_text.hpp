// Numbers as text: the shortest digits that read back as the same number, whatever the locale.
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace attn::io {

enum class NumberText { number, not_a_number, out_of_range };

/// Reads a number from the beginning of `text` [begin, end): 1, -2.5, +1e-5, nan, inf. `begin` moves past it. What is
/// too small for a double is 0; what is too large is out_of_range.
inline NumberText read_number(const char*& begin, const char* end, double& value) {
  const char* digits = begin;
  if (digits != end && *digits == '+' && digits + 1 != end && digits[1] != '-') ++digits;
  const auto [next, error] = std::from_chars(digits, end, value);
  if (error == std::errc::invalid_argument) return NumberText::not_a_number;
  if (error == std::errc::result_out_of_range) {
    const std::string_view number(digits, static_cast<std::size_t>(next - digits));
    const std::size_t exponent = number.find_first_of("eE");
    const bool small = exponent != std::string_view::npos
                           ? number.substr(exponent).starts_with("e-") || number.substr(exponent).starts_with("E-")
                           : number.find('.') != std::string_view::npos;
    if (!small) return NumberText::out_of_range;
    value = *digits == '-' ? -0.0 : 0.0;
  }
  begin = next;
  return NumberText::number;
}

/// Room that write_number() needs for any number.
inline constexpr std::size_t kNumberRoom = 32;

/// Writes `value` at `to`, with "nan", "inf" or "-inf" where it is not finite; returns the end.
template <class T>
char* write_number(char* to, T value) {
  if (std::isnan(value)) value = std::abs(value);  // no "-nan"
  return std::to_chars(to, to + kNumberRoom, value).ptr;
}

}  // namespace attn::io
