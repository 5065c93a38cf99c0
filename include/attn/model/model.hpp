// A checkpoint as a model: load it, give it tokens, and have the attention of every layer and head.
//
//     const auto model = attn::Model<float>::load("bert-base-uncased");
//     const auto tokenizer = attn::load_tokenizer("bert-base-uncased");
//     const auto pass = model.forward(attn::model::input_of<float>(tokenizer.encode("The cat sat.")));
//     pass.weights.at(attn::model::Part::encoder)[0][3];     // layer 0, head 3: [N x N]
//
// Float computes in float whatever the checkpoint stores, and reads float32 where it lies in the file; double is for
// reference runs. A model doesn't change once it is loaded: any number of threads may use one.
#pragma once

#include <attn/io/checkpoint.hpp>
#include <attn/model/registry.hpp>
#include <attn/text/encoding.hpp>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace attn {

namespace model {

/// What a model reads of a tokenizer's encoding.
template <class T>
Input<T> input_of(const Encoding& encoding) {
  Input<T> input;
  input.ids.assign(encoding.ids.begin(), encoding.ids.end());
  input.segments.assign(encoding.type_ids.begin(), encoding.type_ids.end());
  for (const int padding : encoding.padding) input.mask.push_back(padding == 0);
  return input;
}

/// What a checkpoint's tensors are in all.
struct TensorSummary {
  Index tensors = 0, parameters = 0;
  std::size_t bytes = 0;
  std::vector<std::string> dtypes;  // each once
};

}  // namespace model

template <class T = float>
class Model {
 public:
  /// The checkpoint in a folder: config.json, and the weights that io::read_checkpoint() finds there. Throws FileError,
  /// FormatError, ShapeError and UnsupportedError, naming the file and what is wrong with it.
  static Model load(const std::string& folder) {
    const std::filesystem::path path(folder);
    const io::MappedFile file((path / "config.json").string());
    return from_arrays(model::Config(file.bytes().text(), file.name()), io::read_checkpoint(folder).arrays, folder);
  }

  /// The same of a configuration and tensors that come from elsewhere; `name` is what messages call them.
  static Model from_arrays(model::Config config, std::vector<io::Array> arrays, const std::string& name) {
    model::TensorSummary summary;
    for (const io::Array& array : arrays) {
      const std::string dtype(io::name_of(array.dtype));
      ++summary.tensors;
      summary.parameters += *checked_size(array.shape);
      summary.bytes += static_cast<std::size_t>(*checked_size(array.shape, io::size_of(array.dtype)));
      if (std::find(summary.dtypes.begin(), summary.dtypes.end(), dtype) == summary.dtypes.end())
        summary.dtypes.push_back(dtype);
    }
    model::Weights weights(std::move(arrays), name);
    model::Transformer<T> transformer = model::make_transformer<T>(config, weights);
    return Model(std::move(config), std::move(transformer), std::move(summary));
  }

  model::Pass<T> forward(const model::Input<T>& input, const model::Keep& keep = {},
                         const model::Hooks<T>& hooks = {}) const {
    return model::forward(transformer_, input, keep, hooks);
  }

  /// Of each input by itself.
  std::vector<model::Pass<T>> forward(const std::vector<model::Input<T>>& inputs, const model::Keep& keep = {},
                                      const model::Hooks<T>& hooks = {}) const {
    return model::forward(transformer_, inputs, keep, hooks);
  }

  const model::Config& config() const { return config_; }
  const model::Transformer<T>& transformer() const { return transformer_; }
  const model::TensorSummary& tensors() const { return tensors_; }

 private:
  Model(model::Config config, model::Transformer<T> transformer, model::TensorSummary tensors)
      : config_(std::move(config)), transformer_(std::move(transformer)), tensors_(std::move(tensors)) {}

  model::Config config_;
  model::Transformer<T> transformer_;
  model::TensorSummary tensors_;
};

}  // namespace attn
