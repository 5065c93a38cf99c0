// What the programs of one case share: the input, a check in plain double, the time, and one line of JSON.
//
// A program measures one case and ends, so that its peak memory is that case's own. It throws instead of printing where
// the result is wrong: no time without a right answer.
#pragma once

#include <attn/base/matrix.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace attn::bench {

inline constexpr Index kWidth = 64;

/// Normal numbers for `heads` heads of N tokens, one head below the other: [heads·N x 64], contiguous.
template <class T>
struct Input {
  Index heads, N;
  Matrix<T> q, k, v;

  Input(Index head_count, Index tokens) : heads(head_count), N(tokens), q(normal(1)), k(normal(2)), v(normal(3)) {}

  auto head(const Matrix<T>& all, Index h) const { return all.middleRows(h * N, N); }
  auto head(Matrix<T>& all, Index h) const { return all.middleRows(h * N, N); }

 private:
  Matrix<T> normal(unsigned seed) const {
    Matrix<T> m(heads * N, kWidth);
    std::mt19937 random(seed);
    std::normal_distribution<T> distribution;
    for (Index i = 0; i < m.size(); ++i) m.data()[i] = distribution(random);
    return m;
  }
};

/// The weights of row `i` of head `h` [N], in double, step by step.
template <class T>
Eigen::VectorXd weights_of_row(const Input<T>& input, Index h, Index i, bool causal) {
  const Index keys = causal ? i + 1 : input.N;
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(input.N);
  const Eigen::VectorXd query = input.head(input.q, h).row(i).template cast<double>() / std::sqrt(double(kWidth));
  for (Index j = 0; j < keys; ++j) weights[j] = query.dot(input.head(input.k, h).row(j).template cast<double>());
  const double highest = weights.head(keys).maxCoeff();
  weights.head(keys) = (weights.head(keys).array() - highest).exp();
  return weights / weights.sum();
}

/// Rounding of a long sum, against the largest number of the row.
template <class T>
void check_row(const char* what, const Eigen::VectorXd& actual, const Eigen::VectorXd& expected) {
  const double allowed = (std::is_same_v<T, float> ? 1e-4 : 1e-10) * expected.cwiseAbs().maxCoeff();
  if (!((actual - expected).cwiseAbs().maxCoeff() <= allowed))  // also where there is a NaN
    throw std::runtime_error(std::string(what) + ": doesn't agree with the plain computation in double");
}

/// Compares some rows of the first and the last head. `weights` may be null: output only.
template <class T>
void check_attention_rows(const Input<T>& input, const T* output, const T* weights) {
  for (const Index h : {Index(0), input.heads - 1})
    for (const Index i : {Index(0), input.N / 2, input.N - 1}) {
      const Eigen::VectorXd expected = weights_of_row(input, h, i, false);
      const Index row = h * input.N + i;
      const auto actual = [row](const T* all, Index columns) -> Eigen::VectorXd {
        return Eigen::Map<const Eigen::VectorX<T>>(all + row * columns, columns).template cast<double>();
      };
      check_row<T>("output", actual(output, kWidth),
                   input.head(input.v, h).template cast<double>().transpose() * expected);
      if (weights) check_row<T>("weights", actual(weights, input.N), expected);
    }
}

/// Compares some rows of cells of a pooled map of one head: mean and largest weight of each cell, hidden weights being
/// 0. N must be a multiple of the number of cells.
template <class T>
void check_pooled_rows(const Input<T>& input, bool causal, const Matrix<T>& mean, const Matrix<T>& max) {
  const Index cells = mean.cols(), side = input.N / cells;
  for (const Index row : {Index(0), cells / 2}) {
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(cells), highest = sum;
    for (Index i = row * side; i < (row + 1) * side; ++i) {
      const Eigen::VectorXd weights = weights_of_row(input, 0, i, causal);
      const auto by_cell = weights.reshaped(side, cells);
      sum += by_cell.colwise().sum().transpose();
      highest = highest.cwiseMax(by_cell.colwise().maxCoeff().transpose());
    }
    check_row<T>("mean", mean.row(row).transpose().template cast<double>(), sum / double(side * side));
    check_row<T>("max", max.row(row).transpose().template cast<double>(), highest);
  }
}

struct Times {
  double median, low, high;
};

/// Seconds of one call(): the median, the shortest and the longest of at least five, within about a second; of as many
/// as ten seconds allow where a call takes long; of the first call where that took ten seconds. check() runs after the
/// first call, which otherwise isn't counted.
template <class Call, class Check>
Times measure(const Call& call, const Check& check) {
  using Clock = std::chrono::steady_clock;
  const auto seconds_of = [&](long calls) {
    const auto begin = Clock::now();
    for (long c = 0; c < calls; ++c) call();
    return std::chrono::duration<double>(Clock::now() - begin).count() / double(calls);
  };
  const double first = seconds_of(1);
  check();
  if (first > 10) return {first, first, first};
  const long calls = 1 + static_cast<long>(2e-3 / std::max(seconds_of(1), 1e-7));  // a clock needs 2 ms to be exact
  std::vector<double> times;
  double total = 0;
  while ((times.size() < 5 || total < 1) && total < 10) {
    times.push_back(seconds_of(calls));
    total += times.back() * double(calls);
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times.front(), times.back()};
}

/// The most memory that this process had at a time, in MB of 2^20 bytes; NaN where the system doesn't say.
inline double peak_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "VmHWM:") {
      double kilobytes = 0;
      status >> kilobytes;
      return kilobytes / 1024;
    }
  return std::numeric_limits<double>::quiet_NaN();
}

inline void print_times(const Times& times, double operations) {
  std::printf("{\"s\": %.6g, \"low\": %.6g, \"high\": %.6g, \"mb\": %.1f, \"gflops\": %.5g}\n", times.median, times.low,
              times.high, peak_mb(), operations / times.median * 1e-9);
}

}  // namespace attn::bench
