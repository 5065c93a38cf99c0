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

/// The text itself, or standard input for "-": without the line end that files have.
std::string read_text(const std::string& text);

/// The kinds of attention that the model has of what it reads: "self", or of a model of two stacks "encoder" and, where
/// its decoder reads something, "decoder" and "cross".
std::vector<std::string> kinds_of(const ModelOptions& options);

/// Runs the model. What is kept of the pass is linear in the text: each map is computed from its queries and keys when
/// it is asked for. Throws UsageError for what the model can't read, and what loading it throws.
using ModelSources = std::variant<std::unique_ptr<AttentionSource<float>>, std::unique_ptr<AttentionSource<double>>>;
ModelSources open_model(const ModelOptions& options);
