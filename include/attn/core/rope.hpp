// Rotary positions: pairs of columns of q and k are turned by an angle that grows with the token's position, so that
// their dot product depends on the distance between two tokens only.
//
//     (a, b) ← (a cos φ − b sin φ, a sin φ + b cos φ),   φ = position · frequency_c   (radians)   [Su 2021, eq. 34]
//
//     x [N x H·dk]   positions [N]   frequencies [r/2]: the first r <= dk columns of each head turn
//
// Which columns form pair c is a convention of the model: (2c, 2c+1) as in the paper, or (c, c + r/2). Their weights
// aren't interchangeable. core/rope_frequencies.hpp makes the frequencies.
#pragma once

#include <attn/base/shape.hpp>

#include <cmath>
#include <vector>

namespace attn {

/// first, first + 1, …: the positions of N tokens of which `first` came before.
inline std::vector<Index> positions_from(Index first, Index N) {
  std::vector<Index> positions;
  for (Index n = 0; n < N; ++n) positions.push_back(first + n);
  return positions;
}

namespace detail {

/// Turns the pairs of columns (c·step, c·step + apart) of each head.
template <class T>
void rotate_pairs(Matrix<T>& x, const std::vector<Index>& positions, const Eigen::VectorXd& frequencies, Index heads,
                  double factor, Index step, Index apart) {
  const Index N = static_cast<Index>(positions.size()), r = 2 * frequencies.size();
  check_shape(N == x.rows(), "rope", "x", shape_of(x), std::to_string(N) + " rows", "one for each position");
  check_shape(heads > 0 && x.cols() % heads == 0 && r <= x.cols() / heads, "rope", "x", shape_of(x),
              std::to_string(heads) + " heads of at least " + std::to_string(r) + " columns", "two for each frequency");
  const Index dk = x.cols() / heads;
  for (Index i = 0; i < N; ++i) {
    for (Index c = 0; c < frequencies.size(); ++c) {
      const double angle = static_cast<double>(positions[static_cast<std::size_t>(i)]) * frequencies(c);
      const T cosine = T(factor * std::cos(angle)), sine = T(factor * std::sin(angle));
      for (Index h = 0; h < heads; ++h) {
        T& a = x(i, h * dk + c * step);
        T& b = x(i, h * dk + c * step + apart);
        const T turned_a = a * cosine - b * sine, turned_b = a * sine + b * cosine;
        a = turned_a;
        b = turned_b;
      }
    }
  }
}

}  // namespace detail

/// x [N x H·dk] with the pairs (2c, 2c+1) of each head turned, and multiplied by `factor`. Negative positions turn
/// back. Throws ShapeError where x, positions, frequencies and heads don't fit. Source: Su 2021, eq. 34.
template <class X>
auto rope_interleaved(const Eigen::MatrixBase<X>& x, const std::vector<Index>& positions,
                      const Eigen::VectorXd& frequencies, Index heads = 1, double factor = 1.0) {
  using T = ComputeScalar<X>;
  Matrix<T> turned = x.template cast<T>();  // [N x H·dk]
  detail::rotate_pairs(turned, positions, frequencies, heads, factor, 2, 1);
  return turned;
}

/// The same for the pairs (c, c + r/2), r = 2·(number of frequencies). Source: the layout of GPT-NeoX [Black 2022].
template <class X>
auto rope_halves(const Eigen::MatrixBase<X>& x, const std::vector<Index>& positions, const Eigen::VectorXd& frequencies,
                 Index heads = 1, double factor = 1.0) {
  using T = ComputeScalar<X>;
  Matrix<T> turned = x.template cast<T>();  // [N x H·dk]
  detail::rotate_pairs(turned, positions, frequencies, heads, factor, 1, frequencies.size());
  return turned;
}

}  // namespace attn
