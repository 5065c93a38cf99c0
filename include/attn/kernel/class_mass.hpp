// How much of each row goes to some classes of keys: the first token, special tokens, padding, punctuation …
//
//     mass_ic = Σ_{j in class c} A_ij                                            [Clark 2019, §3.2]
//
// Oracle: the weights of core/attention.hpp times the classes.
#pragma once

#include <attn/base/shape.hpp>
#include <attn/kernel/reduction.hpp>
#include <attn/kernel/tile_functions.hpp>

#include <utility>
#include <vector>

namespace attn {

template <class T>
class ClassMass {
 public:
  /// `members` [classes x Nk] has 1 where a key belongs to a class, 0 where it doesn't; in between where it does
  /// partly.
  ClassMass(Index Nq, Matrix<T> members, Index H = 1)
      : members_(std::move(members)), heads_(static_cast<std::size_t>(H), Matrix<T>(Nq, members_.rows())) {}

  /// [Nq x classes] of a head.
  const Matrix<T>& mass(Index h = 0) const { return heads_.at(static_cast<std::size_t>(h)); }

  void check(Index Nq, Index Nk, Index H) const {
    detail::check_made_for("class mass",
                           {heads_.empty() ? 0 : heads_[0].rows(), members_.cols(), static_cast<Index>(heads_.size())},
                           {Nq, Nk, H}, "queries, keys and heads");
  }

  class Worker {
   public:
    Worker(ClassMass& all, Index rows) : all_(all), mass_(rows, all.members_.rows()) {}
    void begin(const Strip&) { mass_.setZero(); }
    void add(const WeightsTile<T>& tile) {
      for (Index r = 0; r < tile.strip.rows; ++r)
        for (Index c = 0; c < mass_.cols(); ++c)
          mass_(r, c) =
              mass_(r, c) * double(tile.rescale[r]) +
              double(functions_.dot(tile.row(r), all_.members_.data() + c * all_.members_.cols() + tile.first_key,
                                    tile.keys()));
    }
    void end(const RowSums<T>& sums) {
      Matrix<T>& mass = all_.heads_[static_cast<std::size_t>(sums.strip.head)];
      for (Index r = 0; r < sums.strip.rows; ++r)
        mass.row(sums.strip.first_row + r) = mass_.row(r).template cast<T>() * sums.factor(r);
    }

   private:
    const TileFunctions<T>& functions_ = tile_functions<T>();
    ClassMass& all_;
    Matrix<double> mass_;  // [rows x classes]
  };
  Worker worker(Index rows) { return Worker(*this, rows); }

 private:
  Matrix<T> members_;
  std::vector<Matrix<T>> heads_;
};

}  // namespace attn
