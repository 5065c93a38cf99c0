// Weights between groups of tokens, such as the words that word pieces are of [Clark 2019, §4.1].
//
//     A'_gh = mean over queries i of g, sum over keys j of h, of A_ij
//
// A group of keys is attended to by as much as all its tokens are; a group of queries attends as its tokens do on
// average. So rows that sum to 1 still do.
//
//     weights [Nq x Nk]   edges of G groups [G + 1]: group g is tokens edges[g] … edges[g + 1] − 1   result [Gq x Gk]
#pragma once

#include <attn/base/matrix.hpp>
#include <attn/base/shape.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace attn {

namespace detail {
/// Throws ShapeError unless the edges go from 0 to N, each group having a token.
inline void check_edges(const char* axis, const std::vector<Index>& edges, Index N) {
  const bool fits = !edges.empty() && edges.front() == 0 && edges.back() == N &&
                    std::adjacent_find(edges.begin(), edges.end(), std::greater_equal<>()) == edges.end();
  check_shape(fits, "merge tokens", std::string("the edges of groups of ") + axis, edges,
              "0 to " + std::to_string(N) + ", each larger than the one before");
}
}  // namespace detail

/// The sums over the keys of each group: [Nq x Gk]. Throws ShapeError where the edges don't fit.
template <class A>
auto merge_keys(const Eigen::MatrixBase<A>& weights, const std::vector<Index>& edges) {
  detail::check_edges("keys", edges, weights.cols());
  const auto groups = static_cast<Index>(edges.size()) - 1;
  Matrix<typename A::Scalar> merged(weights.rows(), groups);
  for (Index g = 0; g < groups; ++g) {
    const Index first = edges[static_cast<std::size_t>(g)], end = edges[static_cast<std::size_t>(g) + 1];
    merged.col(g) = weights.middleCols(first, end - first).rowwise().sum();
  }
  return merged;
}

/// The means over the queries of each group: [Gq x Nk]. Throws ShapeError where the edges don't fit.
template <class A>
auto merge_queries(const Eigen::MatrixBase<A>& weights, const std::vector<Index>& edges) {
  detail::check_edges("queries", edges, weights.rows());
  const auto groups = static_cast<Index>(edges.size()) - 1;
  Matrix<typename A::Scalar> merged(groups, weights.cols());
  for (Index g = 0; g < groups; ++g) {
    const Index first = edges[static_cast<std::size_t>(g)], end = edges[static_cast<std::size_t>(g) + 1];
    merged.row(g) = weights.middleRows(first, end - first).colwise().mean();
  }
  return merged;
}

/// Both: [Gq x Gk].
template <class A>
auto merge_tokens(const Eigen::MatrixBase<A>& weights, const std::vector<Index>& query_edges,
                  const std::vector<Index>& key_edges) {
  return merge_queries(merge_keys(weights, key_edges), query_edges);
}

}  // namespace attn
