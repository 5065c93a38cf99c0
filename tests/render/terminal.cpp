#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/terminal.hpp>

#include <cmath>
#include <cstdio>
#include <sstream>

using namespace attn;
using namespace attn::render;

namespace {

/// Compares with tests/data/render/<name>.txt. ATTN_UPDATE writes the file instead: look at it before committing.
void check_text(const std::string& name, const std::string& text) {
  const std::string path = ATTN_TEST_DATA "/render/" + name + ".txt";
  if (std::getenv("ATTN_UPDATE") != nullptr) std::ofstream(path, std::ios::binary) << text;
  INFO(path);
  CHECK(text == test::read_text(path));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The columns of a line without its escape sequences.
int columns_of(const std::string& line) {
  std::string plain;
  for (std::size_t i = 0; i < line.size(); ++i)
    if (line[i] == '\x1b')
      i = line.find('m', i);
    else
      plain += line[i];
  return terminal_width(decode_utf8(plain));
}

Matrix<float> four() {
  Matrix<float> m(4, 4);
  m << 0.7f, 0.1f, 0.1f, 0.1f,   //
      0.2f, 0.6f, 0.1f, 0.1f,    //
      0.05f, 0.15f, 0.5f, 0.3f,  //
      0.25f, 0.25f, 0.25f, 0.25f;
  return m;
}

HeatmapOptions labelled() {
  HeatmapOptions options;
  options.title = "Attention Map";
  options.row_labels = options.column_labels = {"machine", "learning", "is", "fascinating"};
  return options;
}

}  // namespace

TEST_CASE("a small map shows its values, in each kind of terminal") {
  check_text("small_truecolor", terminal_heatmap(MatrixView(four()), labelled(), {80, TerminalColor::truecolor}));
  check_text("small_ansi256", terminal_heatmap(MatrixView(four()), labelled(), {80, TerminalColor::ansi256}));
  check_text("small_ascii", terminal_heatmap(MatrixView(four()), labelled(), {80, TerminalColor::ascii}));
}

TEST_CASE("a larger map is pooled into half-blocks, or letters") {
  HeatmapOptions options;
  options.normalize = Normalize::parse("gamma");
  options.first_row = options.first_column = 100;
  const Matrix<float> m = test::ramp(120, 120);
  check_text("large_truecolor", terminal_heatmap(MatrixView(m), options, {60, TerminalColor::truecolor}));
  check_text("large_ansi256", terminal_heatmap(MatrixView(m), options, {60, TerminalColor::ansi256}));
  check_text("large_ascii", terminal_heatmap(MatrixView(m), options, {60, TerminalColor::ascii}));
}

TEST_CASE("labels run downwards beneath a map of middle size") {
  HeatmapOptions options;
  for (int i = 0; i < 20; ++i) options.row_labels.push_back(i % 3 ? "token" : "世界");
  options.column_labels = options.row_labels;
  check_text("middle_ascii", terminal_heatmap(MatrixView(test::ramp(20, 20)), options, {80, TerminalColor::ascii}));
}

TEST_CASE("no line is wider than the terminal") {
  for (const auto& [N, M] : {std::pair<Index, Index>{1, 1}, {4, 4}, {3, 400}, {400, 3}, {30, 30}, {500, 500}})
    for (const int columns : {20, 37, 80, 200})
      for (const TerminalColor color : {TerminalColor::truecolor, TerminalColor::ascii}) {
        HeatmapOptions options;
        options.title = "a title with many words that has to be broken into lines";
        options.row_labels.assign(static_cast<std::size_t>(N), "a rather long label, really");
        const std::string text = terminal_heatmap(MatrixView(test::ramp(N, M)), options, {columns, color});
        INFO(N << " x " << M << " in " << columns << "\n" << text);
        for (const std::string& line : lines_of(text)) CHECK(columns_of(line) <= columns);
        if (color == TerminalColor::ascii) CHECK(std::all_of(text.begin(), text.end(), [](char c) { return c > 0; }));
      }
}

TEST_CASE("each row of colours ends with a reset") {
  const std::string text = terminal_heatmap(MatrixView(four()), labelled(), {80, TerminalColor::truecolor});
  for (const std::string& line : lines_of(text))
    if (line.find('\x1b') != line.npos) CHECK(line.rfind("\x1b[0m") > line.rfind("\x1b[48;"));
}

TEST_CASE("labels can't smuggle escape sequences to the terminal") {
  HeatmapOptions options = labelled();
  options.row_labels[0] = "\x1b[31mred";
  options.title = "\x1b]0;owned\x07";
  const std::string text = terminal_heatmap(MatrixView(four()), options, {80, TerminalColor::ascii});
  CHECK(text.find('\x1b') == text.npos);
  CHECK(test::contains(text, "\\x1b[31mred"));
}

TEST_CASE("errors are those of heatmap()") {
  HeatmapOptions options;
  options.row_labels = {"a"};
  CHECK_THROWS_AS(terminal_heatmap(MatrixView(four()), options), ShapeError);
  CHECK_THROWS_AS(terminal_heatmap(Matrix<float>(0, 0), {}), ShapeError);
}

TEST_CASE("a map that was pooled before shows its matrix's numbers, and as many cells as there is room for") {
  const Matrix<float> m = Matrix<float>::Random(5000, 3000);
  HeatmapOptions options;
  const TerminalOptions terminal{80, TerminalColor::ascii};
  const Shape cells = terminal_cells(5000, 3000, options, terminal);
  const Matrix<float> pooled = pool(MatrixView(m), cells[0], cells[1]);
  const std::string whole = terminal_heatmap(m, options, terminal);
  options.of_rows = 5000, options.of_columns = 3000;
  CHECK(terminal_heatmap(pooled, options, terminal) == whole);
  const Matrix<float> few = pool(MatrixView(m), 4, 3);
  CHECK(test::contains(terminal_heatmap(few, options, terminal), "1250 x 1000"));
}
