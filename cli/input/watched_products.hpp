// Products as one reduction of the kernel's, and somebody who is told of every row that is done.
#pragma once

#include "input/product.hpp"

#include <memory>
#include <span>
#include <vector>

/// done(sums) is called by several threads.
template <class T, class Done>
class WatchedProducts {
 public:
  WatchedProducts(std::span<Product<T>* const> products, const Done& done) : products_(products), done_(done) {}

  class Worker {
   public:
    Worker(const WatchedProducts& all, attn::Index rows) : done_(all.done_) {
      for (Product<T>* product : all.products_) workers_.push_back(product->worker(rows));
    }
    void begin(const attn::Strip& strip) {
      for (const auto& worker : workers_) worker->begin(strip);
    }
    void add(const attn::WeightsTile<T>& tile) {
      for (const auto& worker : workers_) worker->add(tile);
    }
    void end(const attn::RowSums<T>& sums) {
      for (const auto& worker : workers_) worker->end(sums);
      done_(sums);
    }

   private:
    const Done& done_;
    std::vector<std::unique_ptr<TileWorker<T>>> workers_;
  };
  Worker worker(attn::Index rows) const { return Worker(*this, rows); }

 private:
  std::span<Product<T>* const> products_;
  const Done& done_;
};
