#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/pool.hpp>

#include <cmath>

using namespace attn;
using namespace attn::render;

TEST_CASE("four by four pooled to two by two, by eye") {
  Matrix<float> m(4, 4);
  m << 1, 3, 0, 0,  //
      5, 7, 0, 8,   //
      2, 2, 1, 1,   //
      2, 2, 1, 9;
  Matrix<float> mean(2, 2), max(2, 2), sum(2, 2);
  mean << 4, 2, 2, 3;
  max << 7, 8, 2, 9;
  sum << 16, 8, 8, 12;
  CHECK(pool(m, 2, 2) == mean);
  CHECK(pool(m, 2, 2, Pool::max) == max);
  CHECK(pool(m, 2, 2, Pool::sum) == sum);
  CHECK(pool(m, 4, 4) == m);
}

TEST_CASE("every element is in exactly one cell") {
  for (const Index N : {1, 2, 7, 64, 65})
    for (const Index M : {1, 3, 63, 130})
      for (const Index P : {Index{1}, (N + 1) / 2, N})
        for (const Index Q : {Index{1}, (M + 2) / 3, M}) {
          const Matrix<float> ones = Matrix<float>::Ones(N, M);
          INFO(N << " x " << M << " to " << P << " x " << Q);
          CHECK(pool(ones, P, Q, Pool::sum).sum() == Approx(static_cast<float>(N * M)));
          CHECK((pool(ones, P, Q, Pool::mean).array() - 1).abs().maxCoeff() < 1e-6f);
        }
}

TEST_CASE("a block of a larger matrix is pooled in place") {
  const Matrix<float> m = test::ramp(9, 11);
  const Matrix<float> copy = m.block(2, 3, 6, 7);
  CHECK(pool(m.block(2, 3, 6, 7), 2, 3) == pool(copy, 2, 3));
}

TEST_CASE("negative numbers and NaN keep their meaning") {
  Matrix<float> m(1, 4);
  m << -5, -3, NAN, 2;
  CHECK(pool(m, 1, 2, Pool::max)(0, 0) == -3);
  for (const Pool how : {Pool::mean, Pool::max, Pool::sum}) CHECK(std::isnan(pool(m, 1, 2, how)(0, 1)));
}

TEST_CASE("the number of cells keeps blocks equal where that's possible") {
  CHECK(pooled_size(1600, 1600) == 1600);
  CHECK(pooled_size(2048, 1600) == 1024);
  CHECK(pooled_size(8192, 1600) == 1366);
  CHECK(pooled_size(1, 1) == 1);
  for (Index n = 1; n < 400; ++n) CHECK(pooled_size(n, 37) <= 37);
}

TEST_CASE("errors name both sizes") {
  const Matrix<float> m = test::ramp(4, 4);
  const std::string message = test::message_of<ShapeError>([&] { pool(m, 5, 2); });
  CHECK(test::contains(message, "[5 x 2]"));
  CHECK(test::contains(message, "[4 x 4]"));
  CHECK_THROWS_AS(pool(m, 0, 2), ShapeError);
  CHECK(parse_pool("max") == Pool::max);
  CHECK(std::string(pool_name(Pool::sum)) == "sum");
  CHECK(test::contains(test::message_of<UsageError>([] { parse_pool("median"); }), "\"median\""));
}
