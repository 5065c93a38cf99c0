// What the tests of models share: models, and what other programs computed with them.
#pragma once

#include <attn/io/write.hpp>
#include <attn/model/model.hpp>
#include <attn/model/verify.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <algorithm>
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

/// The arrays that transformers computed with it.
inline std::string expected_of(const std::string& name) { return ATTN_TEST_DATA "/model/" + name + "/a"; }

/// A .npy file of these numbers.
inline void save_array(const std::string& path, const attn::Shape& shape, const std::vector<double>& numbers) {
  const attn::Tensor<double> tensor(shape);
  std::copy(numbers.begin(), numbers.end(), tensor.data());
  attn::io::write_array(path, tensor);
}

/// attn::model::verify(), compiled once.
std::vector<attn::model::Comparison> verify(const attn::model::Transformer<float>& model, const std::string& folder);
std::vector<attn::model::Comparison> verify(const attn::model::Transformer<double>& model, const std::string& folder);

}  // namespace test
