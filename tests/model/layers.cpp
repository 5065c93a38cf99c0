#include <attn/model/layers.hpp>

#include "catch.hpp"

using namespace attn::model;
using attn::Matrix;
using attn::RowVector;

namespace {

Matrix<double> matrix(attn::Index rows, attn::Index cols, double first) {
  Matrix<double> m(rows, cols);
  for (attn::Index i = 0; i < m.size(); ++i) m.data()[i] = first + static_cast<double>(i);
  return m;
}

}  // namespace

TEST_CASE("layers: parts of a table are views of it") {
  const Matrix<double> all = matrix(4, 6, 0);
  const Table<double> table(all);
  CHECK(table.view() == all);
  CHECK(table.middle_rows(1, 2).view() == all.middleRows(1, 2));
  CHECK(table.middle_cols(2, 3).view() == all.middleCols(2, 3));
  CHECK(table.middle_rows(1, 3).middle_cols(4, 2).view() == all.block(1, 4, 3, 2));
  CHECK(table.middle_rows(1, 3).middle_rows(1, 1).view() == all.middleRows(2, 1));
  CHECK(Table<double>().empty());
}

TEST_CASE("layers: a linear layer, stored either way, and a part of it") {
  const Matrix<double> x = matrix(2, 3, 1), w = matrix(4, 3, -2);  // [out x in]
  RowVector<double> bias(4);
  bias << 1, 2, 3, 4;
  const Linear<double> rows{Table<double>(w), false, bias},
      columns{Table<double>(Matrix<double>(w.transpose())), true, bias};
  const Matrix<double> expected = (x * w.transpose()).rowwise() + bias;
  CHECK(rows(x) == expected);
  CHECK(columns(x) == expected);
  CHECK(rows.part(1, 2)(x) == expected.middleCols(1, 2));
  CHECK(columns.part(1, 2)(x) == expected.middleCols(1, 2));
  CHECK(columns.out() == 4);
  CHECK(Linear<double>{Table<double>(w)}(x) == x * w.transpose());
}

TEST_CASE("layers: no norm is none, and a gate gates") {
  const Matrix<double> x = matrix(2, 2, -1);
  CHECK(Norm<double>{}(x) == x);
  FeedForwardLayer<double> layer{
      {Table<double>(matrix(3, 2, 0))}, {Table<double>(matrix(2, 3, 1))}, attn::Activation::relu};
  const Matrix<double> wide = x * matrix(3, 2, 0).transpose();
  CHECK(layer(x) == wide.cwiseMax(0) * matrix(2, 3, 1).transpose());
  layer.gate = {Table<double>(matrix(3, 2, -3))};
  const Matrix<double> gate = (x * matrix(3, 2, -3).transpose()).cwiseMax(0);
  CHECK(layer(x) == gate.cwiseProduct(wide) * matrix(2, 3, 1).transpose());
}
