// --tokenizer and --model: the tokenizer of a checkpoint.
#pragma once

#include <attn/text/tokenizer.hpp>

#include <CLI/CLI.hpp>

#include <string>

struct TokenizerOption {
  std::string path;  // a folder or a file
};

void add_tokenizer_option(CLI::App& app, TokenizerOption& option);

/// Throws UsageError where neither was given, and what load_tokenizer() throws.
attn::Tokenizer open_tokenizer(const TokenizerOption& option);
