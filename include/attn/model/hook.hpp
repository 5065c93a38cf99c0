// Hooks: the places of a forward pass where its matrices can be seen, and changed.
//
//     resid_pre → q k v → scores → weights → z → attn_out → mlp_out → resid_post
//
//     hooks.add(Site::weights, {Part::decoder, 3, 5}, [](const HookPoint&, auto weights) { weights.setZero(); });
#pragma once

#include <attn/base/matrix.hpp>

#include <compare>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace attn::model {

/// Which attention of a model: that of its encoder, of its decoder, or of the decoder to the encoder.
enum class Part { encoder, decoder, cross };

enum class Site {
  resid_pre,   // what enters a block                                         [N x D]
  q,           // queries, as they meet the keys: normed and turned           [Nq x H·dk]
  k,           // keys                                                        [Nk x Hkv·dk]
  v,           // values                                                      [Nk x Hkv·dv]
  scores,      // of one head, before softmax; −inf where a key is hidden     [Nq x Nk]
  weights,     // of one head, after softmax                                  [Nq x Nk]
  z,           // outputs of the heads side by side, before their projection  [Nq x H·dv]
  attn_out,    // what attention adds to the residual stream                  [Nq x D]
  mlp_out,     // what the feed-forward layer adds                            [N x D]
  resid_post,  // what leaves a block                                         [N x D]
};

/// A place in a pass: `head` of scores and weights, `batch` where several inputs are read; −1 elsewhere.
struct HookPoint {
  Part part;
  Index layer;
  Index head = -1;
  Index batch = -1;

  auto operator<=>(const HookPoint&) const = default;
};

/// Functions to be called at sites. They may change the matrix in its place.
template <class T>
class Hooks {
 public:
  using Function = std::function<void(const HookPoint&, Eigen::Ref<Matrix<T>>)>;

  /// Calls `function` at a site of all parts and layers.
  void add(Site site, Function function) { hooks_.push_back({site, std::nullopt, std::move(function)}); }

  /// The same of one layer of one part; of one head and one entry of the batch, where `of` says which.
  void add(Site site, const HookPoint& of, Function function) { hooks_.push_back({site, of, std::move(function)}); }

  /// Whether anybody wants to be called there.
  bool any(Site site, const HookPoint& at) const {
    for (const Hook& hook : hooks_)
      if (hook.at(site, at)) return true;
    return false;
  }

  /// Whether anybody wants to be called at any site of a layer.
  bool any(const HookPoint& at) const {
    for (const Hook& hook : hooks_)
      if (hook.at(hook.site, at)) return true;
    return false;
  }

  void operator()(Site site, const HookPoint& at, Matrix<T>& matrix) const {
    for (const Hook& hook : hooks_)
      if (hook.at(site, at)) hook.function(at, matrix);
  }

 private:
  struct Hook {
    Site site;
    std::optional<HookPoint> of;
    Function function;

    bool at(Site where, const HookPoint& place) const {
      const auto fits = [](Index wanted, Index here) { return wanted < 0 || here < 0 || wanted == here; };
      return site == where && (!of || (of->part == place.part && of->layer == place.layer &&
                                       fits(of->head, place.head) && fits(of->batch, place.batch)));
    }
  };
  std::vector<Hook> hooks_;
};

}  // namespace attn::model
