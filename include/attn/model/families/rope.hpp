// Rotary positions as config.json describes them: rope_theta, and rope_scaling for texts longer than those of training;
// since transformers 5 all of it together in rope_parameters, where some models have one for each kind of layer.
#pragma once

#include <attn/core/rope_frequencies.hpp>
#include <attn/model/attention_layer.hpp>
#include <attn/model/config.hpp>

#include <optional>
#include <string>
#include <vector>

namespace attn::model {

constexpr const char* kAllKeys = "full_attention";  // the kinds of layers, as config.json calls them
constexpr const char* kNearKeys = "sliding_attention";

namespace detail {

/// The rope_parameters of the layers of a kind, where there are any.
inline std::optional<text::JsonNode> rope_parameters(const Config& c, const char* kind) {
  const auto all = c.root().find("rope_parameters");
  const auto own = all ? all->find(kind) : std::nullopt;
  return own ? own : all;
}

/// One factor for each pair, for texts of the length of training and for longer ones ("longrope") [Ding 2024].
inline Rope long_rope(const Config& c, const text::JsonNode& scaling, Index r, double base) {
  const char* original = "original_max_position_embeddings";
  const auto trained = scaling.find(original)
                           ? static_cast<double>(scaling[original].count())
                           : static_cast<double>(c.size(original, c.size("max_position_embeddings")));
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
  const auto parameters = detail::rope_parameters(c, kAllKeys);
  const auto share = parameters ? parameters->find("partial_rotary_factor") : std::nullopt;
  return share ? Config::share(*share) : c.share(key, otherwise);
}

/// The rope of a model's layers of a kind, whose heads turn `r` columns; `base` where rope_parameters say no other.
/// Throws UnsupportedError for a kind of scaling that isn't known.
inline Rope rope_of(const Config& c, Index r, double base, const char* kind = kAllKeys) {
  const auto fixed = [](Eigen::VectorXd frequencies) {
    return Rope{[frequencies = std::move(frequencies)](Index) { return frequencies; }};
  };
  const auto parameters = detail::rope_parameters(c, kind);
  const auto scaling = parameters ? parameters : c.root().find("rope_scaling");
  if (const auto theta = parameters ? parameters->find("rope_theta") : std::nullopt) base = theta->number();
  if (!scaling) return fixed(rope_frequencies(r, base));
  const std::string type = scaling->string("rope_type", scaling->string("type", "default"));
  const auto number = [&](const char* key, double otherwise) {
    const auto node = scaling->find(key);
    return node ? node->number() : otherwise;
  };
  const auto trained = [&] {
    const auto node = scaling->find("original_max_position_embeddings");
    return node ? static_cast<Index>(node->count()) : c.size("max_position_embeddings");
  };
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
