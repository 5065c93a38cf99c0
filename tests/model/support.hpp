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

// What takes long to compile is compiled once, in support.cpp.
namespace attn::model {

template <class T>
using FamiliesOf = std::map<std::string, Family<T>>;
extern template const FamiliesOf<float>& families<float>();
extern template const FamiliesOf<double>& families<double>();
extern template Transformer<float> make_transformer(const Config&, Weights&);
extern template Transformer<double> make_transformer(const Config&, Weights&);
extern template Pass<float> forward(const Transformer<float>&, const Input<float>&, const Keep&, const Hooks<float>&,
                                    Index);
extern template Pass<double> forward(const Transformer<double>&, const Input<double>&, const Keep&,
                                     const Hooks<double>&, Index);
extern template Gradient<float> backward(const Transformer<float>&, const Input<float>&, const std::string&,
                                         const Matrix<float>&, const Hooks<float>&, const Hooks<float>&);
extern template Gradient<double> backward(const Transformer<double>&, const Input<double>&, const std::string&,
                                          const Matrix<double>&, const Hooks<double>&, const Hooks<double>&);
extern template std::vector<Comparison> verify(const Transformer<float>&, const SavedRun&);
extern template std::vector<Comparison> verify(const Transformer<double>&, const SavedRun&);

}  // namespace attn::model

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

/// attn::model::verify() of a run that was saved in a folder.
template <class T>
std::vector<attn::model::Comparison> verify(const attn::model::Transformer<T>& model, const std::string& folder) {
  return attn::model::verify(model, attn::model::SavedRun(folder));
}

}  // namespace test
