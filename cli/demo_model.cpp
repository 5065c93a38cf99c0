#include "demo_model.hpp"

#include <attn/io/safetensors.hpp>
#include <attn/text/read_tokenizer_json.hpp>

#include <cstring>
#include <string_view>

extern const unsigned char kEmbeddedConfig[], kEmbeddedWeights[], kEmbeddedTokenizer[];
extern const unsigned long kEmbeddedConfigSize, kEmbeddedWeightsSize, kEmbeddedTokenizerSize;

namespace {

std::string_view text_of(const unsigned char* bytes, unsigned long size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

attn::Model<float> demo_model() {
  const attn::io::Bytes weights = attn::io::new_bytes("demo", kEmbeddedWeightsSize);  // aligned, as a mapped file is
  std::memcpy(weights.data.get(), kEmbeddedWeights, kEmbeddedWeightsSize);
  return attn::Model<float>::from_arrays(attn::model::Config(text_of(kEmbeddedConfig, kEmbeddedConfigSize), "demo"),
                                         attn::io::read_safetensors(weights).arrays, "demo");
}

attn::Tokenizer demo_tokenizer() {
  return attn::text::read_tokenizer_json(text_of(kEmbeddedTokenizer, kEmbeddedTokenizerSize));
}
