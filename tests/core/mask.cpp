#include <attn/core/mask.hpp>

#include "catch.hpp"
#include "core/support.hpp"

namespace {

/// Which of the keys each query sees, one row a query: "1.." sees only the first of three.
template <class M>
std::string seen(const M& mask, Index Nq, Index Nk, Index first = 0) {
  Matrix<double> scores = Matrix<double>::Zero(Nq, Nk);
  if (first == 0) attn::hide(scores, mask);
  if (first > 0) attn::hide(scores, mask, first);
  std::string rows;
  for (Index i = 0; i < Nq; ++i) {
    for (Index j = 0; j < Nk; ++j) rows += scores(i, j) == 0 ? '1' : '.';
    rows += i + 1 < Nq ? " " : "";
  }
  return rows;
}

}  // namespace

TEST_CASE("mask: by eye") {
  CHECK(seen(attn::NoMask{}, 2, 3) == "111 111");
  CHECK(seen(attn::CausalMask{}, 3, 3) == "1.. 11. 111");
  CHECK(seen(attn::CausalMask{2}, 2, 4) == "111. 1111");
  CHECK(seen(attn::SlidingWindowMask{2}, 4, 4) == "1... 11.. .11. ..11");
  CHECK(seen(attn::SlidingWindowMask{2, 1}, 2, 4) == "11.. .11.");
  CHECK(seen(attn::BandMask{1}, 4, 4) == "11.. 111. .111 ..11");
  CHECK(seen(attn::BandMask{1, 2}, 2, 4) == ".111 ..11");
  CHECK(seen(attn::BandMask{0}, 2, 2) == "1. .1");
  CHECK(seen(attn::PrefixMask{2}, 4, 4) == "11.. 11.. 111. 1111");
  CHECK(seen(attn::PrefixMask{1, 2}, 2, 4) == "111. 1111");
  CHECK(seen(attn::PaddingMask{{true, true, false}}, 2, 3) == "11. 11.");
  CHECK(seen(attn::MatrixMask{Matrix<double>::Identity(2, 2).eval()}, 2, 2) == "1. .1");
  CHECK(seen([](Index i, Index j) { return i != j; }, 2, 2) == ".1 1.");
}

TEST_CASE("mask: a conjunction hides what either hides") {
  CHECK(seen(attn::CausalMask{} & attn::PaddingMask{{false, true, true}}, 3, 3) == "... .1. .11");
}

TEST_CASE("mask: a block starts at its first query") { CHECK(seen(attn::CausalMask{}, 2, 4, 2) == "111. 1111"); }

TEST_CASE("mask: sizes that don't fit") {
  const auto both = attn::CausalMask{} & attn::PaddingMask{{true, true}};
  CHECK(message<attn::ShapeError>([&] { attn::check_rule(both, 3, 3); }) ==
        "attention: the padding mask is [2], expected [3]; one entry for each key");
  const attn::MatrixMask matrix{Matrix<double>::Ones(2, 3).eval()};
  CHECK(message<attn::ShapeError>([&] { attn::check_rule(matrix, 2, 4); }) ==
        "attention: the mask is [2 x 3], expected [2 x 4]; one row for each query, one column for each key");
  CHECK(message<attn::ShapeError>([&] { attn::check_rule(matrix & attn::NoMask{}, 3, 3); }) ==
        "attention: the mask is [2 x 3], expected [3 x 3]; one row for each query, one column for each key");
  CHECK_THROWS_AS(seen(matrix, 2, 4), attn::ShapeError);
  CHECK_NOTHROW(attn::check_rule(matrix, 2, 3));
  CHECK_NOTHROW(attn::check_rule(attn::NoMask{}, 2, 3));
}
