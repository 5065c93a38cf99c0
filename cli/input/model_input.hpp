// INPUT 4: a checkpoint and what it reads: every layer's and head's attention.
#pragma once

#include "input/attention_source.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

struct ModelOptions {
  std::string folder;
  std::optional<std::string> text, pair, decoder_text;
  std::vector<attn::Index> ids, type_ids, decoder_ids;
  std::string image;  // a PNG or JPEG file
  std::string kind;   // encoder, decoder, cross, or empty: the attention of a stack to itself
  attn::Index max_length = 0;
  bool in_double = false;
  bool words = false;  // pieces of words are put together
};

void add_model_options(CLI::App& app, ModelOptions& options);

/// The attention of one part of a model: "encoder", "decoder" or "cross" of those that have two stacks, else without a
/// name.
struct ModelPart {
  std::string name;
  std::variant<std::unique_ptr<AttentionSource<float>>, std::unique_ptr<AttentionSource<double>>> source;
};

/// Runs the model. What is kept of the pass is linear in the text: each map is computed from its queries and keys when
/// it is asked for. One part, or `all` that read something, unless --kind names one. Throws UsageError for what the
/// model can't read, and what loading it throws.
std::vector<ModelPart> open_model(const ModelOptions& options, bool all);
