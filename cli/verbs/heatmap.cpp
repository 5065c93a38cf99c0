// attn heatmap: attention weights as a picture, to a PNG file or the terminal.
#include "checks.hpp"
#include "console.hpp"
#include "input/input_options.hpp"
#include "input/make_maps.hpp"
#include "input/output_option.hpp"
#include "input/products.hpp"
#include "memory.hpp"
#include "pictures.hpp"
#include "threads.hpp"
#include "verbs/verbs.hpp"

#include <attn/render/number.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>

namespace render = attn::render;
using attn::Index;

namespace {

struct PictureOptions {
  InputOptions input;
  SelectOptions select;
  LabelOptions labels;
  PoolOptions pool;
  Index threads = 0;
  std::string output, output_file, font, colormap = "viridis", normalize = "minmax";
  bool show = false, overlay = false;
  render::HeatmapOptions figure;
};

/// The chosen maps in as many cells as are drawn of each.
struct Maps {
  PoolShape shape{};
  attn::Tensor<float> cells;  // [kept axes … x rows x columns]
};

/// The picture that one query's weights are laid over, and the patches that they belong to.
struct Overlay {
  Index down, across;
  std::shared_ptr<const render::Image> image;
  std::string query;                           // what the axes call it
  std::optional<std::array<Index, 2>> asking;  // the patch that is the query; none for the class token
};

/// The chosen maps for the file and for the terminal, and what the figure says of them.
struct Picture {
  Maps file, terminal;
  MapSelection selection;
  render::HeatmapOptions figure;
  std::unique_ptr<attn::OutputFile> output;  // what --output-file asks for, until commit()
  std::optional<Overlay> overlay;
  bool sized = false;  // the user said how many cells

