#include <attn/io/number_text.hpp>

#include "catch.hpp"

#include <bit>
#include <clocale>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

using namespace attn::io;

namespace {

NumberText read(const std::string& text, double& value) {
  const char* begin = text.data();
  const NumberText result = read_number(begin, text.data() + text.size(), value);
  return result == NumberText::number && begin != text.data() + text.size() ? NumberText::not_a_number : result;
}

double number(const std::string& text) {
  double value = 12345;
  CAPTURE(text);
  CHECK(read(text, value) == NumberText::number);
  return value;
}

template <class T>
std::string written(T value) {
  char buffer[kNumberRoom];
  return std::string(buffer, write_number(buffer, value));
}

}  // namespace

TEST_CASE("number text: what is a number") {
  CHECK(number("1") == 1);
  CHECK(number("-2.5") == -2.5);
  CHECK(number("+1e-5") == 1e-5);
  CHECK(number(".5") == 0.5);
  CHECK(number("1E+3") == 1000);
  CHECK(std::isnan(number("nan")));
  CHECK(std::isnan(number("NaN")));
  CHECK(number("inf") == std::numeric_limits<double>::infinity());
  CHECK(number("-Infinity") == -std::numeric_limits<double>::infinity());
  double value = 0;
  for (const char* text : {"", "abc", "1x", "+-1", "--1", "0x10", "1,5", "e5", "+"}) {
    CAPTURE(text);
    CHECK(read(text, value) == NumberText::not_a_number);
  }
}

TEST_CASE("number text: too small is zero, too large is said") {
  CHECK(number("1e-400") == 0);
  CHECK(number("4.9e-324") == std::numeric_limits<double>::denorm_min());
  CHECK(number("0." + std::string(400, '0') + "1") == 0);
  double value = 0;
  CHECK(read("1e400", value) == NumberText::out_of_range);
  CHECK(read("-1e+400", value) == NumberText::out_of_range);
}

TEST_CASE("number text: written as short as can be") {
  CHECK(written(0.1) == "0.1");
  CHECK(written(0.1F) == "0.1");
  CHECK(written(1.0) == "1");
  CHECK(written(std::numeric_limits<double>::quiet_NaN()) == "nan");
  CHECK(written(-std::numeric_limits<double>::quiet_NaN()) == "nan");
  CHECK(written(-std::numeric_limits<float>::infinity()) == "-inf");
  CHECK(written(-std::numeric_limits<double>::denorm_min()).size() < kNumberRoom);
  CHECK(written(-1.2345678901234567e-300).size() < kNumberRoom);
}

TEST_CASE("number text: what is written reads back as the same bits") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    const auto bits = random();
    const auto wide = std::bit_cast<double>(bits);
    if (std::isfinite(wide) && number(written(wide)) != wide) FAIL(written(wide));
    const auto narrow = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (std::isfinite(narrow) && static_cast<float>(number(written(narrow))) != narrow) FAIL(written(narrow));
  }
}

TEST_CASE("number text: the short way gives what std::from_chars gives, and takes as much") {
  std::mt19937 random(2);
  const std::string alphabet = "0123456789012345678901234567890123456789.eE-+,x";
  for (int i = 0; i < 300000; ++i) {
    std::string text;
    for (std::size_t length = random() % 26; length > 0; --length) text += alphabet[random() % alphabet.size()];
    double expected = 12345, actual = 12345;
    const char* begin = text.data();
    const char* end = begin + text.size();
    const auto [next, error] = std::from_chars(begin, end, expected);
    const char* taken = begin;
    if (!attn::io::detail::read_short_number(taken, end, actual)) continue;
    const bool same = error == std::errc{} && taken == next &&
                      std::bit_cast<std::uint64_t>(actual) == std::bit_cast<std::uint64_t>(expected);
    if (!same) FAIL(text);
  }
  SUCCEED();
}

TEST_CASE("number text: the locale doesn't matter") {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) WARN("no German locale here; only the C locale was tried");
  CHECK(number("1.5") == 1.5);
  CHECK(written(1.5) == "1.5");
  std::setlocale(LC_ALL, before.c_str());
}

TEST_CASE("number text: beyond what a double holds, however it is written") {
  const auto read = [](const std::string& text) {
    const char* begin = text.data();
    double value = 7;
    const bool fits = attn::io::read_number(begin, begin + text.size(), value) == attn::io::NumberText::number;
    return fits ? value : HUGE_VAL;
  };
  const std::string zeros(400, '0');
  const std::vector<std::string> large{
      "1e999", "1e+999", "1" + zeros, "1" + zeros + ".0", "1" + zeros + "e-5", "0.01e999", "1e99999999999999999999"};
  const std::vector<std::string> small{"1e-999", "0." + zeros + "1", "0." + zeros + "1e5", "1000e-999",
                                       "1e-99999999999999999999"};
  for (const std::string& text : large) CHECK(read(text) == HUGE_VAL);
  for (const std::string& text : small) CHECK(read(text) == 0);
}
