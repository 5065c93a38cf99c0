#include <attn/render/html_options.hpp>

#include "catch.hpp"

TEST_CASE("html options: a part with fewer cells than tokens along an axis is pooled") {
  attn::render::PagePart part;
  part.Nq = part.rows = 5;
  part.Nk = part.columns = 7;
  CHECK_FALSE(part.pooled());
  part.columns = 3;
  CHECK(part.pooled());
}
