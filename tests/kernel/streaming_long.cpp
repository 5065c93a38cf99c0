// Long sequences: chosen rows and cells beside rows that are computed plainly in double. Hidden from a run of all tests
// because they take a minute.
#include <attn/kernel/pooled_map.hpp>
#include <attn/kernel/window.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

namespace {

/// A row of causal attention in double.
struct PlainRow {
  attn::ColumnVector<double> weights;  // [N]
  double log_sum_exp;
};
PlainRow plain_row(const Matrix<float>& q, const Matrix<float>& k, Index i) {
  const Index N = k.rows();
  attn::ColumnVector<double> scores(N);
  for (Index j = 0; j < N; ++j)
    scores(j) = k.row(j).cast<double>().dot(q.row(i).cast<double>()) / std::sqrt(double(q.cols()));
  scores.tail(N - 1 - i).setConstant(-std::numeric_limits<double>::infinity());
  const double max = scores.maxCoeff();
  attn::ColumnVector<double> weights = (scores.array() - max).unaryExpr([](double s) { return std::exp(s); });
  const double sum = weights.sum();
  return {weights / sum, max + std::log(sum)};
}

}  // namespace

TEST_CASE("streaming: 32,768 and 131,072 keys", "[.long]") {
  for (const Index N : {Index{32768}, Index{131072}}) {
    CAPTURE(N);
    const Index d = 64, cells = 512, size = N / cells;
    const Matrix<float> q = random(N, d, 1).cast<float>(), k = random(N, d, 2).cast<float>();
    const Matrix<float> v = random(N, d, 3).array().tanh().matrix().cast<float>();
    // Scores of normally distributed vectors are below 12 for all these pairs.
    const double unit = double(std::numeric_limits<float>::epsilon()) * (1 + 12);
    const attn::CausalMask mask;
    attn::PooledMap<float> map(N, N, cells, cells);
    const auto [output, log_sum_exp] = attn::streaming_attention(q, k, v, mask, attn::NoBias{}, {}, map);

    const std::vector<Index> rows = {0, 1, 63, 1000, N / 2 - 1, N / 2, N - 1000, N - 1};
    const Matrix<float> weights = attn::attention_rows(q, k, rows, mask);
    for (std::size_t n = 0; n < rows.size(); ++n) {
      const PlainRow row = plain_row(q, k, rows[n]);
      CAPTURE(rows[n]);
      CHECK(apart(weights.row(static_cast<Index>(n)), row.weights.transpose()) <= 4 * unit);
      CHECK(apart(output.row(rows[n]), row.weights.transpose() * v.cast<double>()) <= 4 * unit);
      CHECK(std::abs(double(log_sum_exp(rows[n])) - row.log_sum_exp) <= 4 * unit);
    }
    for (const Index p : {Index{0}, cells / 2, cells - 1}) {
      attn::RowVector<double> sums = attn::RowVector<double>::Zero(cells), maxima = sums;
      for (Index i = p * size; i < (p + 1) * size; ++i) {
        const attn::ColumnVector<double> row = plain_row(q, k, i).weights;
        for (Index c = 0; c < cells; ++c) {
          sums(c) += row.segment(c * size, size).sum();
          maxima(c) = std::max(maxima(c), row.segment(c * size, size).maxCoeff());
        }
      }
      CAPTURE(p);
      CHECK(apart(map.sum().row(p), sums) <= 4 * unit * sums.maxCoeff());
      CHECK(apart(map.max().row(p), maxima) <= 4 * unit * maxima.maxCoeff());
    }
    // Every row sums to 1, so every row of cells to its height.
    CHECK(apart(map.sum().rowwise().sum(), attn::ColumnVector<double>::Constant(cells, double(size))) <=
          4 * unit * double(size));
  }
}
