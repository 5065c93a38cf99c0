// attn weights: attention weights as numbers, to a file or standard output: all of them, or what is made of them.
#include "arrays.hpp"
#include "console.hpp"
#include "input/input_options.hpp"
#include "input/make_maps.hpp"
#include "input/output_option.hpp"
#include "input/products.hpp"
#include "memory.hpp"
#include "table.hpp"
#include "threads.hpp"
#include "verbs/verbs.hpp"

#include <memory>

using attn::Index;

namespace {

struct WeightsOptions {
  InputOptions input;
  SelectOptions select;
  LabelOptions labels;
  PoolOptions pool;
  Index top_k = 0;
  bool stats = false;
  Index threads = 0;
  std::string output = "-";
  std::string output_file;

  bool with_output() const { return !output_file.empty(); }
};

/// The result's file, which appears on commit(), and the attention output where it is asked for.
template <class T>
struct Result {
  std::unique_ptr<attn::OutputFile> file;
  attn::Tensor<T> output;
};

attn::io::ArrayLabels labels_of(const MapSelection& selection) {
  attn::io::ArrayLabels labels;  // named "weights"
  labels.axis_names = selection.axes;
  labels.axis_indices = selection.indices;
  labels.row_labels = selection.labels.rows;
  labels.column_labels = selection.labels.columns;
  labels.first_row = selection.rows.begin;
  labels.first_column = selection.columns.begin;
  return labels;
}

/// Makes a product of each map in turn, and hands it to `keep` before the next one is made.
template <class T, class Make, class Keep>
attn::Tensor<T> make_each(AttentionSource<T>& source, const MapSelection& selection, bool with_output, const Make& make,
                          const Keep& keep) {
  decltype(make()) product;
  const ProductsOf<T> products_of = [&](std::size_t n) {
    if (n > 0) keep(n - 1, *product);
    product = make();
    return std::vector<Product<T>*>{product.get()};
  };
  const attn::Tensor<T> output = make_maps(source, selection, products_of, with_output);
  keep(selection.maps.size() - 1, *product);
  return output;
}

/// Every weight, some rows at a time.
template <class T>
Result<T> write_weights(AttentionSource<T>& source, const MapSelection& selection, const WeightsOptions& options) {
  const auto rows = open_rows<T>(options.output, selection.shape(selection.rows.size(), selection.columns.size()),
                                 labels_of(selection));
  EachRow<T> to_file([&](Index, const attn::ConstView<T>& some) { rows->append(some); });
  const ProductsOf<T> products_of = [&](std::size_t) { return std::vector<Product<T>*>{&to_file}; };
  attn::Tensor<T> output = make_maps(source, selection, products_of, options.with_output());
  return {rows->finish(), std::move(output)};
}

/// What a cell is called in a table: its first query or key.
std::vector<std::string> first_of_cells(Range range, Index cells) {
  const attn::Cells edges{range.size(), cells};
  std::vector<std::string> names;
  for (Index cell = 0; cell < cells; ++cell) names.push_back(std::to_string(range.begin + edges.edge(cell)));
  return names;
}

template <class T>
Result<T> write_pooled(AttentionSource<T>& source, const MapSelection& selection, const WeightsOptions& options) {
  const Index Nq = selection.rows.size(), Nk = selection.columns.size();
  const PoolShape shape = *pool_shape(options.pool, Nq, Nk);
  if (shape.rows == Nq && shape.columns == Nk) return write_weights<T>(source, selection, options);  // each in a cell
  const double cells = static_cast<double>(shape.rows) * static_cast<double>(shape.columns);
  Pooled<T>::check(shape, bytes_of(cells * static_cast<double>(selection.maps.size()), sizeof(T)),
                   "choose a smaller --size, or fewer maps with --layer, --head and --batch");

  attn::Tensor<T> pooled(selection.shape(shape.rows, shape.columns));
  attn::Tensor<T> output = make_each(
      source, selection, options.with_output(), [&] { return std::make_unique<Pooled<T>>(Nq, Nk, shape); },
      [&](std::size_t n, const Pooled<T>& map) { pooled.matrix(static_cast<Index>(n)) = map.cells(); });
  attn::io::ArrayLabels labels = labels_of(selection);
  const bool named = !selection.axes.empty() || !labels.row_labels.empty() || !labels.column_labels.empty();
  if (shape.rows < Nq) labels.row_labels = named ? first_of_cells(selection.rows, shape.rows) : labels.row_labels;
  if (shape.columns < Nk)
    labels.column_labels = named ? first_of_cells(selection.columns, shape.columns) : labels.column_labels;
  return {prepare_array(options.output, pooled, labels), std::move(output)};
}

/// The columns of a table that say of which map a row is.
template <class T>
class MapColumns {
 public:
  MapColumns(Table<T>& table, const MapSelection& selection) : selection_(selection) {
    for (const std::string& axis : selection.axes) columns_.push_back(&table.indices(axis));
  }
  void add(std::size_t map) {
    const std::vector<Index> place = selection_.place(map);
    for (std::size_t axis = 0; axis < columns_.size(); ++axis) columns_[axis]->push_back(place[axis]);
  }

