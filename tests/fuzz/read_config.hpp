// What the fuzzer of config.json does with bytes: make models of them and of real tensors, and run what could be made.
#pragma once

#include "fuzz/read_bytes.hpp"

#include <attn/io/mapped_file.hpp>
#include <attn/model/registry.hpp>

namespace fuzz {

inline const std::vector<attn::io::Array>& tensors_of(const std::string& model) {
  static std::map<std::string, std::vector<attn::io::Array>> all;
  std::vector<attn::io::Array>& arrays = all[model];
  if (arrays.empty())
    arrays =
        attn::io::read_safetensors(attn::io::MappedFile(ATTN_EXAMPLE_MODELS "/" + model + "/model.safetensors").bytes())
            .arrays;
  return arrays;
}

inline int config(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* name : {"tiny-bert-copy", "tiny-gpt2-repeat", "tiny-vit-digits"})
    answer([&] {
      attn::model::Weights weights(tensors_of(name), "fuzz");
      const auto model = attn::model::make_transformer<float>(attn::model::Config(text, "fuzz"), weights);
      attn::model::Input<float> input;
      input.ids = {2, 3, 1, 5};
      input.decoder_ids = {1, 2};
      input.image = attn::Tensor<float>({1, 28, 28});
      std::fill(input.image.data(), input.image.data() + input.image.size(), 0.5F);
      attn::model::forward(model, input);
    });
  return 0;
}

}  // namespace fuzz
