// What a forward pass is asked to keep, and what it gives back. It is said beforehand, so that memory is what was asked
// for: nothing grows with the square of the text but weights that are kept whole. So is time: without outputs and
// states, the blocks behind the last one of which anything is kept or seen aren't run.
//
//     Keep keep;
//     keep.weights = [](const HookPoint& at) -> KeptWeights {
//       if (at.layer == 5) return Whole{};
//       return Pooled{256, 256};
//     };
//     keep.sites = {Site::q, Site::k};
#pragma once

#include <attn/base/shared_matrix.hpp>
#include <attn/kernel/pooled_map.hpp>
#include <attn/kernel/top_keys.hpp>
#include <attn/model/hook.hpp>

#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace attn::model {

/// How the weights of a head are kept.
struct Nothing {};
struct Whole {};  // [Nq x Nk]
struct Pooled {
  Index rows, columns;  // cells, at most; kernel/pooled_map.hpp
};
struct Strongest {
  Index keys;  // of each query; kernel/top_keys.hpp
};
using KeptWeights = std::variant<Nothing, Whole, Pooled, Strongest>;

struct Keep {
  /// Of each head. Empty: nothing of any.
  std::function<KeptWeights(const HookPoint&)> weights = [](const HookPoint&) { return Whole{}; };
  std::vector<Site> sites = {};  // whose matrices are kept as their hooks leave them; scores and weights take longer
  bool states = false;           // the residual stream before each block, and behind the last
  bool outputs = true;           // the last states, logits and the like
};

template <class T>
struct Pass {
  // [layer][head] of [Nq x Nk]; 0 x 0, or no heads, where not whole. Heads of a layer share a block of memory, which
  // lives as long as one of them; copies share it, too.
  std::map<Part, std::vector<std::vector<SharedMatrix<T>>>> weights;
  std::map<HookPoint, PooledMap<T>> pooled;
  std::map<HookPoint, TopKeys<T>> strongest;
  std::map<Site, std::map<HookPoint, Matrix<T>>> sites;
  std::map<Part, std::vector<Matrix<T>>> states;  // [layers + 1] of [N x D], before a last norm
  std::map<std::string, Matrix<T>> outputs;  // "last_hidden_state", "logits" …; those of the encoder as "encoder_…"
};

}  // namespace attn::model
