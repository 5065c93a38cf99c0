// attn view: attention as one HTML page, to be looked at in a browser, offline.
#include "arrays.hpp"
#include "checks.hpp"
#include "console.hpp"
#include "input/input_options.hpp"
#include "input/make_maps.hpp"
#include "input/products.hpp"
#include "memory.hpp"
#include "page_size.hpp"
#include "pages.hpp"
#include "threads.hpp"
#include "verbs/verbs.hpp"

#include <cctype>
#include <filesystem>
#include <memory>

namespace render = attn::render;
using attn::Index;
using attn::Matrix;
using Matrices = render::PageMatrix;

namespace {

struct ViewOptions {
  InputOptions input;
  SelectOptions select;
  LabelOptions labels;
  std::string size;
  Index threads = 0;
  std::string output, view, title;
  bool dark = false;
  double max_size = 50;  // MB
};

/// The cells of a pooled part; of each the page has the mean and the maximum.
PoolShape shape_of(const PagePart& part) { return {render::Pool::mean, part.rows, part.columns}; }

/// What is chosen of each attention of the input.
std::vector<PagePart> open_page_parts(const ViewOptions& options) {
  std::vector<PagePart> parts;
  for (InputPart& input : open_parts(options.input, options.select.layers_first())) {
    PagePart part{input.name, std::move(input.source), {}, 0, 0};
    std::visit(
        [&](auto& source) {
          part.selection = choose_maps(*source, one_batch_entry(options.select, source->batches), options.labels);
        },
        part.source);
    part.rows = part.Nq(), part.columns = part.Nk();
    parts.push_back(std::move(part));
  }
  return parts;
}

/// What is said of the tokens of one axis, of those in the window.
render::PageSide side_of(const std::vector<std::string>& labels, const TokenKinds& kinds, Range window, Index size) {
  render::PageSide side;
  side.labels = labels;
  const auto cut = [&](const auto& values) {
    return values.empty() ? values
                          : std::decay_t<decltype(values)>(values.begin() + window.begin, values.begin() + window.end);
  };
  if (labels.empty())
    for (Index i = window.begin; i < window.end; ++i) side.labels.push_back(std::to_string(i));
  side.special = cut(kinds.special);
  side.segments = cut(kinds.segments);
  if (window.size() == size) side.word_edges = kinds.words.edges, side.word_labels = kinds.words.labels;
  return side;
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences)
    if (!sentence.empty()) text += (text.empty() ? "" : " ") + sentence;
  return text;
}

/// "Mean of heads 0–11." of "mean of heads 0–11".
std::string sentence(std::string text) {
  if (text.empty()) return text;
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text + ".";
}

template <class T>
render::PagePart describe(const ViewOptions& options, const PagePart& part, AttentionSource<T>& source) {
  const MapSelection& selection = part.selection;
  render::PagePart page;
  page.name = part.name.empty() ? "attention" : part.name;
  page.Nq = part.Nq(), page.Nk = part.Nk();
  page.rows = part.rows, page.columns = part.columns;
  const ChosenMap& first = selection.maps.front();
  const std::string batch = size_of(source.batches) > 1 ? "batch " + source.batches->name(first.batch) + " of " +
                                                              std::to_string(size_of(source.batches))
                                                        : "";
  page.note = joined({options.input.weights.empty()
                          ? "Weights after softmax over the keys that a query sees: a row is a query, and sums to 1."
                          : "Numbers as they stand in " + shown_name(options.input.weights) + "; a row is a query.",
                      sentence(batch), sentence(selection.note), sentence(source.note),
                      sentence(describe_window("query", "queries", selection.rows, source.Nq)),
                      sentence(describe_window("key", "keys", selection.columns, source.Nk))});
  const bool other_keys = part.name == "cross" || page.Nq != page.Nk;
  if (!part.pooled()) {
    page.queries = side_of(selection.labels.rows, source.query_kinds, selection.rows, source.Nq);
    render::PageSide keys = side_of(selection.labels.columns, source.key_kinds, selection.columns, source.Nk);
    if (other_keys || keys.labels != page.queries.labels) page.keys = std::move(keys);
  } else if (other_keys) {
    page.keys.emplace();
  }
  page.layers.clear(), page.heads.clear();
  for (Index n = 0; n < part.maps(); ++n) {
    const ChosenMap& map = selection.maps[static_cast<std::size_t>(n)];
    if (n < part.heads())
      page.heads.push_back(!source.heads          ? ""
                           : map.heads.size() > 1 ? selection.reduce
                                                  : source.heads->name(map.heads.front()));
    if (n % part.heads() > 0) continue;
    page.layers.push_back(source.layers ? source.layers->name(map.layer) : "");
    if (!part.neurons) continue;
    const ScoreRule rule = *source.rule({map.layer, map.batch, map.heads.front()});
    page.rules.push_back({rule.scale, rule.then});
  }
  return page;
}

