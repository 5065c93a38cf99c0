// INPUT 1: queries, keys and values themselves.
#pragma once

#include "input/computed_source.hpp"

#include <attn/io/array.hpp>

struct QkvFiles {
  std::string query, key, value;  // value may be empty
};

/// Q [batch, heads, Nq, dk] without any of its leading axes; K and V the same with Nk rows and perhaps fewer heads.
/// Throws ShapeError where they don't fit each other, NumericError where they aren't finite.
template <class T>
std::unique_ptr<AttentionSource<T>> open_qkv(const QkvFiles& files, const ScoreOptions& scores,
                                             const attn::io::Array& query, const attn::io::Array& key,
                                             const std::optional<attn::io::Array>& value);
