#include <attn/core/attention_shapes.hpp>

#include "catch.hpp"
#include "core/support.hpp"

namespace {
std::string check(Index q_cols, Index k_rows, Index k_cols, Index v_rows) {
  const Matrix<double> q(3, q_cols), k(k_rows, k_cols), v(v_rows, 2);
  const attn::PaddingMask mask{{true, true, true, true, true}};
  return message<attn::ShapeError>([&] { attn::check_attention(q, k, v, mask, attn::NoBias{}); });
}
}  // namespace

TEST_CASE("attention shapes: a matrix can be the mask or the bias as it is, and is checked") {
  const Matrix<double> x(3, 2), fits(3, 3);
  CHECK_NOTHROW(attn::check_scores(x, x, fits, fits));
  const std::string expected = ", expected [3 x 3]; one row for each query, one column for each key";
  CHECK(message<attn::ShapeError>([&] { attn::check_scores(x, x, fits.topRows(2), fits); }) ==
        "attention: the matrix of a mask or bias is [2 x 3]" + expected);
  CHECK(message<attn::ShapeError>([&] { attn::check_scores(x, x, fits, 2 * x); }) ==
        "attention: the matrix of a mask or bias is [3 x 2]" + expected);
}

TEST_CASE("attention shapes: each mistake names both shapes") {
  CHECK(check(4, 5, 4, 5) == "");
  CHECK(check(4, 5, 3, 5) == "attention: k is [5 x 3], expected as many columns as q [3 x 4]");
  CHECK(check(4, 5, 4, 6) == "attention: v is [6 x 2], expected as many rows as k [5 x 4]");
  CHECK(check(4, 6, 4, 6) == "attention: the padding mask is [5], expected [6]; one entry for each key");
  const Matrix<double> x(3, 2);
  CHECK(message<attn::ShapeError>([&] {
          attn::check_scores(x, x, attn::NoMask{}, attn::MatrixBias{Matrix<double>(3, 4)});
        }) == "attention: the bias is [3 x 4], expected [3 x 3]; one row for each query, one column for each key");
  CHECK(message<attn::ShapeError>([] { attn::check_result("output", Matrix<double>(2, 3), 2, 4); }) ==
        "attention: the memory for output is [2 x 3], expected [2 x 4]");
}
