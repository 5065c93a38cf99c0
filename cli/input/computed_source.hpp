// Attention that is computed from Q, K and V, head by head, when a map is asked for.
#pragma once

#include "input/attention_source.hpp"
#include "input/mask_option.hpp"
#include "input/neurons.hpp"
#include "input/rows_of.hpp"

#include <atomic>
#include <functional>
#include <utility>

/// What turns dot products into scores, from the command line.
struct ScoreOptions {
  std::vector<std::string> masks;  // causal, window:N, FILE: all of them apply
  std::optional<double> scale;     // 1/√dk by default
};

template <class T>
class ComputedSource : public AttentionSource<T> {
 public:
  // q [B, H, Nq, dk], k [B, Hkv, Nk, dk], v [B, Hkv, Nk, dv] (or none), whatever their leading axes are.
  ComputedSource(attn::Tensor<T> q, attn::Tensor<T> k, std::optional<attn::Tensor<T>> v, attn::Index H, attn::Index Hkv,
                 const ScoreOptions& options)
      : q_(std::move(q)),
        k_(std::move(k)),
        v_(std::move(v)),
        H_(H),
        Hkv_(Hkv),
        mask_(parse_mask(options.masks, q_.rows(), k_.rows())) {
    this->Nq = q_.rows();
    this->Nk = k_.rows();
    this->dv = v_ ? v_->cols() : 0;
    if (options.scale == 0.0) throw attn::UsageError("--scale: is 0, expected another number: it makes all keys equal");
    scoring_.scale = options.scale;
  }

  using typename AttentionSource<T>::MatrixMap;

  void window(MapIndex index, Range rows, Range columns, Eigen::Ref<attn::Matrix<T>> weights,
              MatrixMap* output) override;
  bool streams() const override { return true; }
  void stream(MapIndex index, Range rows, std::span<Product<T>* const> products, MatrixMap* output,
              Progress& progress) override;
  attn::Index work(Range rows) const override;
  std::string warning() const override;

  std::optional<Operands<T>> operands(MapIndex index) const override {
    Operands<T> operands{q(index), k(index), std::nullopt, mask_, scoring_};
    if (v_) operands.v = v(index);
    return operands;
  }

  std::optional<ScoreRule> rule(MapIndex) const override {
    return ScoreRule{scoring_.scale_for(q_.cols()), what_follows(false, scoring_, mask_.any())};
  }
  Neurons<T> neurons(MapIndex index, Range rows, Range columns) const override {
    Neurons<T> neurons;
    with_mask(0, [&](const auto& mask) {
      neurons = neurons_of<T>(q(index), k(index), rows, columns, mask, attn::NoBias{}, scoring_);
    });
    return neurons;
  }

  std::string why_no_output() const override { return v_ ? "" : "there are no values to mix; say --value or --wv"; }

  attn::Tensor<T> finish_output(const attn::Tensor<T>& z) const override { return finish ? finish(z) : z; }

  std::function<attn::Tensor<T>(const attn::Tensor<T>&)> finish;  // [B, H, Nq, dv] -> what the layer returns

 private:
  using View = typename attn::Tensor<T>::MatrixMap;
  View q(MapIndex index) const { return q_.matrix(index.batch * H_ + index.head); }  // [Nq x dk]
  View k(MapIndex index) const { return k_.matrix(shared(index)); }                  // [Nk x dk]
  View v(MapIndex index) const { return v_->matrix(shared(index)); }                 // [Nk x dv]

  /// Query head h reads key/value head ⌊h / (H/Hkv)⌋ [Ainslie 2023].
  attn::Index shared(MapIndex index) const { return index.batch * Hkv_ + index.head / (H_ / Hkv_); }

  /// Calls `use` with the mask of the rows from `first` on.
  template <class Use>
  void with_mask(attn::Index first, const Use& use) const {
    if (mask_.any())
      use(RowsOf<MaskOption>{mask_, first});
    else
      use(attn::NoMask{});
  }

  [[noreturn]] void fail_at(MapIndex index, attn::Index row) const;

  attn::Tensor<T> q_, k_;
  std::optional<attn::Tensor<T>> v_;
  attn::Index H_, Hkv_;
  MaskOption mask_;
  attn::Scoring scoring_;
  std::atomic<bool> computed_ = false, seen_ = false;  // weights at all; one above 0
};

extern template class ComputedSource<float>;
extern template class ComputedSource<double>;
