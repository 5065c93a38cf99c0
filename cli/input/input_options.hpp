// INPUT: where attention comes from: Q and K, a layer's weights and embeddings, attention that was dumped before, or a
// checkpoint.
#pragma once

#include "input/layer_input.hpp"
#include "input/model_input.hpp"
#include "input/qkv_input.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <variant>
#include <vector>

struct InputOptions {
  QkvFiles qkv;
  LayerFiles layer;
  std::string weights;
  ModelOptions model;
  ScoreOptions scores;
};

void add_input_options(CLI::App& app, InputOptions& options);

/// Whether any input was named.
bool has_input(const InputOptions& options);

/// Reads and checks the input. Sources compute in float when all input is float32 or narrower, else in double.
/// `four_axes_begin_with_layers`: --weights of rank 4 is [layers, heads, q, k] rather than [batch, heads, q, k].
using AnySource = std::variant<std::unique_ptr<AttentionSource<float>>, std::unique_ptr<AttentionSource<double>>>;
AnySource open_input(const InputOptions& options, bool four_axes_begin_with_layers);

/// The same, but of a model of two stacks all its attentions: each with its name.
using InputPart = ModelPart;
std::vector<InputPart> open_parts(const InputOptions& options, bool four_axes_begin_with_layers);
