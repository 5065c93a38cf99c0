// Agreement of the row blocks with their oracle, core attention().
#include <attn/kernel/row_blocks.hpp>

#include <attn/core/alibi.hpp>
#include <attn/core/attention.hpp>

#include "catch.hpp"
#include "core/support.hpp"

namespace {

/// One of four masks, chosen while the test runs to keep it quick to compile.
struct OneOfFourMasks {
  int kind;
  bool operator()(Index i, Index j) const {
    switch (kind) {
      case 1:
        return attn::CausalMask{}(i, j);
      case 2:
        return attn::SlidingWindowMask{5, -3}(i, j);  // the first three queries see nothing
      case 3:
        return j % 3 != 0 && i % 7 != 6;  // padding, and rows that see nothing
      default:
        return true;
    }
  }
};

struct MaybeAlibi {
  bool alibi;
  double operator()(Index i, Index j) const { return alibi ? attn::Alibi{8}.head(0)(i, j) : 0.0; }
};

/// How far blocks and oracle are apart, in units of the tolerance eps·(1 + max|score|); values and outputs are at most
/// 1 in size.
template <class T>
double disagreement(Index Nq, Index Nk, Index dk, Index dv, int mask_kind, bool alibi, const attn::Scoring& scoring) {
  const OneOfFourMasks mask{mask_kind};
  const MaybeAlibi bias{alibi};
  const Matrix<T> q = random(Nq, dk, 1).cast<T>(), k = random(Nk, dk, 2).cast<T>();
  const Matrix<T> v = random(Nk, dv, 3).array().tanh().matrix().cast<T>();
  const attn::Attention<T> expected = attn::attention(q, k, v, mask, bias, scoring);
  const T bad = std::numeric_limits<T>::quiet_NaN();
  Matrix<T> output = Matrix<T>::Constant(Nq, dv, bad), weights = Matrix<T>::Constant(Nq, Nk, bad);
  attn::attention_by_row_blocks(q, k, v, mask, bias, scoring, output, weights);
  const Matrix<T> scores = T(scoring.scale_for(dk)) * q * k.transpose();
  const double unit = double(std::numeric_limits<T>::epsilon()) * (1 + double(scores.cwiseAbs().maxCoeff()));
  const double apart = std::max(distance(output.template cast<double>(), expected.output.template cast<double>()),
                                distance(weights.template cast<double>(), expected.weights.template cast<double>()));
  attn::attention_weights_by_row_blocks(q, k, mask, bias, scoring, weights);
  return std::max(apart, distance(weights.template cast<double>(), expected.weights.template cast<double>())) / unit;
}

}  // namespace

TEST_CASE("row blocks: agree with attention() within 4·eps·(1 + max|score|) over sizes") {
  for (const Index N : {1, 63, 64, 65, 129, 200}) {
    for (const Index d : {1, 3, 8, 64}) {
      CAPTURE(N, d);
      CHECK(disagreement<double>(N, N, d, d, 0, false, {}) <= 4);
      CHECK(disagreement<float>(N, N, d, d, 1, false, {}) <= 4);
      CHECK(disagreement<float>(N, 77, d, 5, 0, false, {}) <= 4);
      CHECK(disagreement<double>(77, N, 5, d, 3, true, {}) <= 4);
    }
  }
}

TEST_CASE("row blocks: agree with attention() over masks, biases, scales and caps") {
  for (const Index N : {65, 200})
    for (const int mask : {0, 1, 2, 3})
      for (const bool alibi : {false, true})
        for (const attn::Scoring& scoring : {attn::Scoring{}, attn::Scoring{2.0}, attn::Scoring{{}, 3.0}}) {
          CAPTURE(N, mask, alibi);
          CHECK(disagreement<float>(N, 130, 8, 3, mask, alibi, scoring) <= 4);
          CHECK(disagreement<double>(N, 130, 8, 3, mask, alibi, scoring) <= 4);
        }
}

