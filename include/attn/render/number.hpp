// Numbers as a reader wants them: short, the same in every locale, and round ones for the ticks of a scale.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace attn::render {

/// The whole of `text` as a finite number, or nothing.
inline std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

namespace detail {

inline std::string number_text(double x, std::chars_format format, int digits) {
  char buffer[512];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, x, format, digits);
  return error == std::errc() ? std::string(buffer, end) : "?";
}

/// "1.50e-05" becomes "1.5e-5".
inline std::string shorten_scientific(const std::string& text) {
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, e), exponent = text.substr(e + 1);
  if (mantissa.find('.') != std::string::npos) mantissa.erase(mantissa.find_last_not_of('0') + 1);
  if (mantissa.back() == '.') mantissa.pop_back();
  const bool negative = exponent[0] == '-';
  exponent.erase(0, std::min(exponent.find_first_not_of("+-0"), exponent.size() - 1));
  return mantissa + "e" + (negative ? "-" : "") + exponent;
}

/// With a real minus sign, as wide as a plus.
inline std::string with_minus(std::string text) {
  for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos;) text.replace(at, 1, "\u2212");
  return text;
}

}  // namespace detail

/// At most `digits` significant digits, no zeros behind: "0.25", "12", "3e-7".
inline std::string short_number(double x, int digits = 3) {
  if (x == 0) return "0";
  if (std::isnan(x)) return "NaN";
  if (std::isinf(x)) return x > 0 ? "∞" : "−∞";
  const std::string scientific = detail::number_text(x, std::chars_format::scientific, digits - 1);
  const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
  if (exponent < -4 || exponent > 5) return detail::with_minus(detail::shorten_scientific(scientific));
  std::string text = detail::number_text(x, std::chars_format::fixed, std::max(0, digits - 1 - exponent));
  if (text.find('.') != std::string::npos) text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return detail::with_minus(text);
}

/// Exactly `decimals` digits behind the point: columns of numbers line up.
inline std::string fixed_number(double x, int decimals) {
  return detail::with_minus(detail::number_text(x == 0 ? 0.0 : x, std::chars_format::fixed, decimals));
}

/// A number on a scale, and how it's written there.
struct Tick {
  double value;
  std::string text;
};

/// At most `most` multiples of 1, 2 or 5 times a power of ten within [low, high], all with the same decimals.
inline std::vector<Tick> round_ticks(double low, double high, int most) {
  std::vector<Tick> ticks;
  if (!(low < high) || most < 1) return ticks;
  const double rough = (high - low) / most;
  double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (;; power *= 10) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double step = factor * power, slack = 0.003 * (high - low);  // an end that is all but round has a tick
      const double first = std::ceil((low - slack) / step), last = std::floor((high + slack) / step);
      if (last - first + 1 > most) continue;
      const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
      const double largest = std::max(std::abs(low), std::abs(high));
      for (double k = first; k <= last; ++k) {
        const bool plain = decimals <= 5 && largest < 1e6;
        ticks.push_back({k * step, plain ? fixed_number(k * step, decimals) : short_number(k * step, 4)});
      }
      return ticks;
    }
  }
}

/// At most `most` ticks for a logarithmic scale: powers of ten, evenly thinned, or round numbers where it spans less
/// than one and a half powers.
inline std::vector<Tick> log_ticks(double low, double high, int most) {
  const double first = std::ceil(std::log10(low) - 1e-9), last = std::floor(std::log10(high) + 1e-9);
  if (last - first < 1) return round_ticks(low, high, most);
  const double step = std::ceil((last - first + 1) / most);
  std::vector<Tick> ticks;
  for (double exponent = last; exponent >= first; exponent -= step) {
    const double power = std::pow(10.0, exponent);
    const std::string text = first < -3 || last > 5
                                 ? detail::with_minus("1e" + std::to_string(static_cast<int>(exponent)))
                                 : short_number(power);
    ticks.insert(ticks.begin(), {power, text});
  }
  return ticks;
}

}  // namespace attn::render
