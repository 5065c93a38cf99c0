// streaming.cpp compares the outputs with the oracle; here is what a worker is told, by hand.
#include <attn/kernel/mix_values.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

TEMPLATE_TEST_CASE("mix values: tiles one after the other, earlier ones rescaled", "", float, double) {
  using T = TestType;
  const Matrix<T> v = random(300, 5, 1).cast<T>(), w = random(2, 300, 2).cwiseAbs().cast<T>();
  Matrix<T> sheet = Matrix<T>::Constant(4, 9, 7);
  const std::vector<attn::StridedView<T>> values = {{v.data(), 300, 5, Eigen::OuterStride<>(5)}};
  const std::vector<attn::StridedMap<T>> outputs = {{&sheet(1, 2), 2, 5, Eigen::OuterStride<>(9)}};
  Matrix<T> padded = Matrix<T>::Zero(attn::tile_functions<T>().rows, 300);  // tiles have as many rows
  padded.topRows(2) = w;
  const attn::Strip strip{0, 0, 2};
  const T largest[] = {0, 0}, before[] = {1, 1}, after[] = {T(0.5), 1};
  const double sums[] = {4, 0.25}, score_sums[] = {0, 0};
  Matrix<T> expected = Matrix<T>::Zero(2, 5);
  for (Index j = 0; j < 300; ++j) {
    const bool first = j < 200;
    expected.row(0) += (first ? T(0.5) : T(1)) * w(0, j) * v.row(j);
    expected.row(1) += w(1, j) * v.row(j);
  }
  const double tolerance = 1000 * double(std::numeric_limits<T>::epsilon());
  for (const bool normalise : {true, false}) {
    attn::detail::MixValues<T, T> mix(values, outputs, normalise);
    mix.prepare(0, 1);
    auto worker = mix.worker(2);
    for (int again = 0; again < 2; ++again) {  // a second strip knows nothing of the first
      worker.begin(strip);
      worker.add({strip, 0, {padded.data(), 2, 200, Eigen::OuterStride<>(300)}, before});
      worker.add({strip, 200, {padded.data() + 200, 2, 100, Eigen::OuterStride<>(300)}, after});
      worker.end({strip, largest, sums, score_sums});
    }
    const T factor0 = normalise ? T(0.25) : T(1), factor1 = normalise ? T(4) : T(1);
    CHECK(apart(sheet.block(1, 2, 1, 5), expected.row(0) * factor0) <= tolerance);
    CHECK(apart(sheet.block(2, 2, 1, 5), expected.row(1) * factor1) <= tolerance);
    sheet.block(1, 2, 2, 5).setConstant(7);
    CHECK(sheet.isConstant(7));
  }
}

TEST_CASE("mix values: heads that are prepared in turn") {
  std::vector<Matrix<double>> v, output(3, Matrix<double>::Zero(1, 2));
  std::vector<attn::StridedView<double>> values;
  std::vector<attn::StridedMap<double>> outputs;
  for (int h = 0; h < 3; ++h) v.push_back(Matrix<double>::Constant(1, 2, h + 1));
  for (std::size_t h = 0; h < 3; ++h) {
    values.emplace_back(v[h].data(), 1, 2, Eigen::OuterStride<>(2));
    outputs.emplace_back(output[h].data(), 1, 2, Eigen::OuterStride<>(2));
  }
  attn::detail::MixValues<double, double> mix(values, outputs, true);
  const Matrix<double> one = Matrix<double>::Ones(attn::tile_functions<double>().rows, 1);
  const double rescale[] = {1}, largest[] = {0}, sums[] = {1}, score_sums[] = {0};
  for (const auto& [begin, end] : {std::pair<Index, Index>{0, 2}, {2, 3}}) {
    mix.prepare(static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
    auto worker = mix.worker(1);
    for (Index h = begin; h < end; ++h) {
      const attn::Strip strip{h, 0, 1};
      worker.begin(strip);
      worker.add({strip, 0, {one.data(), 1, 1, Eigen::OuterStride<>(1)}, rescale});
      worker.end({strip, largest, sums, score_sums});
    }
  }
  for (std::size_t h = 0; h < 3; ++h) CHECK(output[h].isConstant(double(h + 1)));
}
