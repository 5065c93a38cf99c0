// What a forward pass is asked to keep, and what it gives back.
#pragma once

#include <attn/model/hook.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace attn::model {

struct Keep {
  /// Of which layers' heads the weights are kept; empty: of none.
  std::function<bool(const HookPoint&)> weights = [](const HookPoint&) { return true; };
  bool states = false;  // the residual stream before each block, and behind the last
  bool outputs = true;  // logits and the like
};

template <class T>
struct Pass {
  std::map<Part, std::vector<std::vector<Matrix<T>>>> weights;  // [layer][head] of [Nq x Nk]; no heads where not kept
  std::map<Part, std::vector<Matrix<T>>> states;                // [layers + 1] of [N x D], before a last norm
  std::map<std::string, Matrix<T>> outputs;  // "last_hidden_state", "logits" …; those of the encoder as "encoder_…"
};

}  // namespace attn::model
