#include <attn/core/softmax.hpp>

#include "catch.hpp"
#include "core/support.hpp"

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
}  // namespace

TEST_CASE("softmax: by eye") {
  Matrix<double> scores(2, 2);
  scores << 0, std::log(3.0), 5, 5;
  const Matrix<double> weights = attn::softmax(scores);
  CHECK(weights(0, 0) == Approx(0.25));
  CHECK(weights(0, 1) == Approx(0.75));
  CHECK(weights(1, 0) == 0.5);
  CHECK(weights(1, 1) == 0.5);
}

TEST_CASE("softmax: rows sum to 1 and a shift changes nothing") {
  const Matrix<double> scores = 10 * random(5, 37, 1);
  const Matrix<double> weights = attn::softmax(scores);
  CHECK(distance(weights.rowwise().sum(), Matrix<double>::Ones(5, 1)) < 1e-15);
  CHECK(weights.minCoeff() > 0);
  CHECK(distance(attn::softmax(Matrix<double>(scores.array() + 1e6)), weights) < 1e-9);
}

TEST_CASE("softmax: hidden scores get exactly 0, a hidden row zeros") {
  Matrix<float> scores = random(3, 21, 2).cast<float>();  // 21: two vectors of 8 and a rest
  scores.row(0).tail(13).setConstant(-std::numeric_limits<float>::infinity());
  scores.row(1).setConstant(-std::numeric_limits<float>::infinity());
  const Matrix<float> weights = attn::softmax(scores);
  CHECK((weights.row(0).tail(13).array() == 0.0f).all());
  CHECK(weights.row(0).sum() == Approx(1));
  CHECK((weights.row(1).array() == 0.0f).all());
  CHECK(weights.row(2).sum() == Approx(1));
}

TEST_CASE("softmax: far below the maximum weights fade to exactly 0") {
  Matrix<double> scores(1, 5);
  scores << 0, -700, -707.5, -709, -1e300;
  const Matrix<double> weights = attn::softmax(scores);
  CHECK(weights(0, 0) == 1);
  CHECK(weights(0, 1) == Approx(std::exp(-700.0)).epsilon(1e-12));
  CHECK(weights(0, 2) < 1e-306);
  CHECK(weights(0, 3) == 0);
  CHECK(weights(0, 4) == 0);
  CHECK(attn::softmax(Matrix<float>(scores.cast<float>()))(0, 1) == 0);
}

TEST_CASE("softmax: large finite scores, where the maximum swallows what is small") {
  constexpr float most = std::numeric_limits<float>::max();
  for (const float score : {1e10f, -1e10f, 1e30f, most, -most})
    CHECK(attn::softmax(Matrix<float>::Constant(2, 21, score).eval()).isApproxToConstant(1.0f / 21));
  Matrix<float> scores(1, 9);
  scores << 1e30f, 1e10f, 1e30f, -1e10f, 0, -1e30f, most / 2, most, -most;
  CHECK(attn::softmax(scores) == (Matrix<float>(1, 9) << 0, 0, 0, 0, 0, 0, 0, 1, 0).finished());
  CHECK(attn::softmax(scores.leftCols(6)) == (Matrix<float>(1, 6) << 0.5f, 0, 0.5f, 0, 0, 0).finished());
}

TEST_CASE("softmax: NaN and +inf stay visible") {
  for (const Index where : {0, 5, 16}) {
    for (const double bad : {kNaN, kInfinity}) {
      Matrix<double> scores = Matrix<double>::Zero(2, 17);
      scores(0, where) = bad;
      const Matrix<double> weights = attn::softmax(scores);
      CHECK(weights.row(0).array().isNaN().all());
      CHECK(weights(1, 0) == Approx(1.0 / 17));
      CHECK(attn::softmax(Matrix<float>(scores.cast<float>())).row(0).array().isNaN().all());
    }
  }
}

TEST_CASE("softmax: any expression, nothing at all, and in place") {
  const Eigen::Matrix<Eigen::half, 2, 3> half = random(2, 3, 3).cast<Eigen::half>();
  const Matrix<float> weights = attn::softmax(half);
  CHECK(weights.rowwise().sum().isOnes(1e-6f));
  const Matrix<Eigen::half> stored = half;  // row-major like the matrices that softmax() takes over
  CHECK(attn::softmax(stored) == weights);
  CHECK(attn::softmax(Matrix<double>(3, 0)).rows() == 3);
  CHECK(attn::softmax(Matrix<double>(0, 3)).cols() == 3);

  Eigen::MatrixXd scores = random(4, 4, 4);
  const Eigen::MatrixXd before = scores;
  attn::softmax_in_place(scores.block(1, 1, 2, 3));
  CHECK(distance(scores.block(1, 1, 2, 3), attn::softmax(before.block(1, 1, 2, 3))) == 0);
  CHECK(scores.row(0) == before.row(0));
}
