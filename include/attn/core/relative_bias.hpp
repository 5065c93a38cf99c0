// Learned biases that depend on the distance between query and key, in buckets that grow with it.
//
//     S_ij ← S_ij + table[bucket(j − i), h]                                [Raffel 2020, §2.1]
//
// Half of a direction's buckets are single distances 0, 1, 2 …; the others grow logarithmically up to max_distance, and
// the last one holds everything beyond. Bidirectional models give half of all buckets to keys after the query.
#pragma once

#include <attn/core/bias.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace attn {

/// Throws UsageError unless there are two buckets, and those of single distances end within max_distance.
inline void check_buckets(bool bidirectional, Index buckets, Index max_distance) {
  const Index exact = std::max<Index>((bidirectional ? buckets / 2 : buckets) / 2, 1);
  if (buckets >= 2 && max_distance >= exact) return;
  throw UsageError("relative bias: " + std::to_string(buckets) + " buckets up to distance " +
                   std::to_string(max_distance) + " make no sense: expected at least 2 and " + std::to_string(exact));
}

/// The bucket, 0 … buckets − 1, of a key that stands `distance` = j − i after its query (negative: before). In a model
/// that isn't bidirectional keys after the query fall into bucket 0. Throws what check_buckets() does. Source: Raffel
/// 2020, the authors' code.
inline Index relative_bucket(Index distance, bool bidirectional, Index buckets = 32, Index max_distance = 128) {
  check_buckets(bidirectional, buckets, max_distance);
  const Index direction = bidirectional ? buckets / 2 : buckets;  // buckets of one direction
  const Index first = bidirectional && distance > 0 ? direction : 0;
  const Index n = bidirectional ? std::abs(distance) : std::max<Index>(0, -distance);
  const Index exact = std::max<Index>(direction / 2, 1);
  if (n < exact) return first + n;
  if (n >= max_distance) return first + direction - 1;
  // In float like the authors' code: where a distance lies on the border of two buckets rounding decides.
  const auto ratio_log = [exact](Index of) { return std::log(static_cast<float>(of) / static_cast<float>(exact)); };
  const float steps = ratio_log(n) / ratio_log(max_distance) * static_cast<float>(direction - exact);
  return first + std::min(exact + static_cast<Index>(steps), direction - 1);
}

/// The bias of one head, by distance.
template <class T>
struct RelativeBias {
  RowVector<T> by_distance;  // [2·max_distance + 1], from −max_distance to max_distance; beyond, the ends hold
  Index offset = 0;          // the position of the first query, as in CausalMask
  const T& operator()(Index i, Index j) const {
    const Index most = by_distance.size() / 2;
    return by_distance(std::clamp(j - i - offset, -most, most) + most);
  }
  void check(Index, Index) const {
    check_shape(by_distance.size() % 2 == 1, "relative bias", "by_distance", {by_distance.size()}, "an odd number",
                "distance 0 is in the middle");
  }
};

/// The biases of all heads, from their learned table. head() throws ShapeError for a head that the table doesn't have.
template <class T>
struct RelativeBuckets {
  Matrix<T> table;  // [buckets x H]
  bool bidirectional = true;
  Index max_distance = 128;
  Index offset = 0;

  void check(Index H) const {
    check_shape(table.cols() == H, "relative bias", "the table", shape_of(table),
                "columns for " + std::to_string(H) + " heads", "one for each");
  }
  RelativeBias<T> head(Index h) const {
    check_shape(h >= 0 && h < table.cols(), "relative bias", "the table", shape_of(table),
                "a column for head " + std::to_string(h));
    check_buckets(bidirectional, table.rows(), max_distance);
    RowVector<T> by_distance(2 * max_distance + 1);
    for (Index n = -max_distance; n <= max_distance; ++n)
      by_distance(n + max_distance) = table(relative_bucket(n, bidirectional, table.rows(), max_distance), h);
    return {by_distance, offset};
  }
};

}  // namespace attn
