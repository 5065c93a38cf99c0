#include <attn/core/alibi.hpp>

#include "catch.hpp"
#include "core/support.hpp"

static_assert(attn::Bias<attn::AlibiBias> && attn::HeadBias<attn::Alibi>);

TEST_CASE("alibi: slopes as in the paper's code") {
  for (const Index H : {8, 12}) {
    const Matrix<double> expected = golden("alibi." + std::to_string(H));
    REQUIRE(expected.size() == H);
    for (Index h = 0; h < H; ++h) CHECK(attn::alibi_slope(h, H) == Approx(expected(0, h)).epsilon(1e-14));
  }
  CHECK(attn::alibi_slope(0, 1) == Approx(1.0 / 256));
}

TEST_CASE("alibi: by eye") {
  const attn::AlibiBias bias = attn::Alibi{8}.head(0);  // slope 1/2
  CHECK(bias(3, 3) == 0);
  CHECK(bias(3, 1) == -1);
  CHECK(bias(1, 3) == -1);
  CHECK(attn::Alibi{8, 3}.head(0)(0, 1) == -1);  // the first query is token 3
}
