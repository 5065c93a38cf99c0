// Numbers as whole ones of 8 or 16 bits: what a page carries of a matrix, with an error that can be stated.
//
//     root    x = high · (c/M)²                 for numbers from 0 on, so that small weights keep their digits
//     linear  x = low + (high − low) · c/M      where some are negative
//
// c is 0 … M; M = 2^bits − 4, and the three codes above it are infinity, minus infinity and NaN. Rounding c moves x by
// at most high·(c + ¼)/M² = √(x·high)/M + high/4M² (root) or (high − low)/2M (linear). 0 and high are exact.
#pragma once

#include <attn/base/matrix.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace attn::render {

struct PackedNumbers {
  Index rows = 0, columns = 0;
  int bits = 8;      // 8 or 16
  bool root = true;  // the curve
  float low = 0, high = 0;
  std::vector<std::uint8_t> bytes;  // row by row; of 16 bits all the lower bytes, then all the higher ones

  static constexpr int kInfinity = 1, kMinusInfinity = 2, kNaN = 3;  // above M
  int most() const { return (1 << bits) - 4; }

  /// The number of code c.
  double value(int c) const {
    if (c > most())
      return c == most() + kNaN ? std::numeric_limits<double>::quiet_NaN()
                                : (c == most() + kInfinity ? 1 : -1) * std::numeric_limits<double>::infinity();
    const double t = static_cast<double>(c) / most();
    return root ? static_cast<double>(high) * t * t
                : static_cast<double>(low) + (static_cast<double>(high) - static_cast<double>(low)) * t;
  }
  int code(Index i, Index j) const {
    const auto at = static_cast<std::size_t>(i * columns + j);
    return bits == 8 ? bytes[at] : bytes[at] | bytes[at + bytes.size() / 2] << 8;
  }
};

inline PackedNumbers pack_numbers(const ConstView<float>& numbers, int bits) {
  PackedNumbers packed{numbers.rows(), numbers.cols(), bits, true, 0, 0, {}};
  const auto size = static_cast<std::size_t>(numbers.size());
  packed.bytes.resize(bits == 8 ? size : 2 * size);
  float low = std::numeric_limits<float>::infinity(), high = -low;
  const auto row_of = [&](Index i) { return numbers.data() + i * numbers.outerStride(); };
  for (Index i = 0; i < numbers.rows(); ++i)
    for (Index j = 0; j < numbers.cols(); ++j) {
      const float x = row_of(i)[j];
      if (std::isfinite(x)) low = std::min(low, x), high = std::max(high, x);
    }
  if (low > high) low = high = 0;  // none is finite
  packed.root = low >= 0;
  packed.low = packed.root ? 0 : low;
  packed.high = high;
  const double M = packed.most(), range = static_cast<double>(high) - static_cast<double>(packed.low);
  const double per_unit = range > 0 ? 1 / range : 0;
  std::size_t at = 0;
  for (Index i = 0; i < numbers.rows(); ++i)
    for (Index j = 0; j < numbers.cols(); ++j, ++at) {
      const float x = row_of(i)[j];
      int code = 0;
      if (std::isfinite(x)) {
        const double t = (static_cast<double>(x) - static_cast<double>(packed.low)) * per_unit;
        code = static_cast<int>(M * (packed.root ? std::sqrt(t) : t) + 0.5);
      } else {
        code = packed.most() + (std::isnan(x) ? packed.kNaN : x > 0 ? packed.kInfinity : packed.kMinusInfinity);
      }
      packed.bytes[at] = static_cast<std::uint8_t>(code & 255);
      if (bits == 16) packed.bytes[size + at] = static_cast<std::uint8_t>(code >> 8);
    }
  return packed;
}

}  // namespace attn::render
