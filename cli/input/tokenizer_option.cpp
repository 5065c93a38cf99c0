#include "input/tokenizer_option.hpp"

#include "progress.hpp"

#include <attn/base/error.hpp>
#include <attn/text/load_tokenizer.hpp>

namespace {

std::string tokenizer_name(const std::string& text) {
  if (text.empty()) return "is empty, expected the name of a folder or a file";
  return text == "-" ? "is \"-\", expected the name of a folder or a file; it isn't read from standard input" : "";
}

}  // namespace

void add_tokenizer_option(CLI::App& app, TokenizerOption& option) {
  const char* group = "TOKENIZER: one of";
  auto* tokenizer =
      app.add_option("--tokenizer", option.path, "tokenizer.json, vocab.txt, vocab.json, *.model, or their folder")
          ->type_name("PATH")
          ->check(tokenizer_name)
          ->group(group);
  app.add_option("--model", option.path, "The folder of a checkpoint, with its tokenizer in it")
      ->type_name("DIR")
      ->check(tokenizer_name)
      ->group(group)
      ->excludes(tokenizer);
}

attn::Tokenizer open_tokenizer(const TokenizerOption& option) {
  if (option.path.empty())
    throw attn::UsageError("no tokenizer: say --model DIR, a checkpoint's folder, or --tokenizer PATH, a file of one");
  const Progress progress = Progress::reading(option.path);
  return attn::load_tokenizer(option.path);
}
