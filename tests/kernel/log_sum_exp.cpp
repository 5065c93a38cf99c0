#include <attn/kernel/log_sum_exp.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

TEST_CASE("log-sum-exp: by eye") {
  // Scores ln 1, ln 2 and ln 5.
  const Matrix<double> q = Matrix<double>::Ones(2, 1);
  const Matrix<double> k = (Matrix<double>(3, 1) << 0, std::log(2.0), std::log(5.0)).finished();
  attn::LogSumExp<double> log_sum_exp(2);
  attn::streaming_weights(q, k, AnyMask{attn::CausalMask{}}, AnyBias{}, {}, log_sum_exp);
  CHECK(log_sum_exp.rows().size() == 1);
  CHECK(log_sum_exp.rows()[0](0) == 0);
  CHECK(log_sum_exp.rows()[0](1) == Approx(std::log(3.0)));
}

TEST_CASE("log-sum-exp: makes the weights of the scores") {
  Input<double> x = Input<double>::random(90, 1500, 8, 1);
  x.mask = attn::CausalMask{-2};
  attn::LogSumExp<double> log_sum_exp(90);
  attn::streaming_weights(x.q, x.k, x.mask, x.bias, {}, log_sum_exp);
  const Matrix<double> scores = x.q * x.k.transpose() / std::sqrt(8.0), weights = core_attention(x).weights;
  const double tolerance = 4 * x.unit();
  CHECK(log_sum_exp.rows()[0](1) == -std::numeric_limits<double>::infinity());
  for (Index i = 2; i < 90; ++i)
    for (Index j = 0; j <= i - 2; ++j)
      if (std::abs(std::exp(scores(i, j) - log_sum_exp.rows()[0](i)) - weights(i, j)) > tolerance)
        FAIL_CHECK("weight of query " << i << ", key " << j);
  CHECK(std::move(log_sum_exp).rows()[0].size() == 90);
}