  /// Cells of a map, if each of its weights is one.
  Index rows() const { return overlay ? overlay->down : selection.rows.size(); }
  Index columns() const { return overlay ? overlay->across : selection.columns.size(); }
};

void add_note(std::string& note, const std::string& sentence) {
  if (!sentence.empty()) note += (note.empty() ? "" : " · ") + sentence;
}

/// Panels [rows x columns] side by side: the sheet is near to a square, without gaps where a divisor of their number
/// allows it.
Index panels_across(Index panels, Index rows, Index columns) {
  const double square = std::sqrt(static_cast<double>(panels * rows) / static_cast<double>(columns));
  const auto root = std::clamp(static_cast<Index>(std::ceil(square)), Index{1}, panels);
  for (Index across = root; across <= 2 * root; ++across)
    if (panels % across == 0) return across;
  return root;
}

std::vector<std::string> numbered(const std::string& axis, const std::vector<Index>& indices) {
  std::vector<std::string> names;
  for (const Index i : indices) names.push_back(axis + " " + std::to_string(i));
  return names;
}

/// A grid for the maps, whose panels are still to come.
render::PanelGrid arrange(const Picture& picture) {
  const MapSelection& selection = picture.selection;
  render::PanelGrid grid;
  const auto panels = static_cast<Index>(selection.maps.size());
  if (panels == 1) return grid;
  if (selection.axes.size() == 2) {
    grid.columns = static_cast<Index>(selection.indices[1].size());
    grid.row_names = numbered(selection.axes[0], selection.indices[0]);
    grid.column_names = numbered(selection.axes[1], selection.indices[1]);
  } else {
    grid.columns = panels_across(panels, picture.rows(), picture.columns());
    grid.panel_names = numbered(selection.axes[0], selection.indices[0]);
  }
  return grid;
}

render::PanelGrid lay_out(const Maps& maps, const Picture& picture) {
  render::PanelGrid grid = arrange(picture);
  if (const auto& overlay = picture.overlay) grid.backdrop = overlay->image, grid.framed = overlay->asking;
  for (Index n = 0; n < maps.cells.matrices(); ++n) {
    const auto map = maps.cells.matrix(n);
    if (const auto& overlay = picture.overlay)  // [1 x 1 + patches]
      grid.panels.emplace_back(map.data() + 1, overlay->down, overlay->across, Eigen::OuterStride<>(overlay->across));
    else
      grid.panels.emplace_back(map.data(), map.rows(), map.cols(), Eigen::OuterStride<>(map.cols()));
  }
  return grid;
}

/// What the user asked for; else as many cells as the file or the terminal has room for.
void choose_cells(const PictureOptions& options, Picture& picture) {
  const MapSelection& selection = picture.selection;
  const Index Nq = selection.rows.size(), Nk = selection.columns.size();
  const std::optional<PoolShape> asked = pool_shape(options.pool, Nq, Nk);
  picture.sized = asked.has_value();
  const render::Pool how = pool_of(options.pool);
  if (picture.overlay) {
    if (!options.output.empty()) picture.file.shape = {how, Nq, Nk};
    if (options.show) picture.terminal.shape = {how, Nq, Nk};
  } else if (!options.output.empty()) {
    const Index across = std::min(arrange(picture).columns, static_cast<Index>(selection.maps.size()));
    const Index down = (static_cast<Index>(selection.maps.size()) + across - 1) / across;
    render::HeatmapOptions figure = picture.figure;
    if (asked) figure.of_rows = Nq, figure.of_columns = Nk;
    const attn::Shape room = picture_cells(asked ? asked->rows : Nq, asked ? asked->columns : Nk, down, across, figure);
    picture.file.shape = asked.value_or(PoolShape{how, room[0], room[1]});
  }
  if (options.show && !picture.overlay) {
    const attn::Shape room = terminal_cells(Nq, Nk, picture.figure);
    picture.terminal.shape = {how, room[0], room[1]};
    if (asked) picture.terminal.shape = {how, std::min(room[0], asked->rows), std::min(room[1], asked->columns)};
  }
  double bytes = 0;
  for (Maps* maps : {&picture.file, &picture.terminal}) {
    const attn::Shape shape = selection.shape(maps->shape.rows, maps->shape.columns);
    double cells = 1;
    for (const Index n : shape) cells *= static_cast<double>(n);
    const bool whole = maps->shape.rows == Nq && maps->shape.columns == Nk;
    bytes += bytes_of(cells, sizeof(float)) + (whole ? 0 : Pooled<float>::memory(maps->shape));
    check_memory("a picture of " + attn::to_string(shape) + " cells", bytes,
                 "--size draws fewer cells of all, --rows and --cols a part");
    maps->cells = attn::Tensor<float>(shape);
  }
}

/// A product that makes the cells of one map: the weights themselves where there is room for each.
template <class T>
std::unique_ptr<Product<T>> new_product(const Maps& maps, const MapSelection& selection, std::size_t n) {
  const Index Nq = selection.rows.size(), Nk = selection.columns.size();
  if (maps.shape.rows < Nq || maps.shape.columns < Nk) return std::make_unique<Pooled<T>>(Nq, Nk, maps.shape);
  return std::make_unique<EachRow<T>>([&maps, n](Index first_row, const attn::ConstView<T>& rows) {
    maps.cells.matrix(static_cast<Index>(n)).middleRows(first_row, rows.rows()) = rows.template cast<float>();
  });
}

/// Fills the cells of all maps. Returns the attention output, where it is asked for.
template <class T>
attn::Tensor<T> fill_cells(AttentionSource<T>& source, const Picture& picture, bool with_output) {
  std::vector<const Maps*> wanted;
  for (const Maps* maps : {&picture.file, &picture.terminal})
    if (maps->shape.rows > 0) wanted.push_back(maps);
  std::vector<std::unique_ptr<Product<T>>> products;
  const auto keep = [&](std::size_t n) {
    for (std::size_t m = 0; m < products.size(); ++m)
      if (const auto* pooled = dynamic_cast<const Pooled<T>*>(products[m].get()))
        wanted[m]->cells.matrix(static_cast<Index>(n)) = pooled->cells().template cast<float>();
  };
  const ProductsOf<T> products_of = [&](std::size_t n) {
    if (n > 0) keep(n - 1);
    products.clear();
    std::vector<Product<T>*> all;
    for (const Maps* maps : wanted) {
      products.push_back(new_product<T>(*maps, picture.selection, n));
      all.push_back(products.back().get());
    }
    return all;
  };
  attn::Tensor<T> output = make_maps(source, picture.selection, products_of, with_output);
  keep(picture.selection.maps.size() - 1);
  return output;
}

/// The largest weight sets a linear scale. Where most rows are far below it, as in a long causal map whose first row
/// has one key, they look alike: says which scale tells them apart.
void suggest_scale(const Maps& maps, const render::HeatmapOptions& figure) {
  using render::Normalize;
  const bool linear = figure.normalize.range == Normalize::Range::minmax &&
                      figure.normalize.curve == Normalize::Curve::linear && !figure.vmin && !figure.vmax;
  if (!linear || maps.cells.size() == 0) return;
  std::vector<float> largest;  // of each row
  for (Index n = 0; n < maps.cells.matrices(); ++n)
    for (const auto& row : maps.cells.matrix(n).rowwise()) largest.push_back(row.maxCoeff());
  const float most = *std::max_element(largest.begin(), largest.end());
  const auto middle = largest.begin() + static_cast<std::ptrdiff_t>(largest.size() / 2);
  std::nth_element(largest.begin(), middle, largest.end());
  constexpr float kHardlySeen = 0.05f;
  if (!(*middle > 0 && *middle < kHardlySeen * most)) return;
  const double floor = std::pow(10.0, std::floor(std::log10(static_cast<double>(*middle))) - 2);
  char suggestion[80];
  std::snprintf(suggestion, sizeof suggestion, "--normalize log:%.0e shows them", floor);
  note(std::string("most rows stay below a twentieth of the scale, which the largest cell sets; ") + suggestion);
}

/// "3" as the range "3:4", for --overlay, which draws the weights of one query: the first unless the user says another.
std::string one_query(const std::string& rows) {
  if (rows.empty()) return "0:1";
  Index row = 0;
  const auto [end, error] = std::from_chars(rows.data(), rows.data() + rows.size(), row);
  if (error != std::errc() || end != rows.data() + rows.size()) return rows;
  return rows + ":" + (row == -1 ? "" : std::to_string(row + 1));
}

/// The picture under the maps.
Overlay overlay_of(const PatchedPicture& seen, const MapSelection& selection) {
  if (selection.rows.size() != 1)
    throw attn::UsageError("--overlay: " + std::to_string(selection.rows.size()) +
                           " queries are chosen, expected one; say --rows I");
  auto image = std::make_shared<render::Image>(seen.width, seen.height);
  const std::uint8_t* pixel = seen.pixels.data();
  for (int y = 0; y < image->height(); ++y)
    for (int x = 0; x < image->width(); ++x, pixel += 3) image->set(x, y, {pixel[0], pixel[1], pixel[2]});
  Overlay overlay{seen.down, seen.across, std::move(image), {}, {}};
  overlay.query = "query " + selection.labels.rows.front();
  if (const Index query = selection.rows.begin; query > 0)
    overlay.asking = {(query - 1) / seen.across, (query - 1) % seen.across};
  return overlay;
}

/// Whose weights lie over the picture, and how much of them has no place there.
std::string describe_overlay(const Picture& picture) {
  const MapSelection& selection = picture.selection;
  const std::string& first = selection.all_labels.columns.front();
  const std::string who = picture.overlay->query + (picture.overlay->asking ? " (framed)" : "");
  if (selection.maps.size() > 1) return who + " · its weight of " + first + " isn’t shown";
  const Maps& maps = picture.file.shape.rows > 0 ? picture.file : picture.terminal;
  const auto shown = [](float x) { return render::fixed_number(static_cast<double>(x), 3); };
  const auto map = maps.cells.matrix();
  return who + " · weights: " + shown(map(0, 0)) + " of " + first + ", " + shown(map.rightCols(map.cols() - 1).sum()) +
         " of the patches";
}

Picture make_picture(const PictureOptions& options) {
  AnySource any = open_input(options.input, options.select.layers_first());
  return std::visit(
      [&](auto& source) {
        SelectOptions select = one_batch_entry(options.select, source->batches);
        if (options.overlay) select.rows = one_query(select.rows);
        Picture picture;
        picture.selection = choose_maps(*source, select, options.labels);
        picture.figure = options.figure;
        const MapSelection& selection = picture.selection;
        render::HeatmapOptions& figure = picture.figure;
        if (options.overlay) {
          picture.overlay = overlay_of(*source->picture, selection);
          figure.row_axis = "patch row", figure.column_axis = "patch column";
        } else {
          figure.row_labels = selection.labels.rows;
          figure.column_labels = selection.labels.columns;
          figure.first_row = selection.rows.begin;
          figure.first_column = selection.columns.begin;
        }
        choose_cells(options, picture);
        const auto output = fill_cells(*source, picture, !options.output_file.empty());
        if (!source->warning().empty()) warn(source->warning());
        if (!options.overlay) suggest_scale(options.output.empty() ? picture.terminal : picture.file, figure);

        if (figure.title.empty() && selection.maps.size() == 1 && selection.note.empty())
          figure.title = selection.maps.front().name;
        if (size_of(source->batches) > 1)
          add_note(figure.note, "batch " + select.batch + " of " + std::to_string(size_of(source->batches)));
        add_note(figure.note, selection.note);
        add_note(figure.note, source->note);
        if (options.overlay) add_note(figure.note, describe_overlay(picture));
        if (!options.overlay) add_note(figure.note, describe_window("query", "queries", selection.rows, source->Nq));
        add_note(figure.note, describe_window("key", "keys", selection.columns, source->Nk));
        if (source->streams() && !source->warning().empty()) add_note(figure.note, "the mask hides all keys");
        picture.output = prepare_output(options.output_file, output, *source, selection);
        return picture;
      },
      any);
}

/// The figure of maps that were pooled knows from which matrix. Cells that the user asked for are drawn one by one,
/// even where they are the weights themselves.
render::HeatmapOptions figure_of(const Maps& maps, const Picture& picture) {
  render::HeatmapOptions figure = picture.figure;
  const Index Nq = picture.selection.rows.size(), Nk = picture.selection.columns.size();
  if (!picture.overlay && (picture.sized || maps.shape.rows < Nq || maps.shape.columns < Nk))
    figure.of_rows = Nq, figure.of_columns = Nk;
  return figure;
}

/// The maps one below the other: a terminal has no room for them side by side.
void show(const Picture& picture) {
  const render::PanelGrid grid = lay_out(picture.terminal, picture);
  for (std::size_t n = 0; n < grid.panels.size(); ++n) {
    render::HeatmapOptions figure = figure_of(picture.terminal, picture);
    if (figure.title.empty()) figure.title = picture.selection.maps[n].name;
    if (picture.overlay) figure.title += ", " + picture.overlay->query;
    std::fputs(((n > 0 ? "\n" : "") + terminal_picture(grid.panels[n], figure)).c_str(), stdout);
  }
}

void check_output(const PictureOptions& options) {
  if (options.output.empty() && !options.show)
    throw attn::UsageError("heatmap: nowhere to draw; say -o FILE.png or --show");
  if (!options.output.empty()) check_output_file(options.output, ".png");
}

void run(PictureOptions options) {
  check_output(options);
  check_output_option(options.output_file, options.output.empty() ? "-" : options.output);
  if (options.output == "-" && options.show)
    throw attn::UsageError("--show and -o - would both write to standard output");
  options.figure.colormap = render::colormap(options.colormap);
  options.figure.normalize = render::Normalize::parse(options.normalize);
  options.figure.pool = pool_of(options.pool);
  check_pool_options(options.pool);
  use_threads(options.threads);
  const Picture picture = make_picture(options);
  if (!options.output.empty())
    write_picture(options.output, lay_out(picture.file, picture), figure_of(picture.file, picture), options.font);
  if (options.show) show(picture);
  if (picture.output) picture.output->commit();
}

void add_picture_options(CLI::App& app, PictureOptions& options) {
  app.add_option("-o,--output", options.output, "The picture: a .png file, or - for standard output")
      ->type_name("FILE")
      ->check(file_name);
  app.add_flag("--show", options.show, "Draw in the terminal");
  add_output_option(app, options.output_file);
  add_threads_option(app, options.threads);
  const char* group = "PICTURE";
  render::HeatmapOptions& figure = options.figure;
  app.add_option("--title", figure.title, "Above the picture")->type_name("TEXT")->group(group);
  app.add_option("--colormap", options.colormap, "viridis magma inferno cividis rocket mako greys vlag")
      ->type_name("NAME")
      ->group(group);
  app.add_option("--normalize", options.normalize,
                 "Scale: minmax fixed row head robust, then gamma:G or log:FLOOR behind a comma (default: minmax)")
      ->type_name("SPEC")
      ->group(group);
  app.add_option("--vmin", figure.vmin, "Lower end of the scale")->type_name("X")->check(finite_number)->group(group);
  app.add_option("--vmax", figure.vmax, "Upper end of the scale")->type_name("X")->check(finite_number)->group(group);
  add_pool_options(app, options.pool, group, "What a cell is of the weights that it covers (default: mean)");
  app.add_flag("--annotate", figure.annotate, "Write the number into each cell")->group(group);
  app.add_flag("--grid-lines", figure.grid_lines, "Draw lines between the cells")->group(group);
  app.add_option("--cell", figure.cell, "Pixels of a cell; every cell is then drawn")
      ->type_name("N")
      ->check(whole_number(1))
      ->group(group);
  app.add_option("--width", figure.width, "Pixels for the maps, at most; labels and colour bar stand outside")
      ->type_name("N")
      ->check(whole_number(1))
      ->group(group);
  app.add_flag("--dark", figure.dark, "On a dark ground")->group(group);
  auto* overlay = app.add_flag("--overlay", options.overlay,
                               "Lay one query's weights over the --image: --rows I, or the class token")
                      ->group(group);
  overlay->needs(app.get_option("--image"));
  for (const char* name : {"--cols", "--size", "--output-file"}) overlay->excludes(app.get_option(name));
  app.add_option("--font", options.font, "Another TrueType font (default: DejaVu Sans: Latin, Cyrillic, Greek)")
      ->type_name("FILE")
      ->check(file_name)
      ->group(group);
}

constexpr const char* kExamples = R"(Examples:
  attn heatmap --query q.npy --key k.npy --show
  attn heatmap --query q.npy --key k.npy --head 0 --mask causal --labels-from tokens.txt -o map.png
  attn heatmap --model bert-base-uncased "The cat sat on the mat." -o all-heads.png
  attn heatmap --model bert-base-uncased "The cat sat." --pair "It slept." --layer 0 --head 1 -o map.png
  attn heatmap --model examples/models/tiny-vit-digits --image examples/models/tiny-vit-digits/images/digit2_is_9.png --layer 2 --head 0 --overlay -o over.png
  attn heatmap --weights attention.npy -o all-heads.png
  attn heatmap --weights attention.npy --layer 0 --reduce mean --title "Layer 0" -o layer0.png
  attn heatmap --weights attention.npy --layer 1 --head 0 --annotate --colormap rocket --normalize fixed -o map.png
  attn heatmap --embeddings x.npy --wq wq.npy --wk wk.npy --heads 2 --dark -o heads.png
  attn heatmap --query long-q.npy --key long-k.npy --mask causal --pool max --size 512 --normalize log -o long.png
  attn heatmap --query long-q.npy --key long-k.npy --rows 1000:1200 --cols 900:1200 -o part.png
  cat attention.npy | attn heatmap --weights - --head 0 -o - > map.png

Several maps make one sheet: layers are rows, heads are columns, and all have one scale.
FILE is .npy, .npz[:NAME], .csv, .tsv, .safetensors[:NAME], or - for standard input.)";

}  // namespace

void add_heatmap_verb(CLI::App& app) {
  auto options = std::make_shared<PictureOptions>();
  CLI::App* verb = app.add_subcommand("heatmap", "Attention weights as a picture: PNG or the terminal");
  add_input_options(*verb, options->input);
  add_select_options(*verb, options->select);
  add_label_options(*verb, options->labels);
  add_picture_options(*verb, *options);
  verb->footer(kExamples);
  verb->callback([options] { run(*options); });
}
