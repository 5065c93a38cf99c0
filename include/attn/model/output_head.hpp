// What a model makes of its last states: logits of a vocabulary or of classes, a summary of the text.
//
//     y = cap · tanh(scale · (norm(act(x W + b)) W' + b') / cap)
#pragma once

#include <attn/core/scoring.hpp>
#include <attn/model/layers.hpp>

#include <string>
#include <vector>

namespace attn::model {

enum class Rows { all, first, last };

template <class T>
struct OutputHead {
  std::string name;                        // "logits", "pooler_output"
  std::string from = "last_hidden_state";  // or the name of a head before it
  Rows rows = Rows::all;                   // which rows it reads; last: of the last token that isn't padding
  Linear<T> dense = {};
  bool tanh = false;
  std::optional<Activation> activation = {};
  Norm<T> norm = {};
  double scale = 1;  // of x
  Linear<T> out = {};
  std::optional<double> soft_cap = {};
};

/// The row that a head reads, −1 for all.
template <class T>
Index row_of(const OutputHead<T>& head, const Matrix<T>& states, const std::vector<bool>& keys) {
  if (states.rows() == 1 || head.rows == Rows::all) return -1;
  if (head.rows == Rows::first) return 0;
  Index last = states.rows() - 1;
  while (last > 0 && !keys[static_cast<std::size_t>(last)]) --last;
  return last;
}

/// [N x V], or [1 x V] of one row. `keys` are true where the states have a token.
template <class T>
Matrix<T> run_head(const OutputHead<T>& head, const Matrix<T>& states, const std::vector<bool>& keys) {
  const Index row = row_of(head, states, keys);
  Matrix<T> x = row < 0 ? states : Matrix<T>(states.row(row));
  if (!head.dense.empty()) x = head.dense(x);
  if (head.tanh) x = x.array().tanh().matrix().eval();
  if (head.activation) x = activate(x, *head.activation);
  x = head.norm(x);
  if (head.scale != 1) x *= T(head.scale);
  if (!head.out.empty()) x = head.out(x);
  soft_cap(x, head.soft_cap);
  return x;
}

}  // namespace attn::model
