// What an HTML page says besides its numbers: what its parts are called, and what their tokens are.
#pragma once

#include <attn/base/matrix.hpp>

#include <optional>
#include <string>
#include <vector>

namespace attn::render {

/// The tokens of one side of a map. Everything may be empty but labels, where the part isn't pooled.
struct PageSide {
  std::vector<std::string> labels;
  std::vector<bool> special;             // put around the text: [CLS], [SEP] …
  std::vector<int> segments;             // 0 or 1: the first text of a pair, or the second
  std::vector<Index> word_edges;         // [words + 1] word w is tokens edges[w] … edges[w + 1] − 1
  std::vector<std::string> word_labels;  // [words]
};

/// How the scores of a layer were made of dot products.
struct PageRule {
  double scale = 1;  // score = scale · q·k, unless `then` says more
  std::string then;  // "plus a bias of its position, capped at 50; keys behind the query are hidden"
};

/// One attention: that of an encoder, of a decoder, of one to the other.
struct PagePart {
  std::string name = "attention";
  std::string note;                                // what its numbers are, as a sentence
  PageSide queries;                                // rows
  std::optional<PageSide> keys;                    // columns; none: the queries are keys, too
  std::vector<std::string> layers{""}, heads{""};  // their names; each has a map for each
  Index Nq = 0, Nk = 0;                            // tokens
  Index rows = 0, columns = 0;                     // of a map; fewer than tokens: cells, pooled
  std::vector<PageRule> rules;                     // [layers], where there are neurons: q, k and scores

  bool pooled() const { return rows < Nq || columns < Nk; }
};

/// What a matrix of a page is. A part that isn't pooled has `weights` of each layer and head, one that is has `mean`
/// and `max`; all three of `q`, `k` and `scores` may be there besides.
enum class PageMatrix { weights, mean, max, q, k, scores };

struct PageOptions {
  std::string title = "Attention";
  std::string view;   // head, model, neuron or map: the one that is open first
  bool dark = false;  // whatever the reader's system prefers
  int bits = 8;       // of a weight: 8 or 16
};

}  // namespace attn::render
