// attn heatmap: attention weights as a picture, to a PNG file or the terminal.
#include "console.hpp"
#include "input/input_options.hpp"
#include "input/output_option.hpp"
#include "input/select_maps.hpp"
#include "pictures.hpp"
#include "verbs/verbs.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <memory>

namespace render = attn::render;
using attn::Index;

namespace {

struct PictureOptions {
  InputOptions input;
  SelectOptions select;
  LabelOptions labels;
  std::string output, output_file, font, colormap = "viridis", normalize = "minmax", pool = "mean";
  bool show = false;
  render::HeatmapOptions figure;
};

/// The chosen maps in float, and what the figure says of them.
struct Picture {
  attn::Tensor<float> weights;
  std::vector<std::string> axes;
  std::vector<std::vector<Index>> indices;
  std::vector<std::string> names;  // of each map
  render::HeatmapOptions figure;
  std::unique_ptr<attn::OutputFile> output;  // what --output-file asks for, until commit()
};

void add_note(std::string& note, const std::string& sentence) {
  if (!sentence.empty()) note += (note.empty() ? "" : " · ") + sentence;
}

/// "queries 0–7 of 512" or "query 3 of 512" where a window was chosen.
std::string describe_window(const std::string& one, const std::string& many, Range range, Index size) {
  if (range.size() == size) return {};
  if (range.size() == 1) return one + " " + std::to_string(range.begin) + " of " + std::to_string(size);
  return many + " " + std::to_string(range.begin) + "–" + std::to_string(range.end - 1) + " of " + std::to_string(size);
}

template <class T>
attn::Tensor<float> in_float(const attn::Tensor<T>& tensor) {
  if constexpr (std::is_same_v<T, float>) {
    return tensor;
  } else {
    attn::Tensor<float> narrow(tensor.shape());
    std::transform(tensor.data(), tensor.data() + tensor.size(), narrow.data(),
                   [](T x) { return static_cast<float>(x); });
    return narrow;
  }
}

/// A sheet shows one batch entry: the first, unless the user names another.
SelectOptions one_batch_entry(SelectOptions select, const std::optional<MapAxis>& batches) {
  if (!batches) return select;
  if (select.batch.empty()) select.batch = batches->name(0);
  const Indices chosen = parse_indices(select.batch, batches->names, "--batch");
  if (chosen.values.size() > 1)
    throw attn::UsageError("--batch: " + std::to_string(chosen.values.size()) +
                           " entries are chosen, expected one: a sheet shows the maps of one batch entry");
  select.batch = batches->name(chosen.values.front());
  return select;
}

Picture make_picture(const PictureOptions& options) {
  AnySource any = open_input(options.input, options.select.layers_first());
  return std::visit(
      [&](auto& source) {
        const SelectOptions select = one_batch_entry(options.select, source->batches);
        const auto maps = select_maps(*source, select, options.labels, !options.output_file.empty());
        if (!source->warning().empty()) warn(source->warning());

        render::HeatmapOptions figure = options.figure;
        figure.row_labels = maps.labels.rows;
        figure.column_labels = maps.labels.columns;
        figure.first_row = maps.rows.begin;
        figure.first_column = maps.columns.begin;
        if (figure.title.empty() && maps.names.size() == 1 && maps.note.empty()) figure.title = maps.names.front();
        if (size_of(source->batches) > 1)
          add_note(figure.note, "batch " + select.batch + " of " + std::to_string(size_of(source->batches)));
        add_note(figure.note, maps.note);
        add_note(figure.note, describe_window("query", "queries", maps.rows, source->Nq));
        add_note(figure.note, describe_window("key", "keys", maps.columns, source->Nk));
        return Picture{in_float(maps.weights),
                       maps.axes,
                       maps.indices,
                       maps.names,
                       figure,
                       prepare_output(options.output_file, maps)};
      },
      any);
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

render::PanelGrid lay_out(const Picture& picture) {
  render::PanelGrid grid;
  const Index panels = picture.weights.matrices();
  for (Index n = 0; n < panels; ++n) {
    const auto map = picture.weights.matrix(n);
    grid.panels.emplace_back(map.data(), map.rows(), map.cols(), Eigen::OuterStride<>(map.cols()));
  }
  if (panels == 1) return grid;
  if (picture.axes.size() == 2) {
    grid.columns = static_cast<Index>(picture.indices[1].size());
    grid.row_names = numbered(picture.axes[0], picture.indices[0]);
    grid.column_names = numbered(picture.axes[1], picture.indices[1]);
  } else {
    grid.columns = panels_across(panels, picture.weights.rows(), picture.weights.cols());
    grid.panel_names = numbered(picture.axes[0], picture.indices[0]);
  }
  return grid;
}

/// The maps one below the other: a terminal has no room for them side by side.
void show(const Picture& picture, const render::PanelGrid& grid) {
  for (std::size_t n = 0; n < grid.panels.size(); ++n) {
    render::HeatmapOptions figure = picture.figure;
    if (figure.title.empty()) figure.title = picture.names[n];
    std::fputs(((n > 0 ? "\n" : "") + terminal_picture(grid.panels[n], figure)).c_str(), stdout);
  }
}

void check_output(const PictureOptions& options) {
  if (options.output.empty() && !options.show)
    throw attn::UsageError("heatmap: nowhere to draw; say -o FILE.png or --show");
  if (options.output.empty() || options.output == "-") return;
  std::string extension = options.output.substr(std::min(options.output.rfind('.'), options.output.size()));
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (extension == ".png") return;
  throw attn::UsageError(options.output + ": can't tell the format: unknown extension, expected .png");
}

void run(PictureOptions options) {
  check_output(options);
  check_output_option(options.output_file, options.output.empty() ? "-" : options.output);
  if (options.output == "-" && options.show)
    throw attn::UsageError("--show and -o - would both write to standard output");
  options.figure.colormap = render::colormap(options.colormap);
  options.figure.normalize = render::Normalize::parse(options.normalize);
  options.figure.pool = options.pool == "max" ? render::Pool::max : render::Pool::mean;
  const Picture picture = make_picture(options);
  const render::PanelGrid grid = lay_out(picture);
  if (!options.output.empty()) write_picture(options.output, grid, picture.figure, options.font);
  if (options.show) show(picture, grid);
  if (picture.output) picture.output->commit();
}

void add_picture_options(CLI::App& app, PictureOptions& options) {
  app.add_option("-o,--output", options.output, "The picture: a .png file, or - for standard output")
      ->type_name("FILE")
      ->check(file_name);
  app.add_flag("--show", options.show, "Draw in the terminal");
  add_output_option(app, options.output_file);
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
  app.add_option("--pool", options.pool, "How cells become a pixel of a map that is too large (default: mean)")
      ->type_name("mean|max")
      ->check(CLI::IsMember({"mean", "max"}))
      ->group(group);
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
  app.add_option("--font", options.font, "Another TrueType font (default: DejaVu Sans: Latin, Cyrillic, Greek)")
      ->type_name("FILE")
      ->check(file_name)
      ->group(group);
}

constexpr const char* kExamples = R"(Examples:
  attn heatmap --query q.npy --key k.npy --show
  attn heatmap --query q.npy --key k.npy --head 0 --mask causal --labels-from tokens.txt -o map.png
  attn heatmap --weights attention.npy -o all-heads.png
  attn heatmap --weights attention.npy --layer 0 --reduce mean --title "Layer 0" -o layer0.png
  attn heatmap --weights attention.npy --layer 1 --head 0 --annotate --colormap rocket --normalize fixed -o map.png
  attn heatmap --embeddings x.npy --wq wq.npy --wk wk.npy --heads 2 --dark -o heads.png
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
