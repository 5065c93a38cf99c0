#include <attn/kernel/visible.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

using attn::TileRange;
using attn::Visible;

namespace {

/// What is seen of a tile, asked key by key.
template <class M>
Visible truly_visible(const M& mask, const TileRange& tile) {
  Index seen = 0;
  for (Index i = tile.first_row; i <= tile.last_row(); ++i)
    for (Index j = tile.first_key; j <= tile.last_key(); ++j) seen += mask(i, j);
  return seen == 0 ? Visible::kNothing : seen == tile.rows * tile.keys ? Visible::kAll : Visible::kSome;
}

/// Tiles without a pattern, in and around the sequences of the masks below.
std::vector<TileRange> tiles() {
  std::vector<TileRange> all;
  for (Index n = 0; n < 3000; ++n)
    all.push_back({scattered(n, 1, 40), 1 + scattered(n, 2, 12), scattered(n, 3, 40), 1 + scattered(n, 4, 12)});
  return all;
}

/// How often a mask tells less than is true (kSome), and how often what is false.
struct Count {
  int vague = 0, wrong = 0;
};
template <class M>
Count count(const M& mask) {
  Count count;
  for (const TileRange& tile : tiles()) {
    const Visible told = visible(mask, tile), truth = truly_visible(mask, tile);
    if (told != truth) ++(told == Visible::kSome ? count.vague : count.wrong);
  }
  return count;
}

attn::PaddingMask padding() {
  attn::PaddingMask mask{std::vector<bool>(60, true)};
  for (std::size_t j = 0; j < 60; ++j) mask.visible[j] = j % 16 < 10;
  return mask;
}

/// A mask of a user's own that tells what is visible: every second query sees nothing from key 8 on.
struct Odd {
  bool operator()(Index i, Index j) const { return i % 2 == 0 || j < 8; }
  Visible visible(const TileRange& tile) const {
    if (tile.last_key() < 8) return Visible::kAll;
    if (tile.rows > 1) return Visible::kSome;
    return tile.first_row % 2 == 0 ? Visible::kAll : tile.first_key >= 8 ? Visible::kNothing : Visible::kSome;
  }
};

}  // namespace

TEST_CASE("visible: tiles of a causal mask by eye") {
  const attn::CausalMask causal;
  CHECK(visible(causal, {0, 4, 0, 1}) == Visible::kAll);      // all see the first key
  CHECK(visible(causal, {0, 4, 0, 4}) == Visible::kSome);     // the diagonal
  CHECK(visible(causal, {0, 4, 4, 4}) == Visible::kNothing);  // above it
  CHECK(visible(causal, {4, 4, 0, 5}) == Visible::kAll);      // below it
  CHECK(visible(attn::CausalMask{4}, {0, 4, 4, 4}) == Visible::kSome);
}

TEST_CASE("visible: exactly what each mask shows") {
  const auto exact = [](const auto& mask) {
    const Count c = count(mask);
    return c.vague == 0 && c.wrong == 0;
  };
  CHECK(exact(attn::NoMask{}));
  CHECK(exact(padding()));
  CHECK(exact(Odd{}));
  for (const Index offset : {-7, -1, 0, 1, 5, 30}) {
    CAPTURE(offset);
    CHECK(exact(attn::CausalMask{offset}));
    for (const Index size : {1, 2, 5, 13, 50}) {
      CAPTURE(size);
      CHECK(exact(attn::SlidingWindowMask{size, offset}));
      CHECK(exact(attn::BandMask{size - 1, offset}));
      CHECK(exact(attn::PrefixMask{size - 1, offset}));
    }
  }
}

TEST_CASE("visible: never false of conjunctions, of empty windows, and of masks that tell nothing") {
  for (const Index offset : {-3, 0, 4}) {
    CHECK(count(attn::CausalMask{offset} & padding()).wrong == 0);
    CHECK(count(attn::CausalMask{offset} & attn::BandMask{6} & padding() & Odd{}).wrong == 0);
    CHECK(count(attn::PrefixMask{5, offset} & attn::SlidingWindowMask{9, 2}).wrong == 0);
    CHECK(count(attn::SlidingWindowMask{0, offset}).wrong == 0);
    CHECK(count(attn::SlidingWindowMask{-4, offset}).wrong == 0);
    CHECK(count(attn::BandMask{-1, offset}).wrong == 0);
  }
  CHECK(visible(attn::CausalMask{} & padding(), {0, 4, 4, 4}) == Visible::kNothing);
  const auto own = [](Index i, Index j) { return i == j; };
  CHECK(attn::visible(own, {0, 4, 4, 4}) == Visible::kSome);
}

TEST_CASE("visible: an explicit matrix is asked key by key") {
  Matrix<int> matrix = Matrix<int>::Zero(4, 4);
  CHECK(visible(attn::MatrixMask<Matrix<int>>{matrix}, {0, 4, 0, 4}) == Visible::kSome);
  CHECK(visible(attn::MatrixMask<Eigen::RowVectorXi>{Eigen::RowVectorXi::Zero(4)}, {0, 1, 0, 4}) == Visible::kSome);
}
