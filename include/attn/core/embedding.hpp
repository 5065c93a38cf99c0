// Embeddings: rows of a table, and positions as sines and cosines.
//
//     P[i, 2c] = sin(i / 10000^(2c/D)),   P[i, 2c+1] = cos(i / 10000^(2c/D))         [Vaswani 2017, §3.5]
//
//     table [V x D]   tokens [N]   P [N x D]
#pragma once

#include <attn/base/shape.hpp>

#include <cmath>
#include <vector>

namespace attn {

/// The row of `table` [V x D] for each token: [N x D]. Throws UsageError for a token that isn't in the table.
template <class E>
auto embed(const Eigen::MatrixBase<E>& table, const std::vector<Index>& tokens) {
  using T = ComputeScalar<E>;
  Matrix<T> embedded(static_cast<Index>(tokens.size()), table.cols());  // [N x D]
  for (Index n = 0; n < embedded.rows(); ++n) {
    const Index token = tokens[static_cast<std::size_t>(n)];
    if (token < 0 || token >= table.rows())
      throw UsageError("embedding: token " + std::to_string(token) + " at position " + std::to_string(n) +
                       " isn't in the table: expected 0 to " + std::to_string(table.rows() - 1));
    embedded.row(n) = table.row(token).template cast<T>();
  }
  return embedded;
}

/// Sines in the even columns, cosines in the odd ones: [N x D]. Throws UsageError for a negative size. Source: Vaswani
/// 2017, §3.5.
template <class T = float>
Matrix<T> sinusoidal_positions(Index N, Index D, double base = 10000.0) {
  if (N < 0 || D < 0)
    throw UsageError("sinusoidal positions: " + to_string(Shape{N, D}) + " make no sense: expected no negative size");
  Matrix<T> positions(N, D);  // [N x D]
  for (Index i = 0; i < N; ++i) {
    for (Index d = 0; d < D; ++d) {
      const double wavelength = std::pow(base, static_cast<double>(d - d % 2) / static_cast<double>(D));
      const double angle = static_cast<double>(i) / wavelength;
      positions(i, d) = T(d % 2 == 0 ? std::sin(angle) : std::cos(angle));
    }
  }
  return positions;
}

/// The same numbers, all sines before all cosines: [N x D]. Source: the layout of Marian [Junczys-Dowmunt 2018].
template <class T = float>
Matrix<T> sinusoidal_positions_halves(Index N, Index D, double base = 10000.0) {
  const Matrix<T> interleaved = sinusoidal_positions<T>(N, D, base);
  const Index sines = (D + 1) / 2;
  Matrix<T> positions(N, D);  // [N x D]
  for (Index d = 0; d < D; ++d) positions.col(d % 2 == 0 ? d / 2 : sines + d / 2) = interleaved.col(d);
  return positions;
}

}  // namespace attn
