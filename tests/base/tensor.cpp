#include <attn/base/tensor.hpp>

#include "catch.hpp"

#include <numeric>

using attn::Shape;
using attn::Tensor;

TEST_CASE("tensor: the last two axes are matrices") {
  Tensor<int> tensor({2, 3, 2});
  std::iota(tensor.data(), tensor.data() + tensor.size(), 0);
  CHECK(tensor.rank() == 3);
  CHECK(tensor.matrices() == 2);
  CHECK(tensor.rows() == 3);
  CHECK(tensor.cols() == 2);
  CHECK(tensor.matrix(1)(0, 1) == 7);
  tensor.matrix(1)(0, 1) = 70;
  CHECK(tensor.data()[7] == 70);
}

TEST_CASE("tensor: copies share their elements") {
  Tensor<int> tensor({1, 2});
  const Tensor<int> copy = tensor;
  tensor.matrix()(0, 1) = 5;
  CHECK(copy.matrix()(0, 1) == 5);
  CHECK(copy.reshaped({2}).data() == tensor.data());
}

TEST_CASE("tensor: vectors, scalars and nothing") {
  CHECK(Tensor<int>({5}).rows() == 1);
  CHECK(Tensor<int>({5}).cols() == 5);
  CHECK(Tensor<int>(Shape{}).size() == 1);
  CHECK(Tensor<int>({3, 0}).matrices() == 0);
  CHECK(Tensor<int>().size() == 0);
}

TEST_CASE("tensor: impossible shapes") {
  const attn::Index large = attn::Index{1} << 40;
  CHECK_THROWS_AS(Tensor<double>({large, large}), attn::ShapeError);
  CHECK_THROWS_WITH(Tensor<double>({2, -1}), "tensor: the shape is [2 x -1], expected a size that memory can hold");
  CHECK_THROWS_WITH(Tensor<int>({2, 3}).reshaped({4}),
                    "tensor: the new shape is [4], expected as many elements as [2 x 3]");
}
