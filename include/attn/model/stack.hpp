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

/// The states behind the last norm: [N x D]. What `keep` asks for is put into `pass`.
template <class T>
Matrix<T> run_stack(const Stack<T>& stack, Matrix<T> x, const std::vector<bool>& keys, const Context<T>* context,
                    const Keep& keep, const Hooks<T>& hooks, Pass<T>& pass) {
  static const std::vector<bool> none;
  const auto weights_of = [&](Part part, Index layer, Index H) -> std::span<Matrix<T>> {
    auto& kept = pass.weights[part];
    kept.resize(stack.blocks.size());
    auto& its_own = kept[static_cast<std::size_t>(layer)];
    if (keep.weights && keep.weights(HookPoint{part, layer})) its_own.resize(static_cast<std::size_t>(H));
    return its_own;
  };
  std::vector<Matrix<T>>& states = pass.states[stack.part];
  for (std::size_t l = 0; l < stack.blocks.size(); ++l) {
    const Block<T>& block = stack.blocks[l];
    const auto layer = static_cast<Index>(l);
    if (keep.states) states.push_back(x);
    const auto weights = weights_of(stack.part, layer, block.attention.heads.H);
    const auto cross =
        block.cross && context ? weights_of(Part::cross, layer, block.cross->heads.H) : std::span<Matrix<T>>();
    x = run_block(block, stack.bias, std::move(x), keys, context ? &context->states : nullptr,
                  context ? context->keys : none, HookPoint{stack.part, layer}, hooks, weights, cross);
  }
  if (keep.states) states.push_back(x);
  return stack.last_norm(x);
}

}  // namespace attn::model
