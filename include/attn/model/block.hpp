// A block of a transformer: attention, maybe attention to another stack, and a feed-forward layer; each adds to the
// residual stream x.
//
//     before:  x ← x + f(norm(x))           after:  x ← norm(x + f(x))           around:  x ← x + norm'(f(norm(x)))
//     [Xiong 2020]                          [Vaswani 2017, §3.1]                 [Gemma 2, 2024, §2]
//
//     parallel:  x ← x + attention(norm(x)) + feed_forward(norm'(x))             [Wang 2021, GPT-J; Black 2022, §2.1]
#pragma once

#include <attn/model/attention_layer.hpp>

#include <utility>
#include <vector>

namespace attn::model {

enum class NormPlace { before, after, around };

/// What stands around a layer that adds to the residual stream.
template <class T>
struct Residual {
  Norm<T> norm;
  Norm<T> after = {};               // of what is added, where norms stand around
  bool adds_to_the_normed = false;  // x ← norm(x) + f(norm(x)), as BLOOM may
};

template <class T>
struct Block {
  NormPlace place = NormPlace::before;
  bool parallel = false;
  AttentionLayer<T> attention;
  Residual<T> attention_residual;
  std::optional<AttentionLayer<T>> cross = {};
  Residual<T> cross_residual = {};
  FeedForwardLayer<T> feed_forward;
  Residual<T> feed_forward_residual;
};

namespace detail {

/// x, with what f makes of it.
template <class T, class F>
Matrix<T> add_to(const Matrix<T>& x, NormPlace place, const Residual<T>& residual, F&& f) {
  if (place == NormPlace::after) {
    Matrix<T> sum = f(x);
    sum += x;
    return residual.norm(std::move(sum));
  }
  const Matrix<T> normed = residual.norm(x);
  Matrix<T> sum = residual.after(f(normed));
  sum += residual.adds_to_the_normed ? normed : x;
  return sum;
}

/// The place of a decoder's attention to the encoder.
inline HookPoint across(HookPoint at) {
  at.part = Part::cross;
  return at;
}

}  // namespace detail

/// The stream behind a block, from x [N x D] before it. `keys` are true where x has a token, `context_keys` where the
/// encoder's states `context` have one.
template <class T>
Matrix<T> run_block(const Block<T>& block, const PositionBias<T>& bias, Matrix<T> x, const std::vector<bool>& keys,
                    const Matrix<T>* context, const std::vector<bool>& context_keys, const HookPoint& at,
                    const Hooks<T>& hooks, WeightsOfLayer<T> weights, WeightsOfLayer<T> cross_weights) {
  hooks(Site::resid_pre, at, x);
  const auto attention = [&](const Matrix<T>& h) {
    return attend(block.attention, bias, h, h, keys, at, hooks, weights);
  };
  const auto feed_forward = [&](const Matrix<T>& h) {
    Matrix<T> out = block.feed_forward(h);
    hooks(Site::mlp_out, at, out);
    return out;
  };
  if (block.parallel) {
    const Matrix<T> attended = attention(block.attention_residual.norm(x));
    x += attended + feed_forward(block.feed_forward_residual.norm(x));
  } else {
    x = detail::add_to(x, block.place, block.attention_residual, attention);
    if (block.cross && context)
      x = detail::add_to(x, block.place, block.cross_residual, [&](const Matrix<T>& h) {
        return attend(*block.cross, PositionBias<T>(), h, *context, context_keys, detail::across(at), hooks,
                      cross_weights);
      });
    x = detail::add_to(x, block.place, block.feed_forward_residual, feed_forward);
  }
  hooks(Site::resid_post, at, x);
  return x;
}

}  // namespace attn::model
