// The verbs: each adds its options to the app and runs when it was chosen. A verb is one file of this folder.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

void add_weights_verb(CLI::App& app);
void add_heatmap_verb(CLI::App& app);
void add_view_verb(CLI::App& app);
void add_explain_verb(CLI::App& app);
void add_tokenize_verb(CLI::App& app);
void add_decode_verb(CLI::App& app);
void add_info_verb(CLI::App& app);
void add_verify_verb(CLI::App& app);
void add_demo_verb(CLI::App& app, const std::string& program);  // as it was called: build/attn
