// Rotary positions as config.json describes them: rope_theta, and rope_scaling for texts longer than those of training;
// since transformers 5 all of it together in rope_parameters, where some models have one for each type of layer.
#pragma once

#include <attn/core/rope_frequencies.hpp>
#include <attn/model/attention_layer.hpp>
#include <attn/model/config.hpp>
#include <attn/model/families/layer_types.hpp>

#include <optional>
#include <string>
#include <vector>

namespace attn::model {

namespace detail {

/// The rope_parameters of the layers of a type, where there are any.
inline std::optional<text::JsonNode> rope_parameters(const Config& c, const char* type) {
  const auto all = c.root().find("rope_parameters");
  const auto own = all ? all->find(type) : std::nullopt;
  return own ? own : all;
}

/// The length of the texts of training, before positions were scaled.
inline Index trained_length(const Config& c, const text::JsonNode& scaling) {
  const char* key = "original_max_position_embeddings";
  if (const auto node = scaling.find(key)) return static_cast<Index>(node->count());
  return c.has(key) ? c.size(key) : c.size("max_position_embeddings");
}

/// One factor for each pair, for texts of the length of training and for longer ones ("longrope") [Ding 2024].
inline Rope long_rope(const Config& c, const text::JsonNode& scaling, Index r, double base) {
  const auto trained = static_cast<double>(trained_length(c, scaling));
  const auto divided = [&](const char* key) {
    Eigen::VectorXd frequencies = rope_frequencies(r, base);
    const text::JsonNode factors = scaling[key];
    factors.expect(factors.size() == static_cast<std::size_t>(frequencies.size()),
                   "a factor for each of " + std::to_string(frequencies.size()) + " pairs");
    for (Index n = 0; n < frequencies.size(); ++n) frequencies(n) /= factors[static_cast<std::size_t>(n)].number();
    return frequencies;
  };
  const Eigen::VectorXd near = divided("short_factor"), far = divided("long_factor");
  const double stretch = scaling.find("factor") ? scaling["factor"].number()
                                                : static_cast<double>(c.size("max_position_embeddings")) / trained;
  Rope rope{[=](Index N) { return static_cast<double>(N) > trained ? far : near; }};
  if (const auto factor = scaling.find("attention_factor"))
    rope.factor = factor->number();
  else if (stretch > 1)
    rope.factor = std::sqrt(1 + std::log(stretch) / std::log(trained));
  return rope;
}

}  // namespace detail

/// The part of a head's columns that turn, which `key` says where rope_parameters don't.
inline double turning_share(const Config& c, const char* key, double otherwise) {
  const auto parameters = detail::rope_parameters(c, detail::kFullAttention);
  const auto share = parameters ? parameters->find("partial_rotary_factor") : std::nullopt;
  return share ? Config::share(*share) : c.share(key, otherwise);
}

/// The rope of a model's layers of a type, whose heads turn `r` columns; `base` where rope_parameters say no other.
/// Throws UnsupportedError for a kind of scaling that isn't known.
inline Rope rope_of(const Config& c, Index r, double base, const char* type_of_layer = detail::kFullAttention) {
  const auto fixed = [](Eigen::VectorXd frequencies) {
    return Rope{[frequencies = std::move(frequencies)](Index) { return frequencies; }};
  };
  const auto parameters = detail::rope_parameters(c, type_of_layer);
  const auto scaling = parameters ? parameters : c.root().find("rope_scaling");
  if (const auto theta = parameters ? parameters->find("rope_theta") : std::nullopt) base = theta->number();
  if (!scaling) return fixed(rope_frequencies(r, base));
  const std::string type = scaling->string("rope_type", scaling->string("type", "default"));
  const auto number = [&](const char* key, double otherwise) {
    const auto node = scaling->find(key);
    return node ? node->number() : otherwise;
  };
  const auto trained = [&] { return detail::trained_length(c, *scaling); };
  if (type == "default") return fixed(rope_frequencies(r, base));
  if (type == "longrope" || type == "su") return detail::long_rope(c, *scaling, r, base);
  const double factor = (*scaling)["factor"].number();
  if (type == "linear") return fixed(rope_frequencies_linear(r, base, factor));
  if (type == "dynamic") {
    const Index most = c.size("max_position_embeddings");
    return Rope{[=](Index N) { return rope_frequencies_dynamic(r, base, factor, most, N); }};
  }
  if (type == "llama3")
    return fixed(rope_frequencies_by_wavelength(r, base, factor, number("low_freq_factor", 1),
                                                number("high_freq_factor", 4), trained()));
  if (type == "yarn") {
    Rope rope =
        fixed(rope_frequencies_yarn(r, base, factor, trained(), number("beta_fast", 32), number("beta_slow", 1)));
    rope.factor = number("attention_factor", yarn_attention_factor(factor));
    return rope;
  }
  throw UnsupportedError(scaling->path() + ".rope_type is " + io::in_quotes(type) +
                         ": expected default, linear, dynamic, llama3, yarn or longrope");
}

}  // namespace attn::model
