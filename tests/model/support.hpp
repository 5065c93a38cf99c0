// What the tests of models share: models, and what other programs computed with them.
#pragma once

#include <attn/io/mapped_file.hpp>
#include <attn/io/npy.hpp>
#include <attn/model/grad/transformer.hpp>
#include <attn/model/model.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace test {

/// A model that is shipped with the examples.
template <class T>
const attn::Model<T>& example(const std::string& name) {
  static std::map<std::string, attn::Model<T>> loaded;
  const auto found = loaded.find(name);
  if (found != loaded.end()) return found->second;
  return loaded.emplace(name, attn::Model<T>::load(ATTN_EXAMPLE_MODELS "/" + name)).first->second;
}

/// The largest differences from what a folder of arrays expects; of states, outputs and gradients as a share of what
/// is allowed: 1e-4 + 1e-5 · the largest number, and for gradients 1e-4 · that number or 1.
struct Differences {
  double attentions = 0, states = 0, outputs = 0, gradients = 0;
};

/// Runs the model on the input in `folder` and compares what that has: attentions, hidden_states, logits, grad_….
template <class T>
Differences compare(const attn::model::Transformer<T>& model, const std::filesystem::path& folder);

/// Inputs of text for the models above, in the order of the batch.
template <class T>
std::vector<attn::model::Input<T>> inputs_in(const std::filesystem::path& folder);

extern template Differences compare(const attn::model::Transformer<float>&, const std::filesystem::path&);
extern template Differences compare(const attn::model::Transformer<double>&, const std::filesystem::path&);
extern template std::vector<attn::model::Input<float>> inputs_in(const std::filesystem::path&);
extern template std::vector<attn::model::Input<double>> inputs_in(const std::filesystem::path&);

}  // namespace test
