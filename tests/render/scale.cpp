#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/scale.hpp>

#include <cmath>
#include <random>

using namespace attn;
using namespace attn::render;

namespace {
Panel panel_of(const Matrix<float>& m) { return Panel(m.data(), m.rows(), m.cols(), Eigen::OuterStride<>(m.cols())); }
}  // namespace

TEST_CASE("a range and a curve are read from words") {
  using Range = Normalize::Range;
  using Curve = Normalize::Curve;
  CHECK(Normalize::parse("minmax").range == Range::minmax);
  CHECK(Normalize::parse("fixed").range == Range::fixed);
  CHECK(Normalize::parse("row").range == Range::row);
  CHECK(Normalize::parse("head").range == Range::head);
  CHECK(Normalize::parse("gamma").gamma == 0.5);
  CHECK(Normalize::parse("gamma:0.3").gamma == 0.3);
  CHECK(Normalize::parse("log").floor == 1e-4);
  const Normalize both = Normalize::parse("robust,log:1e-5");
  CHECK(both.range == Range::robust);
  CHECK(both.curve == Curve::log);
  CHECK(both.floor == 1e-5);
}

TEST_CASE("words that make no sense are refused, by name") {
  for (const char* text :
       {"", "max", "gamma:", "gamma:0", "gamma:-1", "log:x", "log:inf", "row:3", "robust,", ",row", "minmax row"}) {
    INFO(text);
    CHECK_THROWS_AS(Normalize::parse(text), UsageError);
  }
  CHECK(test::contains(test::message_of<UsageError>([] { Normalize::parse("robust,sqrt"); }), "\"sqrt\""));
  CHECK(test::contains(test::message_of<UsageError>([] { Normalize::parse("row,head"); }), "has a second range"));
  CHECK(test::contains(test::message_of<UsageError>([] { Normalize::parse("fixed,gamma,log"); }), "a second curve"));
}

TEST_CASE("the curves, by hand") {
  const Scale linear(Normalize::parse("minmax"), {2, 6});
  CHECK(linear(2) == 0);
  CHECK(linear(3) == Approx(0.25));
  CHECK(linear(6) == 1);
  CHECK(linear(-9) == 0);
  CHECK(linear(99) == 1);
  CHECK(Scale(Normalize::parse("gamma:0.5"), {0, 4})(1) == Approx(0.5));
  const Scale log(Normalize::parse("log:0.01"), {0, 1});
  CHECK(log(0.1) == Approx(0.5));
  CHECK(log(0) == 0);
  CHECK(log(1) == 1);
  const Scale signed_gamma(Normalize::parse("gamma:0.5"), {-4, 4});
  CHECK(signed_gamma(0) == Approx(0.5));
  CHECK(signed_gamma(1) == Approx(0.75));
  CHECK(signed_gamma(-1) == Approx(0.25));
}

TEST_CASE("equal numbers lie in the middle") {
  const Scale scale(Normalize::parse("minmax"), {3, 3});
  CHECK(scale.constant());
  CHECK(scale(3) == 0.5);
  CHECK(Scale(Normalize::parse("minmax"), Limits{}).constant());
  CHECK(Scale(Normalize::parse("log:0.1"), {0, 0.05}).constant());
}

TEST_CASE("levels are the scale in steps, whatever the curve") {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-0.2f, 1.2f);
  std::vector<float> row(1000);
  for (float& x : row) x = uniform(random);
  row[3] = NAN;
  row[4] = HUGE_VALF;
  row[5] = -HUGE_VALF;
  std::vector<std::uint8_t> levels(row.size());
  for (const char* text : {"minmax", "gamma:0.5", "gamma:2", "log:0.001"}) {
    for (const Limits limits : {Limits{0, 1}, Limits{-1, 1}, Limits{0.1, 0.3}, Limits{0.5, 0.5}}) {
      const Scale scale(Normalize::parse(text), limits);
      scale.levels(row.data(), static_cast<Index>(row.size()), 220, levels.data());
      for (std::size_t j = 0; j < row.size(); ++j) {
        INFO(text << " " << limits.low << " " << row[j]);
        if (j >= 3 && j <= 5)
          CHECK(levels[j] == 220);
        else
          CHECK(std::abs(levels[j] - scale(static_cast<double>(row[j])) * 219) <= 0.51);
      }
    }
  }
}

TEST_CASE("limits leave out what isn't finite") {
  Matrix<float> m(2, 3);
  m << 3, NAN, -1, HUGE_VALF, 2, -HUGE_VALF;
  CHECK(limits_of(panel_of(m)).low == -1);
  CHECK(limits_of(panel_of(m)).high == 3);
  m.setConstant(NAN);
  CHECK(limits_of(panel_of(m)).empty());
  CHECK(robust_limits({panel_of(m)}).empty());
}

TEST_CASE("robust limits are the 2nd and 98th percentile") {
  Matrix<float> m(1, 101);
  for (int j = 0; j <= 100; ++j) m(0, 100 - j) = static_cast<float>(j);
  CHECK(robust_limits({panel_of(m)}).low == Approx(2));
  CHECK(robust_limits({panel_of(m)}).high == Approx(98));
  Matrix<float> pair(1, 2);
  pair << 0, 1;
  CHECK(robust_limits({panel_of(pair)}).low == Approx(0.02));
  CHECK(robust_limits({panel_of(pair)}).high == Approx(0.98));
}
