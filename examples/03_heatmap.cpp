// From embeddings to a picture: map.png, and the same in the terminal's characters.
#include <attn/attn.hpp>
#include <attn/render/heatmap.hpp>
#include <attn/render/png.hpp>
#include <attn/render/terminal.hpp>

#include <iostream>

int main() {
  const Eigen::MatrixXf x = 2 * Eigen::MatrixXf::Identity(4, 4);
  const auto [output, weights] = attn::attention(x, x, x);

  attn::render::HeatmapOptions options;
  options.title = "Four tokens that know only themselves";
  options.row_labels = options.column_labels = {"machine", "learning", "is", "fascinating"};
  const attn::render::Font font = attn::render::Font::system();
  attn::render::write_png("map.png", attn::render::heatmap(weights, options, font));
  std::cout << "map.png is written\n";
}
