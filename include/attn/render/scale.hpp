// How numbers become positions on the colour map, 0 to 1: which range is shown, and along which curve.
//
//     linear  t = u                u = (x − low) / (high − low), taken to [0, 1]
//     gamma   t = u^G              G < 1 spreads small values
//     log     t = log(x / low) / log(high / low), low = the floor at least
#pragma once

#include <attn/base/error.hpp>
#include <attn/base/matrix.hpp>
#include <attn/render/number.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace attn::render {

/// Panels of a figure: row-major matrices that live elsewhere.
using Panel = Eigen::Map<const Matrix<float>, 0, Eigen::OuterStride<>>;

/// What the reader asks for: a range and a curve, "minmax", "robust,log:1e-5", "row,gamma:0.3".
struct Normalize {
  enum class Range {
    fixed,   // 0 to 1
    minmax,  // smallest to largest of all panels
    robust,  // 2nd to 98th percentile of all panels
    row,     // each row of each panel has its own minimum and maximum
    head     // each panel has its own minimum and maximum
  };
  enum class Curve { linear, gamma, log };

  Range range = Range::minmax;
  Curve curve = Curve::linear;
  double gamma = 0.5;   // exponent of Curve::gamma
  double floor = 1e-4;  // smallest value that Curve::log tells apart

  bool one_scale() const { return range != Range::row && range != Range::head; }

  /// Reads words separated by commas: fixed, minmax, row, head, robust; linear, gamma[:G], log[:FLOOR].
  /// Throws UsageError for others.
  static Normalize parse(std::string_view text);
};

/// The numbers at the two ends of the colour map.
struct Limits {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  Index bad = 0;  // how many numbers weren't finite, and so weren't counted

  bool empty() const { return !(low <= high); }  // no finite number was seen
  void include(double x) {
    low = std::min(low, x);
    high = std::max(high, x);
  }
};

/// Maps numbers to [0, 1].
class Scale {
 public:
  Scale(const Normalize& normalize, Limits limits) : normalize_(normalize), limits_(limits) {
    if (limits_.empty()) limits_ = {0, 0};
    if (normalize_.curve == Normalize::Curve::log) limits_.low = std::max(limits_.low, normalize_.floor);
    if (!constant())
      span_ =
          normalize_.curve == Normalize::Curve::log ? std::log(limits_.high / limits_.low) : limits_.high - limits_.low;
  }

  const Limits& limits() const { return limits_; }
  const Normalize& normalize() const { return normalize_; }

  /// All numbers are equal (or, on a log scale, below the floor): there's nothing to tell apart.
  bool constant() const { return !(limits_.low < limits_.high); }

  /// Where x lies, 0 to 1; in the middle when all numbers are equal. NaN and infinity have no place: ask is_bad().
  double operator()(double x) const {
    if (constant()) return x < limits_.low ? 0.0 : x > limits_.low ? 1.0 : 0.5;
    if (normalize_.curve == Normalize::Curve::log) {
      return std::clamp(std::log(std::max(x, limits_.low) / limits_.low) / span_, 0.0, 1.0);
    }
    const double u = std::clamp((x - limits_.low) / span_, 0.0, 1.0);
    if (normalize_.curve == Normalize::Curve::linear) return u;
    if (limits_.low != -limits_.high) return std::pow(u, normalize_.gamma);
    return 0.5 + std::copysign(0.5 * std::pow(std::abs(2 * u - 1), normalize_.gamma), u - 0.5);  // away from zero
  }

  static bool is_bad(float x) { return !(std::abs(x) <= std::numeric_limits<float>::max()); }

  /// The same for a row of numbers, in steps: out[j] = round(t · (levels − 1)), or `levels` for NaN and infinity.
  void levels(const float* row, Index size, int levels, std::uint8_t* out) const {
    const float top = static_cast<float>(levels - 1), low = static_cast<float>(limits_.low);
    if (constant() || (normalize_.curve != Normalize::Curve::linear && limits_.low == -limits_.high)) {
      for (Index j = 0; j < size; ++j)
        out[j] = is_bad(row[j]) ? static_cast<std::uint8_t>(levels)
                                : static_cast<std::uint8_t>((*this)(static_cast<double>(row[j])) * (levels - 1) + 0.5);
      return;
    }
    const float per_unit = static_cast<float>(1.0 / span_), gamma = static_cast<float>(normalize_.gamma);
    const float high = static_cast<float>(limits_.high);
    Eigen::ArrayXf t = Eigen::Map<const Eigen::ArrayXf>(row, size).max(low).min(high);
    if (normalize_.curve == Normalize::Curve::log)
      t = (t * (1.0f / low)).log() * per_unit;
    else
      t = (t - low) * per_unit;
    if (normalize_.curve == Normalize::Curve::gamma) t = t.pow(gamma);
    t = t * top + 0.5f;
    if (all_finite(row, size)) {
      for (Index j = 0; j < size; ++j) out[j] = static_cast<std::uint8_t>(static_cast<int>(t[j]));
    } else {  // what is NaN became whatever it likes, and isn't asked
      for (Index j = 0; j < size; ++j)
        out[j] = static_cast<std::uint8_t>(is_bad(row[j]) ? levels : static_cast<int>(t[j]));
    }
  }

