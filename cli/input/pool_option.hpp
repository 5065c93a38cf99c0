// --pool mean|max|sum and --size R[xC]: a map as fewer cells than it has weights.
#pragma once

#include <attn/base/matrix.hpp>
#include <attn/render/pool.hpp>

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

struct PoolOptions {
  std::string how;   // mean, max, sum; empty: mean
  std::string size;  // R or RxC; empty: not given
};

/// How a map becomes cells: their edges are at ⌊p·N/P⌋.
struct PoolShape {
  attn::render::Pool how;
  attn::Index rows, columns;
};

void add_pool_options(CLI::App& app, PoolOptions& options, const char* group, const char* pool_help);

/// mean, where the user said nothing.
attn::render::Pool pool_of(const PoolOptions& options);

/// The cells that the user asks for of a map [Nq x Nk], at most as many as it has weights along each axis: where he
/// asks for more, that is said. Nothing where he said no size. Throws UsageError.
std::optional<PoolShape> pool_shape(const PoolOptions& options, attn::Index Nq, attn::Index Nk);

/// Throws UsageError where --size is no size, before anything is read.
void check_pool_options(const PoolOptions& options);
