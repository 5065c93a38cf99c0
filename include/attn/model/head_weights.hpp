// Where the weights of a layer's heads go: into memory for all of them, a pooled map, a list of the strongest keys.
//
// Oracle: the reductions of kernel/, from the weights of core/attention.hpp.
#pragma once

#include <attn/base/huge_pages.hpp>
#include <attn/base/shared_matrix.hpp>
#include <attn/core/multi_head.hpp>
#include <attn/kernel/fast_attention.hpp>
#include <attn/model/keep.hpp>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace attn::model {

/// Of one head; at most one of these is there.
template <class T>
struct HeadWeights {
  SharedMatrix<T>* whole = nullptr;  // becomes [Nq x Nk]
  PooledMap<T>* pooled = nullptr;
  TopKeys<T>* strongest = nullptr;

  bool any() const { return whole != nullptr || pooled != nullptr || strongest != nullptr; }
};

/// Of H heads, or of none.
template <class T>
using WeightsOfLayer = std::span<const HeadWeights<T>>;

/// Places in `pass` for what is kept of a layer's heads; empty where that is nothing.
template <class T>
std::vector<HeadWeights<T>> places_for(const Keep& keep, HookPoint at, Index layers, Index H, Index Nq, Index Nk,
                                       Pass<T>& pass) {
  std::vector<std::vector<SharedMatrix<T>>>& whole = pass.weights[at.part];
  whole.resize(static_cast<std::size_t>(layers));
  std::vector<HeadWeights<T>> heads(static_cast<std::size_t>(H));
  for (at.head = 0; keep.weights && at.head < H; ++at.head) {
    HeadWeights<T>& head = heads[static_cast<std::size_t>(at.head)];
    const KeptWeights how = keep.weights(at);
    HookPoint key = at;
    key.batch = -1;  // a pass is of one entry
    if (std::holds_alternative<Whole>(how)) {
      auto& of_layer = whole[static_cast<std::size_t>(at.layer)];
      of_layer.resize(heads.size());
      head.whole = &of_layer[static_cast<std::size_t>(at.head)];
    } else if (const auto* pool = std::get_if<Pooled>(&how)) {
      head.pooled =
          &pass.pooled.emplace(key, PooledMap<T>(Nq, Nk, std::min(pool->rows, Nq), std::min(pool->columns, Nk)))
               .first->second;
    } else if (const auto* top = std::get_if<Strongest>(&how)) {
      head.strongest = &pass.strongest.emplace(key, TopKeys<T>(Nq, Nk, top->keys)).first->second;
    }
  }
  const bool any = std::any_of(heads.begin(), heads.end(), [](const auto& head) { return head.any(); });
  return any ? heads : std::vector<HeadWeights<T>>();
}

/// New memory for the weights [Nq x Nk] of the heads whose weights are kept whole. It is one block: the system clears
/// it in huge pages, of which a single head's map often is no more than a part.
template <class T>
void make_room(Index Nq, Index Nk, WeightsOfLayer<T> weights) {
  const Index heads = std::count_if(weights.begin(), weights.end(), [](const auto& head) { return head.whole; });
  if (heads == 0) return;
  const auto block = std::make_shared<Matrix<T>>(new_matrix<T>(heads * Nq, Nk));
  T* next = block->data();
  for (const HeadWeights<T>& head : weights) {
    if (!head.whole) continue;
    *head.whole = SharedMatrix<T>(Nq, Nk, std::shared_ptr<T[]>(block, next));
    next += Nq * Nk;
  }
}

/// Attention of all heads into z [Nq x H·dv], and their weights into their places.
template <class T, class M, class B>
void attend_and_keep(const Matrix<T>& q, const Matrix<T>& k, const Matrix<T>& v, const Heads& heads, const M& mask,
                     const B& bias, const Scoring& scoring, Matrix<T>& z, WeightsOfLayer<T> weights) {
  const auto is_whole = [](const HeadWeights<T>& head) { return head.whole != nullptr; };
  make_room<T>(q.rows(), k.rows(), weights);
  if (!weights.empty() && std::all_of(weights.begin(), weights.end(), is_whole)) {
    std::vector<StridedMap<T>> all;
    for (const HeadWeights<T>& head : weights) all.push_back(attn::detail::map_of<T>(*head.whole));
    WholeWeights<T> whole(all);
    attn::detail::multi_head_tiles<T>(q, k, v, heads, mask, bias, scoring, z, whole);
    return;
  }
  // Few heads are looked at: their weights are computed once more, which takes less than half of a head's time.
  attn::detail::multi_head_tiles<T>(q, k, v, heads, mask, bias, scoring, z);
  const Index dk = q.cols() / heads.H;
  for (std::size_t h = 0; h < weights.size(); ++h) {
    const auto head = static_cast<Index>(h);
    const auto q_h = q.middleCols(head * dk, dk), k_g = k.middleCols(heads.group(head) * dk, dk);
    const auto its_bias = bias_of_head(bias, head);
    if (weights[h].whole) fast_attention_weights_into(q_h, k_g, mask, its_bias, scoring, *weights[h].whole);
    if (weights[h].pooled) streaming_weights(q_h, k_g, mask, its_bias, scoring, *weights[h].pooled);
    if (weights[h].strongest) streaming_weights(q_h, k_g, mask, its_bias, scoring, *weights[h].strongest);
  }
}

/// Weights [Nq x Nk] that are there already, into the place of their head.
template <class T>
void keep_matrix(Matrix<T> weights, const HeadWeights<T>& head) {
  if (head.pooled) reduce_rows<T>(weights, 0, *head.pooled);
  if (head.strongest) reduce_rows<T>(weights, 0, *head.strongest);
  if (head.whole) *head.whole = SharedMatrix<T>(std::move(weights));
}

}  // namespace attn::model
