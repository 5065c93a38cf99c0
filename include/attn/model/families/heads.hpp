// What stands on top of a model, by the names that checkpoints give it: summaries, classes, logits of a vocabulary.
#pragma once

#include <attn/model/transformer.hpp>
#include <attn/model/weights.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace attn::model::detail {

/// The table of a vocabulary as a layer from states to logits, with the bias called `bias` where there is one.
template <class T>
Linear<T> tied(const Table<T>& tokens, Weights& w, const std::string& bias) {
  return {tokens, false, w.has(bias) ? w.row<T>(bias, tokens.rows()) : RowVector<T>()};
}

/// The layer from states to logits: `name`.weight where the checkpoint has it, the vocabulary's table where not.
template <class T>
Linear<T> own_or_tied(const Table<T>& tokens, Weights& w, const std::string& name, Index D,
                      const std::string& bias = "") {
  if (!w.has(name + ".weight")) return tied(tokens, w, bias.empty() ? name + ".bias" : bias);
  Linear<T> out = w.linear<T>(name, D, w.rows(name + ".weight"), false);
  const std::string its_bias = w.has(name + ".bias") ? name + ".bias" : bias;
  if (!its_bias.empty() && w.has(its_bias)) out.bias = w.row<T>(its_bias, out.out());
  if (!bias.empty() && w.has(bias)) w.pass_over(bias);
  return out;
}

/// A summary of the text by its first token. Returns whether the checkpoint has one.
template <class T>
bool add_pooler(const std::string& name, Weights& w, Index D, std::vector<OutputHead<T>>& heads) {
  if (!w.has(name + ".weight")) return false;
  OutputHead<T> pooler{"pooler_output"};
  pooler.rows = Rows::first;
  pooler.dense = w.linear<T>(name, D, D);
  pooler.tanh = true;
  heads.push_back(std::move(pooler));
  return true;
}

/// Classes by the first row of what stands under it.
template <class T>
void add_classes(const std::string& name, const std::string& what, const std::string& from, Weights& w, Index D,
                 std::vector<OutputHead<T>>& heads) {
  if (!w.has(name + ".weight")) return;
  OutputHead<T> head{what, from};
  head.rows = Rows::first;
  head.out = w.linear<T>(name, D, w.rows(name + ".weight"));
  heads.push_back(std::move(head));
}

/// Logits of the vocabulary for each token: a layer, an activation, a norm, and the table of the vocabulary.
template <class T>
OutputHead<T> masked_words(Linear<T> dense, Activation activation, Norm<T> norm, Linear<T> out) {
  OutputHead<T> head{"logits"};
  head.dense = std::move(dense);
  head.activation = activation;
  head.norm = std::move(norm);
  head.out = std::move(out);
  return head;
}

/// Classes by the first token: a layer, an activation (none given: tanh), and a layer.
template <class T>
OutputHead<T> classes_of_first(const std::string& dense, std::optional<Activation> activation, const std::string& out,
                               Weights& w, Index D) {
  OutputHead<T> head{"logits"};
  head.rows = Rows::first;
  head.dense = w.linear<T>(dense, D, D);
  head.tanh = !activation;
  head.activation = activation;
  head.out = w.linear<T>(out, D, w.rows(out + ".weight"));
  return head;
}

/// What a decoder ends in: classes by its last token, where the checkpoint has them, or the next words.
template <class T>
OutputHead<T> words_or_classes(const Table<T>& tokens, Weights& w, Index D, const std::string& words = "lm_head") {
  OutputHead<T> head{"logits"};
  if (w.has("score.weight")) {
    head.rows = Rows::last;
    head.out = w.linear<T>("score", D, w.rows("score.weight"), false);
  } else {
    head.out = own_or_tied(tokens, w, words, D);
  }
  return head;
}

}  // namespace attn::model::detail
