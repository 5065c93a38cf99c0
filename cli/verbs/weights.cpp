// attn weights: attention weights as numbers, to a file or standard output.
#include "arrays.hpp"
#include "console.hpp"
#include "input/input_options.hpp"
#include "input/output_option.hpp"
#include "input/select_maps.hpp"
#include "verbs/verbs.hpp"

#include <memory>

namespace {

struct WeightsOptions {
  InputOptions input;
  SelectOptions select;
  LabelOptions labels;
  std::string output = "-";
  std::string output_file;
};

template <class T>
attn::io::ArrayLabels labels_of(const SelectedMaps<T>& maps) {
  attn::io::ArrayLabels labels;  // named "weights"
  labels.axis_names = maps.axes;
  labels.axis_indices = maps.indices;
  labels.row_labels = maps.labels.rows;
  labels.column_labels = maps.labels.columns;
  labels.first_row = maps.rows.begin;
  labels.first_column = maps.columns.begin;
  return labels;
}

void run(const WeightsOptions& options) {
  check_output_format(options.output);
  check_output_option(options.output_file, options.output);
  AnySource any = open_input(options.input, options.select.layers_first());
  std::visit(
      [&](auto& source) {
        const auto maps = select_maps(*source, options.select, options.labels, !options.output_file.empty());
        if (!source->warning().empty()) warn(source->warning());
        const auto output = prepare_output(options.output_file, maps);
        prepare_array(options.output, maps.weights, labels_of(maps))->commit();
        if (output) output->commit();
      },
      any);
}

constexpr const char* kExamples = R"(Examples:
  attn weights --query q.npy --key k.npy                         CSV on standard output
  attn weights --query q.npy --key k.npy --mask causal -o weights.npy
  attn weights --query q.npy --key k.npy --value v.npy --output-file output.npy -o weights.npz
  attn weights --embeddings x.npy --wq wq.npy --wk wk.npy --heads 2 --head 1 -o head1.csv
  attn weights --weights attention.npy --layer 0 --reduce mean -o mean.json
  cat q.npy | attn weights --query - --key k.npy --rows 0:2

The weights keep the axes of the input; --head 1 drops the axis of heads, --head 1,2 and --head 1-1 keep it.
FILE is .npy, .npz[:NAME], .csv, .tsv, .safetensors[:NAME], or - for standard input.)";

}  // namespace

void add_weights_verb(CLI::App& app) {
  auto options = std::make_shared<WeightsOptions>();
  CLI::App* verb = app.add_subcommand("weights", "Attention weights as numbers: CSV, NumPy, JSON, safetensors");
  add_input_options(*verb, options->input);
  add_select_options(*verb, options->select);
  add_label_options(*verb, options->labels);
  verb->add_option("-o,--output", options->output,
                   "Where to: .csv .tsv .npy .npz .json .safetensors (default: CSV on stdout)")
      ->type_name("FILE")
      ->check(file_name);
  add_output_option(*verb, options->output_file);
  verb->footer(kExamples);
  verb->callback([options] { run(*options); });
}
