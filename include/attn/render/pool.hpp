// Pooling: a matrix larger than the picture becomes one cell a pixel.
//
//     cell (p, q) of P x Q covers rows ⌊p·N/P⌋ … ⌊(p+1)·N/P⌋ − 1, and columns likewise: every element is in one cell
#pragma once

#include <attn/base/error.hpp>
#include <attn/base/matrix.hpp>
#include <attn/base/shape.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

namespace attn::render {

/// A matrix, or a block of one, that isn't copied.
using MatrixView = Eigen::Ref<const Matrix<float>, 0, Eigen::OuterStride<>>;

/// What a cell shows of the elements that it covers.
enum class Pool { mean, max, sum };

/// "mean", "max" or "sum". Throws UsageError for any other word.
inline Pool parse_pool(std::string_view word) {
  if (word == "mean") return Pool::mean;
  if (word == "max") return Pool::max;
  if (word == "sum") return Pool::sum;
  throw UsageError("pooling: there is no \"" + std::string(word) + "\", expected one of mean, max, sum");
}

inline const char* pool_name(Pool pool) { return pool == Pool::mean ? "mean" : pool == Pool::max ? "max" : "sum"; }

/// The smallest number of cells, none covering more than ⌈n/limit⌉ elements, that is within `limit`.
inline Index pooled_size(Index n, Index limit) {
  if (n <= limit) return n;
  const Index block = (n + limit - 1) / limit;
  return (n + block - 1) / block;
}

/// `matrix` [N x M] pooled to [rows x columns]; reads it once, front to back. A cell with a NaN in it is NaN.
/// Throws ShapeError unless 1 <= rows <= N and 1 <= columns <= M.
inline Matrix<float> pool(const MatrixView& matrix, Index rows, Index columns, Pool how = Pool::mean) {
  const Index N = matrix.rows(), M = matrix.cols();
  check_shape(rows >= 1 && rows <= N && columns >= 1 && columns <= M, "pool", "the pooled shape", {rows, columns},
              "at least [1 x 1] and at most " + to_string(Shape{N, M}));
  std::vector<Index> edge(static_cast<std::size_t>(columns) + 1);
  for (Index q = 0; q <= columns; ++q) edge[static_cast<std::size_t>(q)] = q * M / columns;

  Matrix<float> pooled(rows, columns);
  std::vector<double> cells(static_cast<std::size_t>(columns));
  for (Index p = 0; p < rows; ++p) {
    const Index first = p * N / rows, last = (p + 1) * N / rows;
    std::fill(cells.begin(), cells.end(), how == Pool::max ? -HUGE_VAL : 0.0);
    for (Index i = first; i < last; ++i) {
      const float* row = matrix.data() + i * matrix.outerStride();
      for (std::size_t q = 0; q < cells.size(); ++q) {
        const Eigen::Map<const Eigen::ArrayXf> block(row + edge[q], edge[q + 1] - edge[q]);
        if (how == Pool::max)
          for (const float x : block) cells[q] = x > cells[q] || x != x ? static_cast<double>(x) : cells[q];
        else
          cells[q] += static_cast<double>(block.sum());
      }
    }
    for (Index q = 0; q < columns; ++q) {
      const std::size_t at = static_cast<std::size_t>(q);
      const double count = static_cast<double>((last - first) * (edge[at + 1] - edge[at]));
      pooled(p, q) = static_cast<float>(how == Pool::mean ? cells[at] / count : cells[at]);
    }
  }
  return pooled;
}

}  // namespace attn::render
