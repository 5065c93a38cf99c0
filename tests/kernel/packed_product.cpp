#include <attn/core/linear.hpp>
#include <attn/kernel/packed_product.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <random>

using attn::Index;
using attn::Matrix;
using attn::RightFactor;
using attn::RowVector;
using attn::StridedView;

namespace {

template <class T>
Matrix<T> normal(Index rows, Index cols, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<T> distribution;
  return Matrix<T>::NullaryExpr(rows, cols, [&] { return distribution(random); });
}

template <class T>
StridedView<T> view(const Matrix<T>& m) {
  return {m.data(), m.rows(), m.cols(), Eigen::OuterStride<>(m.cols())};
}

template <class T>
void check(Index N, Index depth, Index columns) {
  const Matrix<T> x = normal<T>(N, depth, 1), w = normal<T>(depth, columns, 2), wt = w.transpose();
  const RowVector<T> bias = normal<T>(1, columns, 3), none;
  const T most = T(4) * std::numeric_limits<T>::epsilon() * (T(1) + T(4) * static_cast<T>(depth));
  for (const RowVector<T>& b : {bias, none}) {
    const Matrix<T> expected = attn::linear(x, w, b);
    Matrix<T> y(N, columns), from_transposed(N, columns);
    attn::packed_product_into(view(x), view(w), RightFactor::as_it_is, b, y);
    attn::packed_product_into(view(x), view(wt), RightFactor::transposed, b, from_transposed);
    INFO(N << " x " << depth << " x " << columns);
    CHECK((y - expected).cwiseAbs().maxCoeff() <= most);
    CHECK((from_transposed - expected).cwiseAbs().maxCoeff() <= most);
  }
}

}  // namespace

TEST_CASE("packed product: equals the plain one, whatever the sizes") {
  for (const Index N : {1, 5, 6, 7, 100, 400})
    for (const Index depth : {1, 3, 127, 128, 129, 300})
      for (const Index columns : {1, 15, 16, 64, 65, 130}) {
        check<float>(N, depth, columns);
        check<double>(N, depth, columns);
      }
}

TEST_CASE("packed product: few rows and a large matrix, which is read where it lies") {
  for (const Index N : {7, 64, 70})
    for (const Index depth : {600, 1100}) {
      check<float>(N, depth, 703);
      check<double>(N, depth, 703);
    }
}

TEST_CASE("packed product: panels that no second cache holds") {
  check<float>(7, 20000, 17);
  check<double>(7, 20000, 17);
}

TEST_CASE("packed product: parts of matrices, in their place") {
  const Matrix<float> x = normal<float>(20, 30, 1), w = normal<float>(50, 40, 2);
  Matrix<float> all = Matrix<float>::Constant(20, 60, 7);
  const StridedView<float> part(x.data() + 4, 20, 9, Eigen::OuterStride<>(30));
  const StridedView<float> rows(w.data() + 3 * 40 + 5, 9, 33, Eigen::OuterStride<>(40));
  attn::packed_product_into<float>(part, rows, RightFactor::as_it_is, {}, all.block(0, 10, 20, 33));
  CHECK((all.block(0, 10, 20, 33) - x.middleCols(4, 9) * w.block(3, 5, 9, 33)).cwiseAbs().maxCoeff() < 1e-4F);
  CHECK((all.leftCols(10).array() == 7).all());
  CHECK((all.rightCols(17).array() == 7).all());
}

TEST_CASE("packed product: nothing to add up, and what doesn't fit") {
  Matrix<float> y = Matrix<float>::Constant(2, 3, 7);
  attn::packed_product_into<float>(view(Matrix<float>(2, 0)), view(Matrix<float>(0, 3)), RightFactor::as_it_is, {}, y);
  CHECK(y.isZero(0));
  const Matrix<float> x(2, 4), w(3, 4);
  CHECK(test::message_of<attn::ShapeError>([&] {
          attn::packed_product_into<float>(view(x), view(w), RightFactor::as_it_is, {}, y);
        }) == "product: w is [3 x 4], expected as many rows as x [2 x 4] has columns");
  CHECK(test::message_of<attn::ShapeError>([&] {
          attn::packed_product_into<float>(view(x), view(w), RightFactor::transposed, RowVector<float>(2), y);
        }) == "product: the bias is [2], expected [3]; one entry for each column, or none");
}
