#include <attn/core/relative_bias.hpp>

#include "catch.hpp"
#include "core/support.hpp"

static_assert(attn::HeadBias<attn::RelativeBuckets<float>> && attn::Bias<attn::RelativeBias<float>>);

TEST_CASE("relative bias: the bucket of each distance as PyTorch computes it") {
  for (const bool bidirectional : {true, false}) {
    const Matrix<double> expected = golden(bidirectional ? "buckets.bidirectional" : "buckets.causal");
    REQUIRE(expected.size() == 301);
    for (Index n = 0; n < 301; ++n) {
      CAPTURE(n - 150);
      CHECK(attn::relative_bucket(n - 150, bidirectional) == Index(expected(0, n)));
    }
  }
}

TEST_CASE("relative bias: the table's entry for a head and a distance") {
  Matrix<double> table(32, 2);
  for (Index bucket = 0; bucket < 32; ++bucket) table.row(bucket) << double(bucket), double(100 + bucket);
  const attn::RelativeBuckets<double> buckets{table};
  CHECK(buckets.head(0)(5, 5) == 0);
  CHECK(buckets.head(0)(5, 3) == 2);
  CHECK(buckets.head(0)(3, 5) == 18);
  CHECK(buckets.head(1)(3, 5) == 118);
  CHECK(buckets.head(0)(0, 100000) == 31);
  CHECK(buckets.head(0)(100000, 0) == 15);

  const attn::RelativeBuckets<double> causal{table, false, 128, 7};  // the first query is token 7
  CHECK(causal.head(0)(0, 5) == 2);
  CHECK(causal.head(0)(0, 9) == 0);
}

TEST_CASE("relative bias: a head that the table doesn't have") {
  const attn::RelativeBuckets<double> buckets{Matrix<double>::Zero(32, 2)};
  CHECK(message<attn::ShapeError>([&] { buckets.head(2); }) ==
        "relative bias: the table is [32 x 2], expected a column for head 2");
}

TEST_CASE("relative bias: few buckets and short distances") {
  for (const bool bidirectional : {true, false})
    for (Index buckets = 2; buckets < 8; ++buckets)
      for (const Index most : {3, 4, 5})
        for (Index n = -9; n < 9; ++n) {
          const Index bucket = attn::relative_bucket(n, bidirectional, buckets, most);
          CHECK(bucket >= 0);
          CHECK(bucket < buckets);
        }
  CHECK(attn::relative_bucket(-2, false, 4, 2) == 3);  // 0, 1, nothing, all that is further away
}

TEST_CASE("relative bias: buckets that make no sense") {
  const attn::RelativeBuckets<double> none{Matrix<double>::Zero(1, 2)}, back{Matrix<double>::Zero(8, 2), true, -1};
  CHECK(message<attn::UsageError>([&] { none.head(0); }) ==
        "relative bias: 1 buckets up to distance 128 make no sense: expected at least 2 and 1");
  CHECK(message<attn::UsageError>([&] { back.head(0); }) ==
        "relative bias: 8 buckets up to distance -1 make no sense: expected at least 2 and 2");
  for (const Index buckets : {0, 1}) CHECK_THROWS_AS(attn::relative_bucket(1, true, buckets), attn::UsageError);
  CHECK_THROWS_AS(attn::relative_bucket(0, false, 8, 3), attn::UsageError);  // distances 0 to 3 have their own buckets
  CHECK_NOTHROW(attn::relative_bucket(0, false, 8, 4));
}

TEST_CASE("relative bias: distances without a middle") {
  const auto error = [](Index size) {
    const attn::RelativeBias<double> bias{RowVector<double>::Zero(size)};
    return message<attn::ShapeError>([&] { attn::check_rule(bias, 2, 2); });
  };
  CHECK(error(3) == "");
  CHECK(error(0) == "relative bias: by_distance is [0], expected an odd number; distance 0 is in the middle");
  CHECK_FALSE(error(2).empty());
}
