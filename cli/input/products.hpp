// The products of a map: its weights themselves, a pooled map, the edges of largest weight, numbers about each row.
#pragma once

#include "input/pool_option.hpp"
#include "input/product.hpp"

#include <attn/kernel/pooled_map.hpp>
#include <attn/kernel/row_statistics.hpp>
#include <attn/kernel/top_keys.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Hands rows on, for instance to a file.
template <class T>
class EachRow : public Product<T> {
 public:
  using Take = std::function<void(attn::Index first_row, const attn::ConstView<T>& rows)>;
  explicit EachRow(Take take) : take_(std::move(take)) {}
  void add_rows(attn::Index first_row, const attn::ConstView<T>& rows) override { take_(first_row, rows); }

 private:
  Take take_;
};

/// Cells of sums, means or maxima: kernel/pooled_map.hpp, and render/pool.hpp for weights that come as rows.
template <class T>
class Pooled : public Product<T> {
 public:
  /// Of [Nq x Nk] weights.
  Pooled(attn::Index Nq, attn::Index Nk, const PoolShape& shape);

  /// What the shape asks for, or what else cells can be: all of it is there.
  attn::Matrix<T> cells() const { return cells(how_); }
  attn::Matrix<T> cells(attn::render::Pool how) const;

  /// Throws MemoryError where a map, and `beside` bytes more, are more than there is memory for; `hint` is what to ask
  /// for instead.
  static void check(const PoolShape& shape, double beside, const std::string& hint);

  /// Bytes while a map is made, with those of its cells() on their way to somewhere else.
  static double memory(const PoolShape& shape) {
    return static_cast<double>(shape.rows) * static_cast<double>(shape.columns) * (2 * sizeof(double) + 2 * sizeof(T));
  }

  void add_rows(attn::Index first_row, const attn::ConstView<T>& rows) override;
  bool takes_tiles() const override { return true; }
  void begin_tiles() override;
  std::unique_ptr<TileWorker<T>> worker(attn::Index rows) override;

 private:
  attn::Cells rows_, cols_;
  attn::render::Pool how_;
  attn::Matrix<double> sums_, maxima_;          // of weights that came as rows
  std::optional<attn::PooledMap<T>> streamed_;  // of those that came as tiles
};

/// The `count` keys of largest weight of each row: kernel/top_keys.hpp.
template <class T>
class LargestKeys : public Product<T> {
 public:
  LargestKeys(attn::Index Nq, attn::Index Nk, attn::Index count) : top_(Nq, Nk, count) {}

  const attn::TopKeys<T>& top() const { return top_; }

  void add_rows(attn::Index first_row, const attn::ConstView<T>& rows) override;
  bool takes_tiles() const override { return true; }
  std::unique_ptr<TileWorker<T>> worker(attn::Index rows) override;

 private:
  attn::TopKeys<T> top_;
};

/// Entropy and its kin: kernel/row_statistics.hpp. Query `first_query` is row 0; distances are between queries and
/// keys.
template <class T>
class Statistics : public Product<T> {
 public:
  Statistics(attn::Index first_query, attn::Index Nq)
      : first_query_(first_query), statistics_(first_query + Nq), from_rows_(false) {}

  /// Of row i.
  struct Row {
    T entropy, effective_keys, mean_distance, largest;
    attn::Index largest_key;
  };
  Row row(attn::Index i) const;

  void add_rows(attn::Index first_row, const attn::ConstView<T>& rows) override;
  bool takes_tiles() const override { return true; }
  std::unique_ptr<TileWorker<T>> worker(attn::Index rows) override;

 private:
  attn::Index first_query_;
  attn::RowStatistics<T> statistics_;  // of queries, so that distances are right
  bool from_rows_;
  std::vector<Row> rows_;
};
