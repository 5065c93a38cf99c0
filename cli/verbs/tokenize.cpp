// attn tokenize: a text as the tokens that a model reads, as a table or as JSON.
#include "columns.hpp"
#include "console.hpp"
#include "input/lines.hpp"
#include "input/tokenizer_option.hpp"
#include "verbs/verbs.hpp"

#include <attn/base/error.hpp>
#include <attn/io/json.hpp>

#include <cstdio>
#include <memory>
#include <optional>

#include <unistd.h>

using attn::Encoding;
using attn::Tokenizer;

namespace {

struct TokenizeOptions {
  TokenizerOption tokenizer;
  std::optional<std::string> text, pair;
  bool json = false, no_special = false, offsets = false;
};

/// A line for each token below the columns' names; nothing in it is invisible.
class TokenTable {
 public:
  TokenTable(const Encoding& encoding, const std::vector<std::string>& labels, bool places, bool pair) {
    const auto number_of = [](int index) { return index < 0 ? std::string() : std::to_string(index); };
    const auto place_of = [&](std::size_t i) {
      const auto& place = encoding.code_points[i];
      return encoding.sequences[i] < 0 ? std::string() : std::to_string(place.begin) + ":" + std::to_string(place.end);
    };
    rows_ = encoding.size();
    add("number", true, [](std::size_t i) { return std::to_string(i); });
    add("id", true, [&](std::size_t i) { return std::to_string(encoding.ids[i]); });
    add("token", false, [&](std::size_t i) { return shown(encoding.tokens[i]); });
    add("label", false, [&](std::size_t i) { return shown(labels[i]); });
    if (places) add("place", true, place_of);
    if (!pair) return;
    add("word", true, [&](std::size_t i) { return number_of(encoding.words[i]); });
    add("type", true, [&](std::size_t i) { return std::to_string(encoding.type_ids[i]); });
  }

  std::string text() const {
    std::string text;
    for (std::size_t row = 0; row <= rows_; ++row) {
      for (std::size_t column = 0; column < columns_.size(); ++column) {
        const auto& [cells, width, right] = columns_[column];
        text += (column > 0 ? "  " : "") + padded(cells[row], width, right);
      }
      text.erase(text.find_last_not_of(' ') + 1);
      text += '\n';
    }
    return text;
  }

 private:
  struct Column {
    std::vector<std::string> cells;  // the name first
    int width;
    bool right;
  };

  template <class Cell>
  void add(const char* name, bool right, const Cell& cell) {
    Column column{{name}, width_of(name), right};
    for (std::size_t i = 0; i < rows_; ++i) {
      column.cells.push_back(cell(i));
      column.width = std::max(column.width, width_of(column.cells.back()));
    }
    columns_.push_back(std::move(column));
  }

  std::size_t rows_ = 0;
  std::vector<Column> columns_;
};

/// One object on one line.
std::string json_line(const Encoding& encoding, const std::vector<std::string>& labels) {
  std::string json;
  const auto list = [&](const char* key, const auto& values, const auto& as_json) {
    json += std::string(json.empty() ? "{" : ", ") + '"' + key + "\": [";
    for (std::size_t i = 0; i < values.size(); ++i) json += (i > 0 ? ", " : "") + as_json(values[i]);
    json += ']';
  };
  const auto number = [](int value) { return std::to_string(value); };
  const auto number_or_null = [](int value) { return value < 0 ? "null" : std::to_string(value); };
  const auto boolean = [](std::uint8_t value) { return std::string(value ? "true" : "false"); };
  const auto place = [](const attn::text::Range& range) {
    return "[" + std::to_string(range.begin) + ", " + std::to_string(range.end) + "]";
  };
  list("ids", encoding.ids, number);
  list("tokens", encoding.tokens, attn::io::json_string);
  list("labels", labels, attn::io::json_string);
  list("offsets", encoding.code_points, place);
  list("type_ids", encoding.type_ids, number);
  list("special", encoding.special, boolean);
  list("word_ids", encoding.words, number_or_null);
  list("sequence_ids", encoding.sequences, number_or_null);
  return json + "}\n";
}

std::string result_of(const Tokenizer& tokenizer, const std::string& text, const TokenizeOptions& options) {
  const Tokenizer::Options how{.special_tokens = !options.no_special};
  const Encoding encoding = options.pair ? tokenizer.encode(text, *options.pair, how) : tokenizer.encode(text, how);
  const std::vector<std::string> labels = tokenizer.labels(encoding);
  return options.json ? json_line(encoding, labels)
                      : TokenTable(encoding, labels, options.offsets, options.pair.has_value()).text();
}

void run(const TokenizeOptions& options) {
  if (options.json && options.offsets)
    throw attn::UsageError("--offsets: is a column of the table; with --json they are always there");
  if (!options.text && !options.tokenizer.path.empty() && ::isatty(STDIN_FILENO) != 0)
    throw attn::UsageError("no text: say it in quotes, or - to tokenize the lines that you type");
  const Tokenizer tokenizer = open_tokenizer(options.tokenizer);
  if (options.text && *options.text != "-") return print(result_of(tokenizer, *options.text, options));
  bool first = true;
  for_each_line_of_stdin([&](const std::string& line) {
    const std::string result = result_of(tokenizer, line, options);
    print(first || options.json ? result : "\n" + result);
    first = false;
  });
}

constexpr const char* kExamples = R"(Examples:
  attn tokenize --model bert-base-uncased "The cat sat on the mat."
  attn tokenize --model bert-base-uncased "The cat sat." --pair "It slept." --offsets
  attn tokenize --tokenizer gpt2/tokenizer.json --json "The cat sat."
  attn tokenize --model gpt2 -- "--a text that begins with a dash"
  cat tokens.txt | attn tokenize --model gpt2 --json          an object for each line, as it comes

A table shows each token as the vocabulary spells it, and as a label: ␣ is a space, ↵ a line end, and parts of a word have
no mark. Places are counted in code points: 4:7 is the fifth to the seventh. What isn't UTF-8 becomes U+FFFD.)";

}  // namespace

void add_tokenize_verb(CLI::App& app) {
  auto options = std::make_shared<TokenizeOptions>();
  CLI::App* verb = app.add_subcommand("tokenize", "A text as the tokens that a model reads: a table, or JSON");
  verb->add_option_function<std::string>(
          "TEXT", [options](const std::string& text) { options->text = text; },
          "The text; -, or none, for a text on each line of standard input")
      ->type_name("");
  add_tokenizer_option(*verb, options->tokenizer);
  verb->add_option_function<std::string>(
          "--pair", [options](const std::string& text) { options->pair = text; },
          "A second text, which the model reads behind the first")
      ->type_name("TEXT");
  verb->add_flag("--json", options->json, "A JSON object for each text, on a line");
  verb->add_flag("--no-special", options->no_special, "Without the special tokens around the text");
  verb->add_flag("--offsets", options->offsets, "Where each token is in the text, in code points");
  verb->footer(kExamples);
  verb->callback([options] { run(*options); });
}
