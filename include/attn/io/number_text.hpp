// Numbers as text: the shortest digits that read back as the same number, whatever the locale.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace attn::io {

namespace detail {

/// Most numbers have few digits and a small exponent: the digits and the power of ten are then exact doubles, and one
/// multiplication or division rounds correctly [Clinger 1990]. False, and nothing changed, for all others.
inline bool read_short_number(const char*& begin, const char* end, double& value) {
  static constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  constexpr int kMostDigits = 17;  // more than a double holds
  const char* next = begin;
  const bool negative = next != end && *next == '-';
  if (negative) ++next;
  std::uint64_t digits = 0;
  int count = 0, exponent = 0;
  const auto take_digits = [&] {
    const char* first = next;
    for (; next != end && *next >= '0' && *next <= '9' && count < kMostDigits; ++next, ++count)
      digits = digits * 10 + static_cast<std::uint64_t>(*next - '0');
    return static_cast<int>(next - first);
  };
  take_digits();
  if (next != end && *next == '.') {
    ++next;
    exponent = -take_digits();
  }
  if (count == 0 || count == kMostDigits) return false;
  if (next != end && (*next == 'e' || *next == 'E')) {
    ++next;
    const bool minus = next != end && *next == '-';
    if (next != end && (*next == '-' || *next == '+')) ++next;
    int written = 0, length = 0;
    for (; next != end && *next >= '0' && *next <= '9' && length < 4; ++next, ++length)
      written = written * 10 + (*next - '0');
    if (length == 0 || length == 4) return false;
    exponent += minus ? -written : written;
  }
  if (digits > std::uint64_t{1} << 53 || exponent < -22 || exponent > 22) return false;
  const auto exact = static_cast<double>(digits);
  const double size = exponent < 0 ? exact / powers[-exponent] : exact * powers[exponent];
  value = negative ? -size : size;
  begin = next;
  return true;
}

/// The power of ten of a number's first digit that isn't 0: 2 for 100, -2 for 0.012, roughly for exponents beyond all
/// bounds. `number` is what from_chars() takes for one.
inline std::ptrdiff_t decimal_exponent(std::string_view number) {
  const std::size_t end_of_digits = std::min(number.find_first_of("eE"), number.size());
  const std::string_view digits = number.substr(0, end_of_digits);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::size_t first = std::min(digits.find_first_of("123456789"), digits.size());
  int written = 0;
  if (end_of_digits < number.size()) {
    std::string_view exponent = number.substr(end_of_digits + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    const bool endless = std::from_chars(exponent.data(), exponent.data() + exponent.size(), written).ec != std::errc();
    if (endless) written = exponent.starts_with('-') ? -(1 << 30) : 1 << 30;
  }
  return static_cast<std::ptrdiff_t>(point) - static_cast<std::ptrdiff_t>(first) - (first < point ? 1 : 0) + written;
}

}  // namespace detail

enum class NumberText { number, not_a_number, out_of_range };

/// Reads a number from the beginning of `text` [begin, end): 1, -2.5, +1e-5, nan, inf. `begin` moves past it. What is
/// too small for a double is 0; what is too large is out_of_range.
inline NumberText read_number(const char*& begin, const char* end, double& value) {
  if (detail::read_short_number(begin, end, value)) return NumberText::number;
  const char* digits = begin;
  if (digits != end && *digits == '+' && digits + 1 != end && digits[1] != '-') ++digits;
  const auto [next, error] = std::from_chars(digits, end, value);
  if (error == std::errc::invalid_argument) return NumberText::not_a_number;
  if (error == std::errc::result_out_of_range) {
    if (detail::decimal_exponent({digits, static_cast<std::size_t>(next - digits)}) > 0)
      return NumberText::out_of_range;
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