 private:
  const MapSelection& selection_;
  std::vector<typename Table<T>::Indices*> columns_;
};

template <class T>
Result<T> write_edges(AttentionSource<T>& source, const MapSelection& selection, const WeightsOptions& options) {
  const Index Nq = selection.rows.size(), Nk = selection.columns.size(), count = std::min(options.top_k, Nk);
  if (count < options.top_k)
    note("--top-k: is " + std::to_string(options.top_k) + ", but there are " + std::to_string(Nk) +
         " keys, so all of them are listed");
  const double edges = static_cast<double>(Nq) * static_cast<double>(count);
  check_memory(std::to_string(count) + " keys for each of " + std::to_string(Nq) + " queries",
               bytes_of(edges * static_cast<double>(selection.maps.size()),
                        sizeof(T) + (2 + selection.axes.size()) * sizeof(Index)) +
                   bytes_of(edges, sizeof(T) + sizeof(Index)),
               "choose a smaller --top-k, or fewer queries with --rows");

  Table<T> table;
  MapColumns<T> map_columns(table, selection);
  auto &query = table.indices("query"), &key = table.indices("key");
  auto& weight = table.numbers("weight");
  if (!selection.all_labels.rows.empty()) table.labels("query_label", query, selection.all_labels.rows);
  if (!selection.all_labels.columns.empty()) table.labels("key_label", key, selection.all_labels.columns);
  attn::Tensor<T> output = make_each(
      source, selection, options.with_output(), [&] { return std::make_unique<LargestKeys<T>>(Nq, Nk, count); },
      [&](std::size_t n, const LargestKeys<T>& map) {
        const auto& keys = map.top().keys();
        const auto& weights = map.top().weights();
        for (Index i = 0; i < Nq; ++i)
          for (Index j = 0; j < count && keys(i, j) >= 0; ++j) {
            map_columns.add(n);
            query.push_back(selection.rows.begin + i);
            key.push_back(selection.columns.begin + keys(i, j));
            weight.push_back(weights(i, j));
          }
      });
  return {table.prepare(options.output), std::move(output)};
}

template <class T>
Result<T> write_statistics(AttentionSource<T>& source, const MapSelection& selection, const WeightsOptions& options) {
  const Index Nq = selection.rows.size();
  Table<T> table;
  MapColumns<T> map_columns(table, selection);
  auto& query = table.indices("query");
  auto &entropy = table.numbers("entropy"), &effective = table.numbers("effective_keys"),
       &distance = table.numbers("mean_distance"), &largest = table.numbers("largest");
  auto& largest_key = table.indices("largest_key");
  if (!selection.all_labels.rows.empty()) table.labels("query_label", query, selection.all_labels.rows);
  if (!selection.all_labels.columns.empty())
    table.labels("largest_key_label", largest_key, selection.all_labels.columns);
  attn::Tensor<T> output = make_each(
      source, selection, options.with_output(),
      [&] { return std::make_unique<Statistics<T>>(selection.rows.begin, Nq); },
      [&](std::size_t n, const Statistics<T>& map) {
        for (Index i = 0; i < Nq; ++i) {
          const auto row = map.row(i);
          map_columns.add(n);
          query.push_back(selection.rows.begin + i);
          entropy.push_back(row.entropy);
          effective.push_back(row.effective_keys);
          distance.push_back(row.mean_distance);
          largest.push_back(row.largest);
          largest_key.push_back(row.largest_key);
        }
      });
  return {table.prepare(options.output), std::move(output)};
}

/// What can be said before anything is read.
void check_options(const WeightsOptions& options) {
  check_output_file(options.output);
  if (options.top_k > 0 || options.stats) Table<float>::check_format(options.output);
  check_output_option(options.output_file, options.output);
  check_pool_options(options.pool);
  if (!options.pool.how.empty() && options.pool.size.empty())
    throw attn::UsageError("--pool: is " + options.pool.how + ", but of how many cells? say --size R[xC], as in 1024");
  if (options.stats && !options.select.cols.empty())
    throw attn::UsageError("--stats: is about all the keys of a query, expected no --cols");
}

void run(const WeightsOptions& options) {
  check_options(options);
  use_threads(options.threads);
  AnySource any = open_input(options.input, options.select.layers_first());
  std::visit(
      [&]<class T>(std::unique_ptr<AttentionSource<T>>& source) {
        const MapSelection selection = choose_maps(*source, options.select, options.labels);
        const auto write = options.top_k > 0            ? write_edges<T>
                           : options.stats              ? write_statistics<T>
                           : !options.pool.size.empty() ? write_pooled<T>
                                                        : write_weights<T>;
        const Result<T> result = write(*source, selection, options);
        if (!source->warning().empty()) warn(source->warning());
        const auto output = prepare_output(options.output_file, result.output, *source, selection);
        result.file->commit();
        if (output) output->commit();
      },
      any);
}

constexpr const char* kExamples = R"(Examples:
  attn weights --model bert-base-uncased "The cat sat." -o weights.npz
  attn weights --model bert-base-uncased --ids 2,62,63,3 --layer 1 --stats
  attn weights --query q.npy --key k.npy                         CSV on standard output
  attn weights --query q.npy --key k.npy --mask causal -o weights.npy
  attn weights --query q.npy --key k.npy --value v.npy --output-file output.npy -o weights.npz
  attn weights --embeddings x.npy --wq wq.npy --wk wk.npy --heads 2 --head 1 -o head1.csv
  attn weights --weights attention.npy --layer 0 --reduce mean -o mean.json
  cat q.npy | attn weights --query - --key k.npy --rows 0:2
  attn weights --query long-q.npy --key long-k.npy --pool mean --size 256x128 -o pooled.npy
  attn weights --query long-q.npy --key long-k.npy --mask causal --top-k 8 -o edges.csv
  attn weights --query long-q.npy --key long-k.npy --stats --threads 2 -o rows.csv

Of a long sequence only what is asked for is held: cells of --size, edges of --top-k, a row of --stats for each query;
all N x N weights go to their file as they are computed.
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
  add_threads_option(*verb, options->threads);
  const char* group = "RESULT: instead of every weight";
  add_pool_options(*verb, options->pool, group, "What a cell of --size is of its weights (default: mean)");
  auto* top = verb->add_option("--top-k", options->top_k, "The K keys of largest weight for each query, a line each")
                  ->type_name("K")
                  ->check(whole_number(1))
                  ->group(group);
  auto* stats = verb->add_flag("--stats", options->stats,
                               "A line a query: entropy, effective keys, mean distance, largest weight and its key")
                    ->group(group);
  top->excludes(stats);
  for (auto* option : {top, stats}) option->excludes("--pool")->excludes("--size");
  verb->footer(kExamples);
  verb->callback([options] { run(*options); });
}
