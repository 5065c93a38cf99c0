// What is made of the weights of a map: they come by and need never be there all at once.
#pragma once

#include <attn/kernel/reduction.hpp>

#include <memory>

/// Receives weights as the kernel computes them: the three calls of kernel/reduction.hpp. One for each thread.
template <class T>
class TileWorker {
 public:
  virtual ~TileWorker() = default;
  virtual void begin(const attn::Strip& strip) = 0;
  virtual void add(const attn::WeightsTile<T>& tile) = 0;
  virtual void end(const attn::RowSums<T>& sums) = 0;
};

/// Rows and keys are counted from the first ones that were asked for.
template <class T>
class Product {
 public:
  virtual ~Product() = default;

  /// Rows first_row, first_row + 1 … with all the columns that were asked for. They come in order.
  virtual void add_rows(attn::Index first_row, const attn::ConstView<T>& rows) = 0;

  /// Whether tiles in any order do as well. Where that is so of all products of a map, begin_tiles() is called, then
  /// worker(), and add_rows() isn't.
  virtual bool takes_tiles() const { return false; }
  virtual void begin_tiles() {}

  /// A worker for strips of at most `rows` rows. Called by several threads.
  virtual std::unique_ptr<TileWorker<T>> worker(attn::Index) { return nullptr; }
};
