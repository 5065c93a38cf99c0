#include "catch.hpp"
#include "render/support.hpp"

#include <attn/render/caption.hpp>

#include <cmath>

using namespace attn;
using namespace attn::render;

namespace {

std::string words(const Matrix<float>& m, const HeatmapOptions& options, const FigureFacts& facts = {}) {
  const std::vector<Panel> panels(2, Panel(m.data(), m.rows(), m.cols(), Eigen::OuterStride<>(m.cols())));
  const Scales scales(panels, options);
  return caption(scales, facts, options);
}

Matrix<float> from_to(float low, float high) {
  Matrix<float> m(1, 2);
  m << low, high;
  return m;
}

}  // namespace

TEST_CASE("the caption names every scale") {
  HeatmapOptions options;
  const auto with = [&](const char* normalize) {
    options.normalize = Normalize::parse(normalize);
    return words(from_to(0.02f, 0.81f), options);
  };
  CHECK(with("minmax") == "min–max 0.02 … 0.81");
  CHECK(with("fixed") == "scale 0 … 1");
  CHECK(with("row") == "each row on its own scale");
  CHECK(with("head") == "each map on its own scale");
  CHECK(with("gamma:0.3") == "min–max 0.02 … 0.81, gamma 0.3");
  CHECK(with("log:0.001") == "min–max 0.02 … 0.81, log, floor 0.001");
  CHECK(test::contains(with("robust"), "robust 2–98 %: 0.0"));
}

TEST_CASE("numbers that were cut off, and odd ones, are told") {
  HeatmapOptions options;
  CHECK(words(from_to(3e-25f, 0.6f), options) == "min–max ≈0 … 0.6");
  CHECK(words(from_to(0.25f, 0.25f), options) == "all values equal: 0.25");
  CHECK(words(from_to(NAN, NAN), options) == "no finite value · grey: not a finite number (4)");
  options.vmax = 0.5;
  CHECK(words(from_to(0, 0.6f), options) == "scale 0 … 0.5, values beyond in the ends’ colours");
  options = {};
  options.colormap = colormap("vlag");
  CHECK(words(from_to(-0.5f, 0.25f), options) == "min–max −0.5 … 0.5, symmetric about 0");
}

TEST_CASE("pooling is never left out") {
  HeatmapOptions options;
  options.normalize = Normalize::parse("fixed");
  options.note = "mean of 12 heads";
  const Matrix<float> m = from_to(0, 1);
  CHECK(words(m, options, FigureFacts::of_pooling(2048, 2048, 1024, 1024)) ==
        "mean of 12 heads · scale 0 … 1 · each pixel mean of 2 × 2 cells");
  options.pool = Pool::max;
  CHECK(test::contains(words(m, options, FigureFacts::of_pooling(8192, 100, 1366, 100)),
                       "each pixel max of up to 6 × 1 cells"));
  CHECK_FALSE(test::contains(words(m, options, FigureFacts::of_pooling(7, 9, 7, 9)), "pixel"));
  FigureFacts large = FigureFacts::of_pooling(8192, 4096, 64, 64);
  large.pixels = false;
  CHECK(test::contains(words(m, options, large), "each cell max of 128 × 64 values"));
}

TEST_CASE("labels and values that are left out are told") {
  FigureFacts facts;
  facts.every_row = facts.every_column = 3;
  facts.values_left_out = true;
  HeatmapOptions options;
  options.normalize = Normalize::parse("fixed");
  const Matrix<float> m = from_to(0, 1);
  CHECK(words(m, options, facts) == "scale 0 … 1 · cells are too small for their values · one label in 3 shown");
  facts.every_column = 1;
  CHECK(test::contains(words(m, options, facts), "one row label in 3 shown"));
}

TEST_CASE("the caption names chosen ends of many scales") {
  HeatmapOptions options;
  options.normalize = Normalize::parse("row");
  options.vmin = 0.1;
  CHECK(words(from_to(0.02f, 0.81f), options) == "each row on its own scale from 0.1");
  options.vmax = 0.5;
  CHECK(words(from_to(0.02f, 0.81f), options) == "each row on its own scale from 0.1 up to 0.5");
}

TEST_CASE("a chosen low end is the floor of a log scale, in the caption too") {
  HeatmapOptions options;
  options.normalize = Normalize::parse("log");
  options.vmin = 1e-6;
  CHECK(words(from_to(0, 0.81f), options) == "scale 1e−6 … 0.81, log, floor 1e−6");
}
