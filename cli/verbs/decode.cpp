// attn decode: the text of tokens, from their ids.
#include "console.hpp"
#include "input/lines.hpp"
#include "input/tokenizer_option.hpp"
#include "verbs/verbs.hpp"

#include <attn/base/error.hpp>

#include <charconv>
#include <memory>
#include <string_view>

#include <unistd.h>

namespace {

struct DecodeOptions {
  TokenizerOption tokenizer;
  std::vector<std::string> ids;
  bool keep_special = false;
};

/// Adds the ids in a text, with spaces or commas between them. The brackets of a list in JSON don't matter.
void add_ids(std::string_view text, const attn::Tokenizer& tokenizer, std::vector<int>& ids) {
  constexpr std::string_view kBetween = " ,\t[]";
  for (std::size_t at = 0; (at = text.find_first_not_of(kBetween, at)) != std::string_view::npos;) {
    const std::string_view word = text.substr(at, text.find_first_of(kBetween, at) - at);
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, ids.emplace_back());
    if (error != std::errc() || stop != end)
      throw attn::UsageError("ids: \"" + std::string(word) + "\" is no id, expected whole numbers below " +
                             std::to_string(tokenizer.size()));
    at += word.size();
  }
}

void run(const DecodeOptions& options) {
  const bool from_stdin = options.ids.empty() || options.ids == std::vector<std::string>{"-"};
  if (options.ids.empty() && !options.tokenizer.path.empty() && ::isatty(STDIN_FILENO) != 0)
    throw attn::UsageError("no ids: say them, as in 101 7 102, or - to decode the lines that you type");
  const attn::Tokenizer tokenizer = open_tokenizer(options.tokenizer);
  const auto print_text_of = [&](const std::vector<int>& ids) {
    print(tokenizer.decode(ids, !options.keep_special) + "\n");
  };
  std::vector<int> ids;
  if (from_stdin)
    return for_each_line_of_stdin([&](const std::string& line) {
      ids.clear();
      add_ids(line, tokenizer, ids);
      print_text_of(ids);
    });
  for (const std::string& argument : options.ids) add_ids(argument, tokenizer, ids);
  print_text_of(ids);
}

constexpr const char* kExamples = R"(Examples:
  attn decode --model bert-base-uncased 2 62 63 64 3
  attn decode --model bert-base-uncased --keep-special 2,62,63,64,3
  cat ids.txt | attn decode --model bert-base-uncased         a text for each line of ids

Ids have spaces or commas between them; a list of JSON, [2, 62, 3], will do.)";

}  // namespace

void add_decode_verb(CLI::App& app) {
  auto options = std::make_shared<DecodeOptions>();
  CLI::App* verb = app.add_subcommand("decode", "The text of tokens, from their ids");
  verb->add_option("IDS", options->ids, "Ids of tokens; -, or none, for a sequence on each line of standard input")
      ->type_name("");
  add_tokenizer_option(*verb, options->tokenizer);
  verb->add_flag("--keep-special", options->keep_special, "With the special tokens, as [CLS] and </s>");
  verb->footer(kExamples);
  verb->callback([options] { run(*options); });
}
