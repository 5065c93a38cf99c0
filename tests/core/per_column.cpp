#include <attn/core/per_column.hpp>

#include "catch.hpp"
#include "core/support.hpp"

TEST_CASE("per column: rows and columns alike, and none") {
  const Eigen::Vector3f column(1, 2, 3);
  CHECK(attn::as_row<double>(column) == RowVector<double>{{1, 2, 3}});
  CHECK(attn::as_row<float>(column.transpose()) == column.transpose());
  CHECK(attn::as_row<float>(RowVector<float>()).size() == 0);
  CHECK_NOTHROW(attn::check_per_column("here", "b", column, 3));
  CHECK_NOTHROW(attn::check_per_column("here", "b", RowVector<float>(), 3));
  CHECK(message<attn::ShapeError>([&] { attn::check_per_column("here", "b", column, 4); }) ==
        "here: b is [3 x 1], expected [4]; one entry for each column, or none");
  CHECK_THROWS_AS(attn::check_per_column("here", "b", Matrix<float>(2, 2), 4), attn::ShapeError);
}
