// attn verify: whether a checkpoint computes here what another program found with it.
#include "checks.hpp"
#include "columns.hpp"
#include "console.hpp"
#include "models.hpp"
#include "progress.hpp"
#include "verbs/verbs.hpp"

#include <attn/base/error.hpp>
#include <attn/io/names.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

using attn::model::Comparison;

namespace {

struct VerifyOptions {
  std::string folder, expected;
  bool in_double = false;
};

std::string number(const char* format, double x) {
  char text[40];
  std::snprintf(text, sizeof text, format, x);
  return text;
}

/// "[1, 0, 3, 4, 2]"
std::string list(const attn::Shape& index) {
  std::string text;
  for (const attn::Index i : index) text += (text.empty() ? "[" : ", ") + std::to_string(i);
  return text + "]";
}

void print_table(const std::vector<Comparison>& places) {
  std::vector<const Comparison*> worst;  // of each array
  for (const Comparison& place : places) {
    const auto same = std::find_if(worst.begin(), worst.end(), [&](const auto* w) { return w->array == place.array; });
    if (same == worst.end())
      worst.push_back(&place);
    else if (place.is_farther_than(**same))
      *same = &place;
  }
  std::vector<std::array<std::string, 5>> rows{{"array", "largest difference", "tolerance", "", "at"}};
  for (const Comparison* w : worst)
    rows.push_back({w->array, number("%.1e", w->difference()), number("%.1e", w->tolerance),
                    w->agrees() ? "agrees" : "differs", list(w->index)});
  std::array<int, 5> widths{};
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(row[c]));
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c + 1 < row.size(); ++c) line += padded(row[c], widths[c], c == 1 || c == 2) + "  ";
    print(line + row.back() + "\n");
  }
}

template <class T>
void run_in(const VerifyOptions& options) {
  const attn::model::SavedRun saved(options.expected);
  const attn::Model<T> model = load_model<T>(options.folder);
  const std::vector<Comparison> places = [&] {
    const Progress progress("running " + options.folder);
    return attn::model::verify(model.transformer(), saved);
  }();
  print_table(places);
  const std::vector<std::string> others = attn::model::not_compared(saved, places);
  if (!others.empty()) print("Not compared: " + attn::io::list_names(others) + "\n");
  const auto first = std::find_if_not(places.begin(), places.end(), [](const auto& place) { return place.agrees(); });
  if (first == places.end()) {
    print(std::string("Everything agrees, in ") + (sizeof(T) == 4 ? "float32" : "float64") + ".\n");
    return;
  }
  throw attn::NumericError("verify: the first to differ: " + first->place + ": " + first->array + list(first->index) +
                           " is " + number("%.9g", first->ours) + ", expected " + number("%.9g", first->expected) +
                           " (" + number("%.1e", first->difference()) + " apart, tolerance " +
                           number("%.1e", first->tolerance) + ")");
}

constexpr const char* kExamples = R"(Examples:
  attn verify --model examples/models/tiny-bert-copy --expected expected
  attn verify --model examples/models/tiny-bert-copy --expected expected --precision f64

The folder after --expected holds .npy files named as transformers calls its results: what the model read, input_ids,
attention_mask, token_type_ids or pixel_values, decoder_input_ids, decoder_attention_mask; and what there is of
attentions, hidden_states, logits, pooler_output, last_hidden_state and so on. docs/models.md has their shapes, and
Python that saves them.)";

}  // namespace

void add_verify_verb(CLI::App& app) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* verb = app.add_subcommand("verify", "Whether a checkpoint computes here what another program saved of it");
  verb->add_option("--model,model", options->folder, "The checkpoint's folder")
      ->type_name("DIR")
      ->check(file_name)
      ->required();
  verb->add_option("--expected", options->expected, "What the other program saved: .npy files, inputs and results")
      ->type_name("DIR")
      ->check(file_name)
      ->required();
  verb->add_option_function<std::string>(
          "--precision", [options](const std::string& name) { options->in_double = name == "f64"; },
          "Computes in float or double (default: f32)")
      ->type_name("f32|f64")
      ->check(CLI::IsMember({"f32", "f64"}));
  verb->footer(kExamples);
  verb->callback([options] { options->in_double ? run_in<double>(*options) : run_in<float>(*options); });
}
