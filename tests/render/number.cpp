#include "catch.hpp"

#include <attn/render/number.hpp>

#include <cmath>

using namespace attn::render;

namespace {
std::string texts(const std::vector<Tick>& ticks) {
  std::string all;
  for (const Tick& tick : ticks) all += (all.empty() ? "" : " ") + tick.text;
  return all;
}
}  // namespace

TEST_CASE("short numbers have few digits and no zeros behind") {
  CHECK(short_number(0) == "0");
  CHECK(short_number(0.25) == "0.25");
  CHECK(short_number(12) == "12");
  CHECK(short_number(1.0 / 3) == "0.333");
  CHECK(short_number(-0.5) == "−0.5");
  CHECK(short_number(123456) == "123456");
  CHECK(short_number(3.07e-25) == "3.07e−25");
  CHECK(short_number(1e-7) == "1e−7");
  CHECK(short_number(2.5e8) == "2.5e8");
  CHECK(short_number(0.99999) == "1");
  CHECK(short_number(HUGE_VAL) == "∞");
  CHECK(short_number(-HUGE_VAL) == "−∞");
  CHECK(short_number(NAN) == "NaN");
}

TEST_CASE("fixed numbers line up") {
  CHECK(fixed_number(0.5, 2) == "0.50");
  CHECK(fixed_number(-0.0, 1) == "0.0");
  CHECK(fixed_number(-1.25, 1) == "−1.2");
}

TEST_CASE("numbers are read whole or not at all") {
  CHECK(parse_number("1e-4") == 1e-4);
  CHECK_FALSE(parse_number("1e-4x"));
  CHECK_FALSE(parse_number(""));
  CHECK_FALSE(parse_number("inf"));
  CHECK_FALSE(parse_number("nan"));
}

TEST_CASE("ticks are round") {
  CHECK(texts(round_ticks(0, 1, 6)) == "0.0 0.2 0.4 0.6 0.8 1.0");
  CHECK(texts(round_ticks(0.02, 0.81, 6)) == "0.2 0.4 0.6 0.8");
  CHECK(texts(round_ticks(-0.5, 0.5, 6)) == "−0.4 −0.2 0.0 0.2 0.4");
  CHECK(texts(round_ticks(0, 30000, 6)) == "0 10000 20000 30000");
  CHECK(texts(round_ticks(1e-7, 5e-7, 5)) == "1e−7 2e−7 3e−7 4e−7 5e−7");
  CHECK(round_ticks(1, 1, 6).empty());
  CHECK(texts(round_ticks(2e-6, 1, 6)) == "0.0 0.2 0.4 0.6 0.8 1.0");
}

TEST_CASE("there are never more ticks than asked for, and all lie in the range") {
  for (const double low : {-3.7, 0.0, 1e-9, 5.25})
    for (const double size : {1e-8, 0.3, 7.0, 12345.6})
      for (int most = 1; most <= 6; ++most) {
        const auto ticks = round_ticks(low, low + size, most);
        INFO(low << " " << size << " " << most);
        CHECK(static_cast<int>(ticks.size()) <= most);
        for (const Tick& tick : ticks) {
          CHECK(tick.value >= low - 0.004 * size);
          CHECK(tick.value <= low + 1.004 * size);
        }
      }
}

TEST_CASE("logarithmic ticks are powers of ten, evenly thinned") {
  CHECK(texts(log_ticks(1e-4, 0.6, 6)) == "1e−4 1e−3 1e−2 1e−1");
  CHECK(texts(log_ticks(0.001, 1, 6)) == "0.001 0.01 0.1 1");
  CHECK(texts(log_ticks(1e-12, 1, 6)) == "1e−12 1e−9 1e−6 1e−3 1e0");
  CHECK(texts(log_ticks(0.02, 0.09, 6)) == texts(round_ticks(0.02, 0.09, 6)));
}
