// Which families there are, by the model_type of their config.json.
#pragma once

#include <attn/model/families/albert.hpp>
#include <attn/model/families/bart.hpp>
#include <attn/model/families/bert.hpp>
#include <attn/model/families/bloom.hpp>
#include <attn/model/families/distilbert.hpp>
#include <attn/model/families/gemma.hpp>
#include <attn/model/families/gpt2.hpp>
#include <attn/model/families/gpt_neox.hpp>
#include <attn/model/families/llama.hpp>
#include <attn/model/families/opt.hpp>
#include <attn/model/families/t5.hpp>
#include <attn/model/families/vit.hpp>

#include <map>
#include <string>
#include <vector>

namespace attn::model {

/// Makes a model of a config and the tensors of a checkpoint.
template <class T>
using Family = Transformer<T> (*)(const Config&, Weights&);

template <class T>
const std::map<std::string, Family<T>>& families() {
  static const std::map<std::string, Family<T>> all = {{"albert", albert<T>},   {"bart", bart<T>},
                                                       {"bert", bert<T>},       {"blenderbot", blenderbot<T>},
                                                       {"bloom", bloom<T>},     {"distilbert", distilbert<T>},
                                                       {"electra", electra<T>}, {"gemma", gemma<T>},
                                                       {"gemma2", gemma2<T>},   {"gemma3_text", gemma3<T>},
                                                       {"gpt2", gpt2<T>},       {"gpt_neox", gpt_neox<T>},
                                                       {"llama", llama<T>},     {"marian", marian<T>},
                                                       {"mistral", mistral<T>}, {"opt", opt<T>},
                                                       {"phi3", phi3<T>},       {"qwen2", qwen2<T>},
                                                       {"qwen3", qwen3<T>},     {"roberta", roberta<T>},
                                                       {"t5", t5<T>},           {"vit", vit<T>}};
  return all;
}

/// The model that config and tensors describe. Throws UnsupportedError for a model_type that isn't known; FormatError
/// and ShapeError where they contradict each other.
template <class T>
Transformer<T> make_transformer(const Config& config, Weights& weights) {
  const std::string type = config.root()["model_type"].string();
  const auto found = families<T>().find(type);
  if (found != families<T>().end()) return found->second(config, weights);
  std::vector<std::string> known;
  for (const auto& [name, family] : families<T>()) known.push_back(name);
  const std::vector<std::string> close = io::close_names(known, type, 3);
  throw UnsupportedError(config.root().path() + ".model_type is " + io::in_quotes(type) +
                         ", expected one of: " + io::list_names(known, known.size()) +
                         (close.empty() ? "" : "; near it: " + io::list_names(close)));
}

}  // namespace attn::model
