#include <attn/kernel/packed_panels.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

using attn::StridedView;
using attn::detail::PackedPanels;

namespace {

template <class T>
StridedView<T> view_of(const Matrix<T>& m) {
  return {m.data(), m.rows(), m.cols(), Eigen::OuterStride<>(m.outerStride())};
}

/// Reads the panels back as a matrix with the zeros that fill up the last one, which takes every number to be where
/// the product expects it.
template <class T>
Matrix<T> unpacked(const PackedPanels<T>& packed) {
  const Index last = packed.panels() - 1;
  Matrix<T> matrix(packed.depth(), packed.panels() == 0 ? 0 : packed.first(last) + packed.width(last));
  for (Index p = 0; p < packed.panels(); ++p)
    for (Index k = 0; k < packed.depth(); ++k)
      for (Index c = 0; c < packed.width(p); ++c) matrix(k, packed.first(p) + c) = packed.panel(p, k)[c];
  return matrix;
}

}  // namespace

TEST_CASE("packed panels: a matrix of two columns by eye") {
  const Matrix<float> matrix = (Matrix<float>(2, 2) << 1, 2, 3, 4).finished();
  PackedPanels<float> packed(2, 2);
  packed.pack(0, view_of(matrix));
  const Index lanes = attn::tile_functions<float>().lanes;
  REQUIRE(packed.width(0) == lanes);
  const float* numbers = packed.panel(0);
  CHECK(numbers[0] == 1);
  CHECK(numbers[1] == 2);
  CHECK(numbers[2] == 0);
  CHECK(numbers[lanes] == 3);
  CHECK(numbers[lanes + 1] == 4);
  CHECK(packed.panel(0, 1) == numbers + lanes);
}

TEMPLATE_TEST_CASE("packed panels: every number has its place, and zeros fill up", "", float, double) {
  using T = TestType;
  const Index panel = attn::tile_functions<T>().panel, lanes = attn::tile_functions<T>().lanes;
  for (const Index depth : {0, 1, 5})
    for (const Index columns : {Index{0}, Index{1}, lanes, lanes + 1, panel - 1, panel, panel + 1, 3 * panel + 2}) {
      CAPTURE(depth, columns);
      const Matrix<T> matrix = random(depth, columns, 1).cast<T>(), turned = matrix.transpose();
      PackedPanels<T> packed(depth, columns), transposed(depth, columns);
      for (Index p = packed.panels() - 1; p >= 0; --p) {
        packed.pack(p, view_of(matrix));
        transposed.pack_transposed(p, view_of(turned), T(-2));
      }
      const Matrix<T> both[] = {unpacked(packed), unpacked(transposed)};
      CHECK(both[0].cols() % lanes == 0);
      CHECK(both[0].cols() < columns + lanes);
      CHECK(both[0].leftCols(columns) == matrix);
      CHECK((both[0].rightCols(both[0].cols() - columns).array() == 0).all());
      CHECK(both[1].leftCols(columns) == T(-2) * matrix);
      CHECK((both[1].rightCols(both[1].cols() - columns).array() == 0).all());
    }
}

TEST_CASE("packed panels: half becomes float") {
  const Matrix<Eigen::half> matrix = random(3, 70, 1).cast<Eigen::half>(), turned = matrix.transpose();
  PackedPanels<float> packed(3, 70), transposed(3, 70);
  for (Index p = 0; p < packed.panels(); ++p) {
    packed.pack(p, view_of(matrix));
    transposed.pack_transposed(p, view_of(turned), 2.0f);
  }
  CHECK(unpacked(packed).leftCols(70) == matrix.cast<float>());
  CHECK(unpacked(transposed).leftCols(70) == 2 * matrix.cast<float>());
}

TEST_CASE("packed panels: matrices in order are read where they lie, and neighbours that are the same share") {
  const Index lanes = attn::tile_functions<float>().lanes;
  const Matrix<float> in_order = random(40, lanes, 1).cast<float>(),
                      not_in_order = random(40, lanes + 1, 1).cast<float>();
  const StridedView<float> part(not_in_order.data(), 40, lanes, Eigen::OuterStride<>(lanes + 1));
  const std::vector<StridedView<float>> all = {view_of(in_order), view_of(in_order), part, view_of(in_order)};
  for (const bool transposed : {false, true}) {
    CAPTURE(transposed);
    const auto packed = attn::detail::pack_all<float, float>(all, transposed, 1.0f);
    REQUIRE(packed.size() == 4);
    CHECK(packed[0] == packed[1]);
    CHECK((packed[0]->panel(0) == in_order.data()) == !transposed);
    CHECK(packed[2]->panel(0) != not_in_order.data());
    for (std::size_t n = 0; n < 4; ++n) {
      const Matrix<float> expected = transposed ? Matrix<float>(all[n].transpose()) : Matrix<float>(all[n]);
      CHECK(unpacked(*packed[n]).leftCols(expected.cols()) == expected);
    }
  }
}
