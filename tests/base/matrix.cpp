#include <attn/base/matrix.hpp>

#include "catch.hpp"

TEST_CASE("matrix: half and bfloat16 compute in float, the others in themselves") {
  using attn::ComputeScalar;
  using Half = Eigen::Matrix<Eigen::half, 2, 2>;
  using BFloat16 = Eigen::Matrix<Eigen::bfloat16, 2, 2>;
  CHECK(std::is_same_v<ComputeScalar<Half>, float>);
  CHECK(std::is_same_v<ComputeScalar<Half, BFloat16, Eigen::MatrixXf>, float>);
  CHECK(std::is_same_v<ComputeScalar<Eigen::MatrixXd>, double>);
}

TEST_CASE("matrix: a row is contiguous") {
  attn::Matrix<float> m(2, 3);
  m << 1, 2, 3, 4, 5, 6;
  CHECK(m.data()[2] == 3);
  CHECK(m.data()[3] == 4);
}
