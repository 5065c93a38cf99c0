// Which layers of a model have a sliding window, where config.json says it of each.
#pragma once

#include <attn/model/config.hpp>

#include <optional>

namespace attn::model::detail {

// The types of layers, as config.json calls them.
constexpr const char* kFullAttention = "full_attention";
constexpr const char* kSlidingAttention = "sliding_attention";

/// By `layer_types`, which configs have since transformers 4.53; nothing where there is none, and the family's own rule
/// decides. Throws UnsupportedError for a type that isn't known.
inline std::optional<bool> has_window(const Config& c, Index layer) {
  const auto types = c.root().find("layer_types");
  if (!types) return std::nullopt;
  const text::JsonNode type = (*types)[static_cast<std::size_t>(layer)];
  if (type.string() == kSlidingAttention) return true;
  if (type.string() == kFullAttention) return false;
  throw UnsupportedError(type.path() + " is " + io::in_quotes(type.string()) +
                         ": expected full_attention or sliding_attention");
}

}  // namespace attn::model::detail
