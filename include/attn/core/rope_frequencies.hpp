// The frequencies of rotary positions, and the ways to stretch them to texts longer than a model was trained on.
//
//     frequency_c = base^(−2c / r),   c = 0 … r/2 − 1,   in radians per token        [Su 2021, §3.2.2]
//
// r is the number of columns that turn. Each function returns the frequencies [r/2], and throws UsageError unless r is
// 0, 2, 4 …; the names in quotes are those of "rope_type" in a model's config.json.
#pragma once

#include <attn/base/error.hpp>
#include <attn/base/matrix.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace attn {

/// No scaling ("default").
inline Eigen::VectorXd rope_frequencies(Index r, double base = 10000.0) {
  if (r < 0 || r % 2 != 0)
    throw UsageError("rope frequencies: " + std::to_string(r) + " columns can't turn in pairs: expected 0, 2, 4 …");
  Eigen::VectorXd frequencies(r / 2);
  for (Index c = 0; c < r / 2; ++c)
    frequencies(c) = std::pow(base, -2.0 * static_cast<double>(c) / static_cast<double>(r));
  return frequencies;
}

/// Position interpolation ("linear"): all positions are `factor` times closer together [Chen 2023].
inline Eigen::VectorXd rope_frequencies_linear(Index r, double base, double factor) {
  return rope_frequencies(r, base) / factor;
}

/// A base that grows with the text once it has N tokens, more than the `trained` ones ("dynamic"): high frequencies
/// stay, low ones are interpolated [bloc97 2023, "NTK-aware scaled RoPE"; emozilla 2023, "Dynamically scaled RoPE"].
inline Eigen::VectorXd rope_frequencies_dynamic(Index r, double base, double factor, Index trained, Index N) {
  const double length = static_cast<double>(std::max(N, trained)) / static_cast<double>(trained);
  const double growth = factor * length - (factor - 1.0);
  return rope_frequencies(r, base * std::pow(growth, static_cast<double>(r) / static_cast<double>(r - 2)));
}

/// Interpolation by wavelength ("llama3"): frequencies that turn at least `high` times within the `trained` tokens
/// stay, those that turn at most `low` times are divided by `factor`, between them goes a ramp [Llama 3.1 2024, code].
inline Eigen::VectorXd rope_frequencies_by_wavelength(Index r, double base, double factor, double low, double high,
                                                      Index trained) {
  Eigen::VectorXd frequencies = rope_frequencies(r, base);
  for (double& frequency : frequencies) {
    const double turns = static_cast<double>(trained) * frequency / (2.0 * std::numbers::pi);
    const double keep = std::clamp((turns - low) / (high - low), 0.0, 1.0);
    frequency *= keep + (1.0 - keep) / factor;
  }
  return frequencies;
}

/// YaRN ("yarn"): like the above, from where a pair turns `fast` times within the `trained` tokens to where it turns
/// `slow` times [Peng 2023]. The ramp is linear in c, as in the authors' code and in the models that use it; §3.2 of
/// the paper has one that is linear in the number of turns, as above. Goes with yarn_attention_factor().
inline Eigen::VectorXd rope_frequencies_yarn(Index r, double base, double factor, Index trained, double fast = 32.0,
                                             double slow = 1.0) {
  const auto pair_that_turns = [&](double turns) {
    const double tokens_a_radian = static_cast<double>(trained) / (turns * 2.0 * std::numbers::pi);
    return static_cast<double>(r) * std::log(tokens_a_radian) / (2.0 * std::log(base));
  };
  const double first = std::max(std::floor(pair_that_turns(fast)), 0.0);
  const double last = std::min(std::ceil(pair_that_turns(slow)), static_cast<double>(r - 1));
  const double length = first == last ? 0.001 : last - first;
  Eigen::VectorXd frequencies = rope_frequencies(r, base);
  for (Index c = 0; c < frequencies.size(); ++c) {
    const double keep = 1.0 - std::clamp((static_cast<double>(c) - first) / length, 0.0, 1.0);
    frequencies(c) *= keep + (1.0 - keep) / factor;
  }
  return frequencies;
}

/// What q and k are multiplied by where YaRN stretches the text `factor` times: 0.1 ln(factor) + 1 [Peng 2023, §3.4].
inline double yarn_attention_factor(double factor) { return factor <= 1.0 ? 1.0 : 0.1 * std::log(factor) + 1.0; }

}  // namespace attn
