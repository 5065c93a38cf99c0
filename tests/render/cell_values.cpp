#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/cell_values.hpp>

using namespace attn;
using namespace attn::render;

namespace {
std::vector<Panel> one(const Matrix<float>& m) {
  return {Panel(m.data(), m.rows(), m.cols(), Eigen::OuterStride<>(m.cols()))};
}
}  // namespace

TEST_CASE("as many digits as fit, the same for all") {
  const Text text(test::font(), 13);
  const Matrix<float> m = test::ramp(3, 3);
  CHECK(fit_values(text, one(m), 96, 96)->digits == 3);
  CHECK(fit_values(text, one(m), 40, 40)->digits == 2);
  CHECK(fit_values(text, one(m), 30, 30)->digits == 1);
  CHECK_FALSE(fit_values(text, one(m), 14, 14));
  CHECK_FALSE(fit_values(text, one(m), 96, 9));
}

TEST_CASE("very small and very large numbers have significant digits") {
  const Text text(test::font(), 13);
  const Matrix<float> small = test::ramp(3, 3) * 1e-5f, large = test::ramp(3, 3) * 1e6f;
  CHECK(fit_values(text, one(small), 96, 96)->significant);
  CHECK(fit_values(text, one(large), 96, 96)->significant);
  CHECK((*fit_values(text, one(small), 96, 96))(1.5e-6f) == "1.5e−6");
}

TEST_CASE("NaN is written as nothing, infinity as its sign") {
  const ValueFormat format{2, false};
  CHECK(format(NAN).empty());
  CHECK(format(HUGE_VALF) == "∞");
  CHECK(format(0.125f) == "0.12");
}

TEST_CASE("letters are dark on light cells and light on dark ones") {
  Text text(test::font(), 13);
  const auto darkest = [&](Color ground) {
    Image image(60, 40, ground);
    draw_value(image, text, "0.25", 0, 0, 60, 40, ground);
    double dark = 1, light = 0;
    for (int x = 0; x < 60; ++x)
      for (int y = 0; y < 40; ++y)
        dark = std::min(dark, brightness(image.at(x, y))), light = std::max(light, brightness(image.at(x, y)));
    return std::pair(dark, light);
  };
  CHECK(darkest({253, 231, 36}).first < 0.2);
  CHECK(darkest({68, 1, 84}).second > 0.9);
}