  static bool all_finite(const float* row, Index size) {
    return (Eigen::Map<const Eigen::ArrayXf>(row, size) * 0.0f).sum() == 0.0f;
  }

 private:
  Normalize normalize_;
  Limits limits_;
  double span_ = 1;
};

/// The smallest and largest finite number.
inline Limits limits_of(const Panel& panel) {
  Limits limits;
  for (Index i = 0; i < panel.rows(); ++i) {
    const Eigen::Map<const Eigen::ArrayXf> row(panel.data() + i * panel.outerStride(), panel.cols());
    float low = std::numeric_limits<float>::infinity(), high = -low;
    if (Scale::all_finite(row.data(), row.size())) {
      low = row.minCoeff();
      high = row.maxCoeff();
    } else {
      for (const float x : row) {
        if (Scale::is_bad(x)) {
          ++limits.bad;
          continue;
        }
        low = std::min(low, x);
        high = std::max(high, x);
      }
    }
    if (low <= high) limits.include(static_cast<double>(low)), limits.include(static_cast<double>(high));
  }
  return limits;
}

/// The 2nd and 98th percentile of the finite numbers of all panels, interpolated linearly between order statistics.
inline Limits robust_limits(const std::vector<Panel>& panels) {
  std::vector<float> numbers;
  for (const Panel& panel : panels)
    for (Index i = 0; i < panel.rows(); ++i)
      for (Index j = 0; j < panel.cols(); ++j)
        if (!Scale::is_bad(panel(i, j))) numbers.push_back(panel(i, j));
  if (numbers.empty()) return {};
  const auto percentile = [&](double share) {
    const double position = share * static_cast<double>(numbers.size() - 1);
    const auto at = numbers.begin() + static_cast<std::ptrdiff_t>(position);
    std::nth_element(numbers.begin(), at, numbers.end());
    const double low = static_cast<double>(*at), part = position - std::floor(position);
    return part == 0 ? low : low + part * (static_cast<double>(*std::min_element(at + 1, numbers.end())) - low);
  };
  return {percentile(0.02), percentile(0.98)};
}

inline Normalize Normalize::parse(std::string_view text) {
  static constexpr struct {
    std::string_view word;
    Range range;
  } ranges[] = {{"fixed", Range::fixed},
                {"minmax", Range::minmax},
                {"robust", Range::robust},
                {"row", Range::row},
                {"head", Range::head}};
  Normalize normalize;
  bool has_range = false, has_curve = false;
  for (std::string_view rest = text; !rest.empty() || rest.data() == text.data();) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    const std::size_t colon = part.find(':');
    const std::string_view word = part.substr(0, colon);
    const bool bare = colon == std::string_view::npos;
    const double number = bare ? 0.0 : parse_number(part.substr(colon + 1)).value_or(-1.0);
    const auto range =
        std::find_if(std::begin(ranges), std::end(ranges), [&](auto& r) { return bare && r.word == word; });
    bool& taken = range != std::end(ranges) ? has_range : has_curve;
    if (range != std::end(ranges))
      normalize.range = range->range;
    else if (bare && word == "linear")
      normalize.curve = Curve::linear;
    else if ((bare || number > 0) && word == "gamma")
      normalize.curve = Curve::gamma, normalize.gamma = bare ? 0.5 : number;
    else if ((bare || number > 0) && word == "log")
      normalize.curve = Curve::log, normalize.floor = bare ? 1e-4 : number;
    else
      throw UsageError("normalize: there is no \"" + std::string(part) +
                       "\", expected fixed, minmax, robust, row or head, and linear, gamma[:G] or log[:FLOOR] with a "
                       "number above 0, separated by commas");
    if (taken)
      throw UsageError("normalize: \"" + std::string(text) + "\" has a second " +
                       (range != std::end(ranges) ? "range" : "curve") + ", expected one range and one curve");
    taken = true;
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
    if (rest.empty()) throw UsageError("normalize: \"" + std::string(text) + "\" ends with a comma, expected a word");
  }
  return normalize;
}

}  // namespace attn::render
