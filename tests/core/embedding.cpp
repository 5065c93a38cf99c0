#include <attn/core/embedding.hpp>

#include "catch.hpp"
#include "core/support.hpp"

namespace {
/// A number that counts its copies.
struct Counted {
  double value = 0;
  inline static int copies = 0;
  Counted() = default;
  Counted(const Counted& other) : value(other.value) { ++copies; }
  Counted& operator=(const Counted& other) {
    value = other.value;
    ++copies;
    return *this;
  }
};
}  // namespace

TEST_CASE("embedding: each token's row") {
  Matrix<double> table(3, 2);
  table << 1, 2, 3, 4, 5, 6;
  CHECK(attn::embed(table, {2, 0, 2}) == (Matrix<double>(3, 2) << 5, 6, 1, 2, 5, 6).finished());
  CHECK(attn::embed(table, {}).rows() == 0);
  CHECK(message<attn::UsageError>([&] {
          attn::embed(table, {0, 3});
        }) == "embedding: token 3 at position 1 isn't in the table: expected 0 to 2");
  CHECK_THROWS_AS(attn::embed(table, {-1}), attn::UsageError);
}

TEST_CASE("embedding: only the rows of the tokens are copied, not the table") {
  Matrix<Counted> table(1000, 3);
  table(7, 1).value = 5;
  Counted::copies = 0;
  CHECK(attn::embed(table, {7, 999})(0, 1).value == 5);
  CHECK(Counted::copies < 1000);
}

TEST_CASE("embedding: sinusoids in both layouts agree with NumPy") {
  CHECK(distance(attn::sinusoidal_positions<double>(6, 6), golden("sinusoids")) < 1e-14);
  CHECK(distance(attn::sinusoidal_positions_halves<double>(6, 6), golden("sinusoids.halves")) < 1e-14);
  CHECK(message<attn::UsageError>([] { attn::sinusoidal_positions(-1, 4); }) ==
        "sinusoidal positions: [-1 x 4] make no sense: expected no negative size");
  CHECK_THROWS_AS(attn::sinusoidal_positions_halves(1, -4), attn::UsageError);
  CHECK(attn::sinusoidal_positions(0, 3).rows() == 0);
  CHECK(attn::sinusoidal_positions(1, 3) == (Matrix<float>(1, 3) << 0, 1, 0).finished());
  CHECK(attn::sinusoidal_positions_halves(1, 3) == (Matrix<float>(1, 3) << 0, 0, 1).finished());
}
