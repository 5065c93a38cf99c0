// attn view: attention as one HTML page, to be looked at in a browser, offline.
#include "console.hpp"
#include "input/input_options.hpp"
#include "input/make_maps.hpp"
#include "input/products.hpp"
#include "memory.hpp"
#include "pages.hpp"
#include "threads.hpp"
#include "verbs/verbs.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>

namespace render = attn::render;
using attn::Index;
using attn::Matrix;

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

constexpr double kMegabyte = 1e6;
constexpr Index kFewNumbers = 1 << 20;     // so many are carried in 16 bits, and with the neurons that they came of
constexpr double kBytesOfFrame = 150'000;  // the page without its numbers
constexpr double kBytesOfSmall = 1.0,
                 kBytesOfLarge = 2.4;  // of a number of 8 and of 16 bits, deflated and in base64: measured

/// One part of the page: a source, and what is chosen of it.
struct Part {
  AnySource source;
  MapSelection selection;
  std::string kind;     // "encoder" …; "self"
  Index rows, columns;  // of each map
  bool neurons = false;

  Index Nq() const { return selection.rows.size(); }
  Index Nk() const { return selection.columns.size(); }
  bool pooled() const { return rows < Nq() || columns < Nk(); }
  Index maps() const { return static_cast<Index>(selection.maps.size()); }
  Index numbers() const { return maps() * rows * columns * (pooled() ? 2 : 1); }
  Index layers() const { return selection.maps.back().layer == selection.maps.front().layer ? 1 : maps() / heads(); }
  Index heads() const {
    const Index first = selection.maps.front().layer;
    return std::count_if(selection.maps.begin(), selection.maps.end(),
                         [&](const ChosenMap& map) { return map.layer == first; });
  }
};

/// Whether a page of so many numbers carries them in 16 bits.
int bits_of(Index numbers) { return numbers <= kFewNumbers ? 16 : 8; }

/// About how many bytes a page has.
double bytes_of_page(double numbers) {
  return kBytesOfFrame + numbers * (numbers <= static_cast<double>(kFewNumbers) ? kBytesOfLarge : kBytesOfSmall);
}

std::vector<Part> open_parts(ViewOptions options) {
  ModelOptions& model = options.input.model;
  std::vector<std::string> kinds{"self"};
  if (!model.folder.empty()) {
    if (model.text) model.text = read_text(*model.text);  // once, for all parts
    kinds = model.kind.empty() ? kinds_of(model) : std::vector{model.kind};
  }
  std::vector<Part> parts;
  for (const std::string& kind : kinds) {
    if (kind != "self") model.kind = kind;
    Part part{open_input(options.input, options.select.layers_first()), {}, kind, 0, 0};
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

Index all_numbers(const std::vector<Part>& parts) {
  Index numbers = 0;
  for (const Part& part : parts) numbers += part.numbers();
  return numbers;
}

/// The largest power of two of cells, up to `most`, with which the page fits; 0 where not even the smallest does.
Index cells_that_fit(const std::vector<Part>& parts, double bytes) {
  for (Index cells = 8192; cells >= 16; cells /= 2) {
    double numbers = 0;
    for (const Part& part : parts)
      numbers += 2.0 * static_cast<double>(part.maps() * std::min(cells, part.Nq()) * std::min(cells, part.Nk()));
    if (bytes_of_page(numbers) <= bytes) return cells;
  }
  return 0;
}

[[noreturn]] void fail_for_size(const ViewOptions& options, const std::vector<Part>& parts, double bytes) {
  const Part& part = *std::max_element(parts.begin(), parts.end(),
                                       [](const Part& a, const Part& b) { return a.numbers() < b.numbers(); });
  const double one = static_cast<double>(part.rows) * static_cast<double>(part.columns) * (part.pooled() ? 2 : 1);
  std::string choices;
  const auto add = [&](const std::string& what, double numbers) {
    choices += (choices.empty() ? "" : ", ") + what + " " + shown_bytes(bytes_of_page(numbers));
  };
  if (part.layers() > 1) add("one layer (--layer 0)", one * static_cast<double>(part.heads()));
  if (part.maps() > 1) add("one head (--layer 0 --head 0)", one);
  if (const Index cells = cells_that_fit(parts, options.max_size * kMegabyte)) {
    double numbers = 0;
    for (const Part& its : parts)
      numbers += 2.0 * static_cast<double>(its.maps() * std::min(cells, its.Nq()) * std::min(cells, its.Nk()));
    add("means and maxima of " + std::to_string(cells) + " x " + std::to_string(cells) + " cells (--size " +
            std::to_string(cells) + ")",
        numbers);
  }
  throw attn::UsageError(options.output + ": a page of " + std::to_string(part.maps()) + " maps of " +
                         attn::to_string(attn::Shape{part.rows, part.columns}) + " has about " + shown_bytes(bytes) +
                         ", --max-size allows " + shown_bytes(options.max_size * kMegabyte) + "; instead: " + choices);
}

/// Cells where the user asks for them, and where not even one map fits into the page. Throws UsageError for a page that
/// is too large.
void choose_sizes(const ViewOptions& options, std::vector<Part>& parts) {
  const double most = options.max_size * kMegabyte;
  const auto pool = [&](const std::string& size) {
    for (Part& part : parts) {
      const PoolShape shape = *pool_shape({"", size}, part.Nq(), part.Nk());
      part.rows = shape.rows, part.columns = shape.columns;
    }
  };
  if (!options.size.empty()) {
    pool(options.size);
  } else if (std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
               return bytes_of_page(static_cast<double>(part.Nq()) * static_cast<double>(part.Nk())) > most;
             })) {
    if (const Index cells = cells_that_fit(parts, most)) pool(std::to_string(cells));
  }
  const double bytes = bytes_of_page(static_cast<double>(all_numbers(parts)));
  if (bytes > most) fail_for_size(options, parts, bytes);
}

