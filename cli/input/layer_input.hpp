// INPUT 2: a self-attention layer: embeddings and the matrices that make queries, keys and values of them.
#pragma once

#include "input/computed_source.hpp"

#include <attn/io/array.hpp>

struct LayerFiles {
  std::string embeddings, wq, wk, wv, wo;  // wv and wo may be empty
  bool transposed = false;                 // the matrices are [out x in], as PyTorch's nn.Linear stores them
  attn::Index heads = 1;
  attn::Index kv_heads = 0;  // 0: as many as heads
};

struct LayerArrays {
  attn::io::Array embeddings, wq, wk;
  std::optional<attn::io::Array> wv, wo;
};

/// X [N x D] or [batch x N x D]; Q = X W_q and so on, split into heads. Throws ShapeError, UsageError, NumericError.
template <class T>
std::unique_ptr<AttentionSource<T>> open_layer(const LayerFiles& files, const ScoreOptions& scores,
                                               const LayerArrays& arrays);
