// Attention with linear biases: the further away a key, the lower its score.
//
//     S_ij ← S_ij − slope_h · |i − j|                                      [Press 2022, §3]
//
// The slopes are a geometric sequence over the heads. In a causal model only j <= i is seen and |i − j| = i − j.
#pragma once

#include <attn/core/bias.hpp>

#include <cmath>
#include <cstdlib>

namespace attn {

/// The slope of head h of H: 2^(−8 (h+1) / H) where H is a power of two. For other H the largest power of two P below
/// it gives the first P slopes, and every second slope of 2P heads the rest, as in the paper's code [Press 2022].
inline double alibi_slope(Index h, Index H) {
  Index power = 1;
  while (2 * power <= H) power *= 2;
  const auto of_power_of_two = [](Index head, Index heads) {
    return std::exp2(-8.0 * static_cast<double>(head + 1) / static_cast<double>(heads));
  };
  return h < power ? of_power_of_two(h, power) : of_power_of_two(2 * (h - power), 2 * power);
}

/// The bias of one head.
struct AlibiBias {
  double slope;
  Index offset = 0;  // the position of the first query, as in CausalMask
  double operator()(Index i, Index j) const { return -slope * static_cast<double>(std::abs(i + offset - j)); }
};

/// The biases of all heads.
struct Alibi {
  Index H;
  Index offset = 0;
  AlibiBias head(Index h) const { return {alibi_slope(h, H), offset}; }
  void check(Index heads) const {
    check_shape(H == heads, "alibi", "the sequence of slopes", {H}, to_string(Shape{heads}), "one for each head");
  }
};

}  // namespace attn