TEST_CASE("row blocks: rows that see nothing are exactly zero, above the diagonal of a causal map too") {
  const Matrix<float> x = random(130, 8, 1).cast<float>();
  Matrix<float> output(130, 8), weights(130, 130);
  attn::attention_by_row_blocks(x, x, x, OneOfFourMasks{2}, attn::NoBias{}, {}, output, weights);
  CHECK((output.topRows(3).array() == 0).all());
  CHECK((weights.topRows(3).array() == 0).all());
  attn::attention_by_row_blocks(x, x, x, attn::CausalMask{}, attn::NoBias{}, {}, output, weights);
  for (Index i = 0; i < 130; ++i) CHECK((weights.row(i).tail(129 - i).array() == 0).all());
}

TEST_CASE("row blocks: into maps, blocks and from column-major or half") {
  const Eigen::MatrixXf x = random(70, 8, 1).cast<float>();
  const attn::Attention<float> expected = attn::attention(x, x, x);
  std::vector<float> memory(70 * 70);
  Eigen::Map<Matrix<float>> weights(memory.data(), 70, 70);
  Matrix<float> sheet = Matrix<float>::Constant(72, 10, 5.0f);
  attn::attention_by_row_blocks(x, x, x, attn::NoMask{}, attn::NoBias{}, {}, sheet.block(1, 1, 70, 8), weights);
  CHECK(distance(weights.cast<double>(), expected.weights.cast<double>()) < 1e-6);
  CHECK(distance(sheet.block(1, 1, 70, 8).cast<double>(), expected.output.cast<double>()) < 1e-6);
  CHECK(sheet.col(0).isConstant(5.0f));
  CHECK(sheet.row(71).isConstant(5.0f));

  const Matrix<Eigen::half> half = x.cast<Eigen::half>();
  attn::attention_weights_by_row_blocks(half, half, attn::NoMask{}, attn::NoBias{}, {}, weights);
  CHECK(distance(weights.cast<double>(), expected.weights.cast<double>()) < 0.01);
}

TEST_CASE("row blocks: memory that doesn't fit") {
  const Matrix<double> x = random(4, 8, 1);
  Matrix<double> output(4, 8), weights(4, 5);
  const auto run = [&] { attn::attention_by_row_blocks(x, x, x, attn::NoMask{}, attn::NoBias{}, {}, output, weights); };
  CHECK(message<attn::ShapeError>(run) == "attention: the memory for weights is [4 x 5], expected [4 x 4]");
  weights.resize(4, 4);
  output.resize(3, 8);
  CHECK(message<attn::ShapeError>(run) == "attention: the memory for output is [3 x 8], expected [4 x 8]");
}

TEST_CASE("row blocks: input that doesn't fit") {
  const Matrix<double> x = random(4, 8, 1), narrow = random(4, 6, 2), few = random(3, 8, 3), square = random(4, 4, 4);
  Matrix<double> output(4, 8), weights(4, 4);
  const auto both = [&](const Matrix<double>& k, const Matrix<double>& v, const Matrix<double>& mask,
                        const Matrix<double>& bias) {
    return message<attn::ShapeError>([&] {
      attn::attention_by_row_blocks(x, k, v, attn::MatrixMask{mask}, attn::MatrixBias{bias}, {}, output, weights);
    });
  };
  const auto only_weights = [&](const Matrix<double>& k, const Matrix<double>& mask, const Matrix<double>& bias) {
    return message<attn::ShapeError>([&] {
      attn::attention_weights_by_row_blocks(x, k, attn::MatrixMask{mask}, attn::MatrixBias{bias}, {}, weights);
    });
  };
  CHECK(both(x, x, square, square) == "");
  CHECK(both(narrow, x, square, square) == "attention: k is [4 x 6], expected as many columns as q [4 x 8]");
  CHECK(both(x, few, square, square) == "attention: v is [3 x 8], expected as many rows as k [4 x 8]");
  const std::string expected = ", expected [4 x 4]; one row for each query, one column for each key";
  CHECK(both(x, x, few, square) == "attention: the mask is [3 x 8]" + expected);
  CHECK(both(x, x, square, few) == "attention: the bias is [3 x 8]" + expected);
  CHECK(only_weights(x, square, square) == "");
  CHECK(only_weights(narrow, square, square) == "attention: k is [4 x 6], expected as many columns as q [4 x 8]");
  CHECK(only_weights(x, few, square) == "attention: the mask is [3 x 8]" + expected);
  CHECK(only_weights(x, square, few) == "attention: the bias is [3 x 8]" + expected);
}