/// The maps of a part, each into the page as soon as it is there.
template <class T>
void fill(Page& page, std::size_t n, const PagePart& part, AttentionSource<T>& source) {
  const MapSelection& selection = part.selection;
  const auto heads = static_cast<std::size_t>(part.heads());
  const auto add = [&](Matrices kind, std::size_t map, const Matrix<T>& numbers) {
    page.add(kind, n, map / heads, map % heads, Matrix<float>(numbers.template cast<float>()));
  };
  Matrix<T> whole;
  EachRow<T> rows([&](Index first, const attn::ConstView<T>& some) { whole.middleRows(first, some.rows()) = some; });
  std::unique_ptr<Pooled<T>> cells;
  const auto done = [&](std::size_t map) {
    if (!part.pooled()) return add(Matrices::weights, map, whole);
    add(Matrices::mean, map, cells->cells(render::Pool::mean));
    add(Matrices::max, map, cells->cells(render::Pool::max));
  };
  const ProductsOf<T> products_of = [&](std::size_t map) -> std::vector<Product<T>*> {
    if (map > 0) done(map - 1);
    if (!part.pooled()) {
      whole.resize(part.rows, part.columns);
      return {&rows};
    }
    cells = std::make_unique<Pooled<T>>(part.Nq(), part.Nk(), shape_of(part));
    return {cells.get()};
  };
  make_maps<T>(source, selection, products_of, false);
  done(selection.maps.size() - 1);
  for (std::size_t map = 0; part.neurons && map < selection.maps.size(); ++map) {
    const ChosenMap& its = selection.maps[map];
    const Neurons<T> neurons =
        source.neurons({its.layer, its.batch, its.heads.front()}, selection.rows, selection.columns);
    add(Matrices::q, map, neurons.q);
    add(Matrices::k, map, neurons.k);
    add(Matrices::scores, map, neurons.scores);
  }
}

std::string title_of(const ViewOptions& options) {
  if (!options.title.empty()) return options.title;
  const InputOptions& input = options.input;
  for (const std::string* path : {&input.model.folder, &input.weights, &input.qkv.query, &input.layer.embeddings}) {
    if (path->empty() || *path == "-") continue;
    const std::filesystem::path name = std::filesystem::absolute(*path).lexically_normal();
    return (name.has_filename() ? name : name.parent_path()).filename().string();
  }
  return "Attention";
}

/// What can be said before anything is read.
void check_options(const ViewOptions& options) {
  if (options.output.empty()) throw attn::UsageError("view: nowhere to write; say -o FILE.html");
  check_output_file(options.output, ".html");
  check_pool_options({"", options.size});
}

void run(const ViewOptions& options) {
  check_options(options);
  use_threads(options.threads);
  const PageLimits limits{options.output, options.size, options.max_size * 1e6};
  std::vector<PagePart> parts = open_page_parts(options);
  choose_cells(limits, parts);
  for (PagePart& part : parts) {
    std::vector<Index> layers;
    for (const ChosenMap& map : part.selection.maps) layers.push_back(map.layer);
    std::visit(
        [&]<class T>(std::unique_ptr<AttentionSource<T>>& source) {
          if (part.pooled()) Pooled<T>::check(shape_of(part), 0, "choose a smaller --size");
          source->prepare(layers);
        },
        part.source);
  }
  choose_neurons(limits, options.view == "neuron", parts);
  if (const double bytes = bytes_of_page(parts); bytes > 1e7 && options.output != "-")
    note(options.output + " will have about " + shown_bytes(bytes));

  std::vector<render::PagePart> described;
  for (PagePart& part : parts)
    std::visit([&](auto& source) { described.push_back(describe(options, part, *source)); }, part.source);
  const std::unique_ptr<Page> page =
      open_page(options.output, std::move(described), {title_of(options), options.view, options.dark, bits_of(parts)});
  for (std::size_t n = 0; n < parts.size(); ++n)
    std::visit(
        [&](auto& source) {
          fill(*page, n, parts[n], *source);
          if (!source->warning().empty()) warn(source->warning());
        },
        parts[n].source);
  const std::unique_ptr<attn::OutputFile> file = page->finish();
  if (const auto bytes = static_cast<double>(page->size()); bytes > limits.most) fail_for_size(limits, parts, bytes);
  file->commit();
}

constexpr const char* kExamples = R"(Examples:
  attn view --model bert-base-uncased "The cat sat on the mat." -o view.html
  attn view --model examples/models/tiny-bert-copy "boris gave the key to maria ." --pair "boris gave the [MASK] to [MASK] ." -o copying.html
  attn view --model examples/models/tiny-gpt2-repeat --ids 6,63,17,15,6,63 --view neuron -o neurons.html
  attn view --weights attention.npy --layer 0,1 --labels-from tokens.txt --view model -o heads.html
  attn view --query q.npy --key k.npy --mask causal --title "My heads" --dark -o mine.html
  attn view --query long-q.npy --key long-k.npy --mask causal --size 256 -o long.html

One file, offline: lines between tokens, all heads at once, the neurons of a query, and a map to zoom into.
FILE is .npy, .npz[:NAME], .csv, .tsv, .safetensors[:NAME], or - for standard input.)";

}  // namespace

void add_view_verb(CLI::App& app) {
  auto options = std::make_shared<ViewOptions>();
  CLI::App* verb = app.add_subcommand("view", "Attention as one HTML page, to click through in a browser");
  add_input_options(*verb, options->input);
  add_select_options(*verb, options->select);
  add_label_options(*verb, options->labels);
  verb->add_option("-o,--output", options->output, "The page: an .html file, or - for standard output")
      ->type_name("FILE")
      ->check(file_name);
  add_threads_option(*verb, options->threads);
  const char* group = "PAGE";
  verb->add_option("--view", options->view,
                   "What is open first: head; map for pooled maps. neuron brings q and k along")
      ->type_name("head|model|neuron|map")
      ->check(CLI::IsMember({"head", "model", "neuron", "map"}))
      ->group(group);
  verb->add_option("--title", options->title, "Above the page (default: the name of the input)")
      ->type_name("TEXT")
      ->group(group);
  verb->add_flag("--dark", options->dark, "On a dark ground, whatever the reader's system prefers")->group(group);
  verb->add_option("--size", options->size, "Pool each map to R x C cells, of which the page has mean and maximum")
      ->type_name("R[xC]")
      ->group(group);
  verb->add_option("--max-size", options->max_size, "Megabytes that the page may have (default: 50)")
      ->type_name("MB")
      ->check(positive_number)
      ->group(group);
  verb->footer(kExamples);
  verb->callback([options] { run(*options); });
}
