#include "input/labels.hpp"

#include "arrays.hpp"

#include <attn/base/error.hpp>
#include <attn/base/shape.hpp>
#include <attn/base/utf8.hpp>
#include <attn/io/mapped_file.hpp>

#include <algorithm>
#include <string_view>

using attn::Index;

namespace {

using Labels = std::vector<std::string>;

/// Words as the shell gave them. A single word is a list by itself: separated by commas or, without any, by spaces.
Labels split_words(const Labels& words) {
  if (words.size() != 1) return words;
  const char separator = words[0].find(',') != std::string::npos ? ',' : ' ';
  const auto trimmed = [](std::string_view label) {
    const std::size_t begin = std::min(label.find_first_not_of(' '), label.size());
    return label.substr(begin, label.find_last_not_of(' ') + 1 - begin);
  };
  Labels labels;
  const std::string_view text = words[0];
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    const std::string_view label = trimmed(text.substr(begin, end - begin));
    if (separator == ',' || !label.empty()) labels.emplace_back(label);
    begin = end + 1;
  }
  return labels;
}

/// One label a line; a line may be empty, the end of the last line may be missing.
Labels read_lines(const std::string& path) {
  claim_stdin(path);
  const attn::io::MappedFile file(path);
  std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark
  Labels labels;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    labels.emplace_back(line);
    begin = end + 1;
  }
  return labels;
}

struct Given {
  Labels labels;
  std::string option;
  bool is_file;
};

Given given(const Labels& words, const std::string& file, const std::string& option) {
  Given result{file.empty() ? split_words(words) : read_lines(file), file.empty() ? option : shown_name(file),
               !file.empty()};
  for (std::size_t i = 0; i < result.labels.size(); ++i)
    if (const auto bad = attn::first_invalid_utf8(result.labels[i]))
      throw attn::FormatError(result.option + ": label " + std::to_string(i + 1) + " isn't UTF-8: byte " +
                              std::to_string(*bad) + " of \"" + result.labels[i].substr(0, *bad) +
                              "…\"; convert it, e.g. with iconv -t UTF-8");
  return result;
}

void check_count(const Given& labels, Index count, const std::string& axis) {
  const Index size = static_cast<Index>(labels.labels.size());
  attn::check_shape(size == count, labels.option, "the number of labels", {size},
                    attn::to_string(attn::Shape{count}) + ", one for each " + axis,
                    labels.is_file || size == 1 ? "" : "a label with a comma in it needs --labels-from FILE");
}

}  // namespace

void add_label_options(CLI::App& app, LabelOptions& options) {
  const char* group = "LABELS: names of the tokens";
  const auto words = [&](const char* name, Labels& to, const char* help) {
    return app.add_option(name, to, help)
        ->type_name("A,B,C")
        ->expected(1, 1 << 20)
        ->allow_extra_args(false)
        ->group(group);
  };
  const auto file = [&](const char* name, std::string& to, const char* help) {
    return app.add_option(name, to, help)->type_name("FILE")->group(group);
  };
  auto* both = words("--labels", options.both, "Labels of both axes: A,B,C or \"A B C\" or A B C");
  auto* both_file = file("--labels-from", options.both_file, "The same from a text file, one a line");
  auto* query = words("--query-labels", options.query, "Labels of the rows");
  auto* key = words("--key-labels", options.key, "Labels of the columns");
  auto* query_file = file("--query-labels-from", options.query_file, "Labels of the rows from a file");
  auto* key_file = file("--key-labels-from", options.key_file, "Labels of the columns from a file");
  for (auto* option : {query, key, query_file, key_file}) option->excludes(both)->excludes(both_file);
  query->excludes(query_file);
  key->excludes(key_file);
  both->excludes(both_file);
}

AxisLabels resolve_labels(const LabelOptions& options, AxisLabels from_file, Index Nq, Index Nk) {
  AxisLabels labels = std::move(from_file);
  if (!options.both.empty() || !options.both_file.empty()) {
    const Given both = given(options.both, options.both_file, "--labels");
    check_count(both, Nq, "query");
    check_count(both, Nk, "key");
    labels.rows = labels.columns = both.labels;
  }
  if (!options.query.empty() || !options.query_file.empty()) {
    const Given rows = given(options.query, options.query_file, "--query-labels");
    check_count(rows, Nq, "query");
    labels.rows = rows.labels;
  }
  if (!options.key.empty() || !options.key_file.empty()) {
    const Given columns = given(options.key, options.key_file, "--key-labels");
    check_count(columns, Nk, "key");
    labels.columns = columns.labels;
  }
  return labels;
}