/// Whether each part's queries, keys and scores come along: where they are asked for, and where they are few.
void choose_neurons(const ViewOptions& options, std::vector<Part>& parts) {
  double numbers = 0;
  bool possible = true;
  for (const Part& part : parts)
    std::visit(
        [&](const auto& source) {
          const ChosenMap& first = part.selection.maps.front();
          const MapIndex index{first.layer, first.batch, first.heads.front()};
          source->prepare({first.layer});
          possible = possible && !part.pooled() && part.selection.reduce == "none" && source->rule(index).has_value();
          if (!possible) return;
          const auto dk = static_cast<double>(source->neurons(index, {0, 1}, {0, 1}).q.cols());
          const auto Nq = static_cast<double>(part.Nq()), Nk = static_cast<double>(part.Nk());
          numbers += static_cast<double>(part.maps()) * ((Nq + Nk) * dk + Nq * Nk);
        },
        part.source);
  const bool asked = options.view == "neuron";
  if (asked && !possible)
    throw attn::UsageError(
        "--view neuron: there are no queries and keys to show; expected a model or Q and K, of tokens and single "
        "heads: no --weights, --words, --reduce or --size");
  if (!possible || (!asked && numbers > static_cast<double>(kFewNumbers))) return;
  const double bytes = bytes_of_page(static_cast<double>(all_numbers(parts))) + numbers * kBytesOfLarge;
  if (bytes > options.max_size * kMegabyte) {
    if (!asked) return;
    throw attn::UsageError(options.output + ": with queries, keys and scores the page has about " + shown_bytes(bytes) +
                           ", --max-size allows " + shown_bytes(options.max_size * kMegabyte) +
                           "; choose fewer maps with --layer and --head");
  }
  for (Part& part : parts) part.neurons = true;
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
render::PagePart describe(const ViewOptions& options, const Part& part, AttentionSource<T>& source) {
  const MapSelection& selection = part.selection;
  render::PagePart page;
  page.name = part.kind == "self" ? "attention" : part.kind;
  page.Nq = part.Nq(), page.Nk = part.Nk();
  page.rows = part.rows, page.columns = part.columns;
  const bool dumped = !options.input.weights.empty();
  page.note =
      joined({dumped ? "Numbers as they stand in " + options.input.weights + "; a row is a query."
                     : "Weights after softmax over the keys that a query sees: a row is a query, and sums to 1.",
              sentence(selection.note), sentence(source.note),
              sentence(describe_window("query", "queries", selection.rows, source.Nq)),
              sentence(describe_window("key", "keys", selection.columns, source.Nk))});
  if (!part.pooled()) {
    page.queries = side_of(selection.labels.rows, source.query_kinds, selection.rows, source.Nq);
    render::PageSide keys = side_of(selection.labels.columns, source.key_kinds, selection.columns, source.Nk);
    if (keys.labels != page.queries.labels || part.kind == "cross") page.keys = std::move(keys);
  } else if (page.Nq != page.Nk || part.kind == "cross") {
    page.keys.emplace();
  }
  page.layers.clear(), page.heads.clear();
  const Index heads = part.heads();
  for (Index n = 0; n < part.maps(); ++n) {
    const ChosenMap& map = selection.maps[static_cast<std::size_t>(n)];
    if (n % heads == 0) page.layers.push_back(source.layers ? source.layers->name(map.layer) : "");
    if (n < heads)
      page.heads.push_back(!source.heads          ? ""
                           : map.heads.size() > 1 ? selection.reduce
                                                  : source.heads->name(map.heads.front()));
  }
  if (part.neurons)
    for (Index n = 0; n < part.maps(); n += heads) {
      const ChosenMap& map = selection.maps[static_cast<std::size_t>(n)];
      const ScoreRule rule = *source.rule({map.layer, map.batch, map.heads.front()});
      page.rules.push_back({rule.scale, rule.then});
    }
  return page;
}

/// The maps of a part, each into the page as soon as it is there.
template <class T>
void fill(Page& page, std::size_t n, const Part& part, AttentionSource<T>& source) {
  const MapSelection& selection = part.selection;
  const auto heads = static_cast<std::size_t>(part.heads());
  const auto add = [&](Page::Kind kind, std::size_t map, const Matrix<T>& numbers) {
    page.add(kind, n, map / heads, map % heads, Matrix<float>(numbers.template cast<float>()));
  };
  Matrix<T> whole;
  EachRow<T> rows([&](Index first, const attn::ConstView<T>& some) { whole.middleRows(first, some.rows()) = some; });
  std::unique_ptr<Pooled<T>> mean, max;
  const auto done = [&](std::size_t map) {
    if (!part.pooled()) return add(Page::weights, map, whole);
    add(Page::mean, map, mean->cells());
    add(Page::max, map, max->cells());
  };
  const ProductsOf<T> products_of = [&](std::size_t map) -> std::vector<Product<T>*> {
    if (map > 0) done(map - 1);
    if (!part.pooled()) {
      whole.resize(part.rows, part.columns);
      return {&rows};
    }
    mean = std::make_unique<Pooled<T>>(part.Nq(), part.Nk(), PoolShape{render::Pool::mean, part.rows, part.columns});
    max = std::make_unique<Pooled<T>>(part.Nq(), part.Nk(), PoolShape{render::Pool::max, part.rows, part.columns});
    return {mean.get(), max.get()};
  };
  make_maps<T>(source, selection, products_of, false);
  done(selection.maps.size() - 1);
  for (std::size_t map = 0; part.neurons && map < selection.maps.size(); ++map) {
    const ChosenMap& its = selection.maps[map];
    const Neurons<T> neurons =
        source.neurons({its.layer, its.batch, its.heads.front()}, selection.rows, selection.columns);
    add(Page::q, map, neurons.q);
    add(Page::k, map, neurons.k);
    add(Page::scores, map, neurons.scores);
  }
}

std::string title_of(const ViewOptions& options) {
  if (!options.title.empty()) return options.title;
  const InputOptions& input = options.input;
  for (const std::string* path : {&input.model.folder, &input.weights, &input.qkv.query, &input.layer.embeddings}) {
    if (path->empty() || *path == "-") continue;
    const std::filesystem::path name =
        std::filesystem::path(*path + (path->back() == '/' ? "." : "")).lexically_normal();
    return name.filename().empty() ? name.parent_path().filename().string() : name.filename().string();
  }
  return "Attention";
}

void run(const ViewOptions& options) {
  if (options.output.empty()) throw attn::UsageError("view: nowhere to write; say -o FILE.html");
  use_threads(options.threads);
  std::vector<Part> parts = open_parts(options);
  choose_sizes(options, parts);
  choose_neurons(options, parts);
  const double bytes = bytes_of_page(static_cast<double>(all_numbers(parts)));
  if (bytes > 10 * kMegabyte && options.output != "-") note(options.output + " will have about " + shown_bytes(bytes));

  std::vector<render::PagePart> described;
  for (Part& part : parts) {
    std::vector<Index> layers;
    for (const ChosenMap& map : part.selection.maps) layers.push_back(map.layer);
    std::visit(
        [&](auto& source) {
          source->prepare(layers);
          described.push_back(describe(options, part, *source));
        },
        part.source);
  }
  render::PageOptions page_options{title_of(options), options.view, options.dark, bits_of(all_numbers(parts))};
  const std::unique_ptr<Page> page = open_page(options.output, std::move(described), page_options);
  for (std::size_t n = 0; n < parts.size(); ++n)
    std::visit(
        [&](auto& source) {
          fill(*page, n, parts[n], *source);
          if (!source->warning().empty()) warn(source->warning());
        },
        parts[n].source);
  const std::unique_ptr<attn::OutputFile> file = page->finish();
  if (static_cast<double>(page->size()) > options.max_size * kMegabyte)
    fail_for_size(options, parts, static_cast<double>(page->size()));
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
      ->check(finite_number)
      ->check(CLI::PositiveNumber)
      ->group(group);
  verb->footer(kExamples);
  verb->callback([options] { run(*options); });
}
