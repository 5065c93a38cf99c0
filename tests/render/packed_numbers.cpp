#include <attn/render/packed_numbers.hpp>

#include "catch.hpp"

#include <cmath>
#include <limits>
#include <random>

using namespace attn::render;
using attn::Index;
using Numbers = attn::Matrix<float>;

namespace {

/// The largest distance of a number to what it is read back as, over the stated bound for it.
double worst_share(const Numbers& numbers, int bits) {
  const PackedNumbers packed = pack_numbers(numbers, bits);
  const double M = packed.most(), high = static_cast<double>(packed.high), low = static_cast<double>(packed.low);
  double worst = 0;
  for (Index i = 0; i < numbers.rows(); ++i)
    for (Index j = 0; j < numbers.cols(); ++j) {
      const double x = static_cast<double>(numbers(i, j));
      const double bound = packed.root ? std::sqrt(x * high) / M + high / 4 / M / M : (high - low) / 2 / M;
      worst = std::max(worst, std::abs(packed.value(packed.code(i, j)) - x) / bound);
    }
  return worst;
}

Numbers random(float low, float high) {
  std::minstd_rand engine(7);
  std::uniform_real_distribution<float> distribution(low, high);
  return Numbers::NullaryExpr(37, 41, [&] { return distribution(engine); });
}

}  // namespace

TEST_CASE("packed numbers: the error stays within its bound, and comes near to it") {
  for (const int bits : {8, 16}) {
    INFO(bits << " bits");
    for (const Numbers& numbers : {random(0, 1), random(0, 1e-6f), random(-3, 5), random(-9, -8), random(2, 3)}) {
      CHECK(worst_share(numbers, bits) <= 1.01);
      CHECK(worst_share(numbers, bits) > 0.9);
    }
  }
}

TEST_CASE("packed numbers: nothing and the largest are exact") {
  Numbers numbers(2, 2);
  numbers << 0, 0.75f, 0.001f, 0;
  for (const int bits : {8, 16}) {
    const PackedNumbers packed = pack_numbers(numbers, bits);
    CHECK(packed.root);
    CHECK(packed.value(packed.code(0, 0)) == 0.0);
    CHECK(packed.value(packed.code(1, 1)) == 0.0);
    CHECK(packed.value(packed.code(0, 1)) == 0.75);
    CHECK(packed.value(packed.code(1, 0)) == Approx(0.001).margin(bits == 8 ? 1e-4 : 1e-6));
  }
}

TEST_CASE("packed numbers: what isn't finite is itself") {
  const float infinity = std::numeric_limits<float>::infinity();
  Numbers numbers(1, 5);
  numbers << infinity, -infinity, std::nanf(""), -2, 3;
  for (const int bits : {8, 16}) {
    const PackedNumbers packed = pack_numbers(numbers, bits);
    CHECK_FALSE(packed.root);
    CHECK(packed.value(packed.code(0, 0)) == HUGE_VAL);
    CHECK(packed.value(packed.code(0, 1)) == -HUGE_VAL);
    CHECK(std::isnan(packed.value(packed.code(0, 2))));
    CHECK(packed.value(packed.code(0, 3)) == -2);
    CHECK(packed.value(packed.code(0, 4)) == 3);
  }
  numbers.setConstant(std::nanf(""));
  CHECK(std::isnan(pack_numbers(numbers, 8).value(pack_numbers(numbers, 8).code(0, 0))));
}

TEST_CASE("packed numbers: equal numbers, and a window of a larger matrix") {
  const Numbers same = Numbers::Constant(3, 3, 0.25f);
  const PackedNumbers packed = pack_numbers(same, 8);
  CHECK(packed.value(packed.code(2, 2)) == 0.25);
  Numbers large = random(0, 1);
  const PackedNumbers window = pack_numbers(large.block(3, 5, 2, 4), 16);
  CHECK(window.bytes.size() == 16);
  CHECK(window.value(window.code(1, 3)) == Approx(large(4, 8)).margin(2e-5));
}
