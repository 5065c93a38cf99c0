#include "catch.hpp"

#include <attn/base/shared_matrix.hpp>

using namespace attn;

TEST_CASE("shared matrix: two of one block, which lives as long as one of them") {
  auto block = std::make_shared<Matrix<float>>(Matrix<float>::Constant(4, 3, 1));
  const std::weak_ptr<Matrix<float>> watched = block;
  SharedMatrix<float> above(2, 3, std::shared_ptr<float[]>(block, block->data()));
  SharedMatrix<float> below(2, 3, std::shared_ptr<float[]>(block, block->data() + 6));
  block.reset();
  below.setConstant(2);
  CHECK(above.sum() == 6);
  CHECK(below.sum() == 12);
  above = SharedMatrix<float>();
  CHECK(above.size() == 0);
  CHECK(below(1, 2) == 2);
  CHECK_FALSE(watched.expired());
  below = above;
  CHECK(watched.expired());
}

TEST_CASE("shared matrix: what is assigned looks at the same elements, and Eigen's expressions are copied from it") {
  Matrix<double> plain = Matrix<double>::Random(3, 2);
  const double* elements = plain.data();
  const Matrix<double> copy = plain;
  SharedMatrix<double> one(std::move(plain)), other;
  CHECK(one.data() == elements);
  CHECK(one == copy);
  other = one;
  one(2, 1) = 7;
  CHECK(other(2, 1) == 7);
  const Matrix<double> own = other.transpose();
  one.setZero();
  CHECK(own(1, 2) == 7);
  std::vector<SharedMatrix<double>> many(3, one);
  many.resize(100);
  CHECK(many[2].data() == elements);
  CHECK(many[99].size() == 0);
}
