// streaming.cpp compares what the loop computes with the oracle, reduction.cpp the calls that it makes.
#include <attn/kernel/tiles.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

TEMPLATE_TEST_CASE("tiles: whole registers, that fit into the cache, and no more than there is", "", float, double) {
  using T = TestType;
  const auto& f = attn::tile_functions<T>();
  for (const Index Nq : {1, 5, 48, 1000, 1 << 20})
    for (const Index Nk : {1, 5, 1024, 3000, 1 << 20})
      for (const Index dk : {1, 64, 300})
        for (const bool whole_rows : {false, true}) {
          CAPTURE(Nq, Nk, dk, whole_rows);
          const attn::detail::Cut cut = attn::detail::choose_cut<T>(Nq, Nk, dk, whole_rows);
          CHECK(cut.strip % f.rows == 0);
          CHECK(cut.strip >= f.rows);
          CHECK(cut.strip < Nq + f.rows);
          CHECK(cut.tile % f.panel == 0);
          CHECK(cut.tile < Nk + f.panel + (whole_rows ? 0 : 1));
          if (whole_rows) CHECK(cut.tile >= Nk);
          if (cut.strip > f.rows) CHECK(cut.strip * cut.tile * Index(sizeof(T)) <= 512 << 10);
        }
}

TEST_CASE("tiles: taller strips meet keys that no cache holds") {
  const auto strip = [](Index Nk) { return attn::detail::choose_cut<float>(1 << 20, Nk, 64, false).strip; };
  CHECK(strip(1 << 17) == 2 * strip(1 << 12));
}
