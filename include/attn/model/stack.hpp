// An encoder or a decoder: an embedding, blocks one behind the other, and maybe a last norm.
#pragma once

#include <attn/model/block.hpp>
#include <attn/model/embedding_layer.hpp>
#include <attn/model/keep.hpp>

#include <vector>

namespace attn::model {

template <class T>
struct Stack {
  Part part = Part::encoder;
  EmbeddingLayer<T> embedding;
  PositionBias<T> bias = {};  // of all its layers
  std::vector<Block<T>> blocks;
  Norm<T> last_norm = {};
};

/// What another stack reads of one.
template <class T>
struct Context {
  const Matrix<T>& states;
  const std::vector<bool>& keys;
};

/// How many blocks must be run for what is to be kept or seen of them.
template <class T>
Index wanted_blocks(const Stack<T>& stack, const Keep& keep, const Hooks<T>& hooks, Index batch) {
  const auto wants = [&](HookPoint at, Index H) {
    if (hooks.any(at)) return true;
    for (at.head = 0; keep.weights && at.head < H; ++at.head)
      if (!std::holds_alternative<Nothing>(keep.weights(at))) return true;
    return false;
  };
  auto blocks = static_cast<Index>(stack.blocks.size());
  for (; blocks > 0 && !keep.outputs && !keep.states; --blocks) {
    const Block<T>& block = stack.blocks[static_cast<std::size_t>(blocks) - 1];
    const HookPoint at{stack.part, blocks - 1, -1, batch};
    if (wants(at, block.attention.heads.H) || (block.cross && wants(detail::across(at), block.cross->heads.H))) break;
  }
  return blocks;
}

/// The states behind `blocks` blocks, and behind the last norm where these are all: [N x D]. What `keep` asks for is
/// put into `pass`; `batch` is for the hooks.
template <class T>
Matrix<T> run_stack(const Stack<T>& stack, Index blocks, Matrix<T> x, const std::vector<bool>& keys,
                    const Context<T>* context, const Keep& keep, const Hooks<T>& hooks, Index batch, Pass<T>& pass) {
  static const std::vector<bool> none;
  const auto L = static_cast<Index>(stack.blocks.size());
  std::vector<Matrix<T>>& states = pass.states[stack.part];
  for (Index l = 0; l < blocks; ++l) {
    const Block<T>& block = stack.blocks[static_cast<std::size_t>(l)];
    if (keep.states) states.push_back(x);
    const HookPoint at{stack.part, l, -1, batch};
    const Index N = x.rows();
    const auto weights = places_for(keep, at, L, block.attention.heads.H, N, N, pass);
    std::vector<HeadWeights<T>> cross;
    if (block.cross && context)
      cross = places_for(keep, detail::across(at), L, block.cross->heads.H, N, context->states.rows(), pass);
    x = run_block(block, stack.bias, std::move(x), keys, context ? &context->states : nullptr,
                  context ? context->keys : none, at, hooks, WeightsOfLayer<T>(weights), WeightsOfLayer<T>(cross));
  }
  if (keep.states) states.push_back(x);
  return blocks == L ? stack.last_norm(x) : x;
}

}  // namespace attn::model
