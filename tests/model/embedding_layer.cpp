#include <attn/model/embedding_layer.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::model;
using attn::Index;
using attn::Matrix;

namespace {

Matrix<double> numbers(Index rows, Index cols, double first) {
  Matrix<double> m(rows, cols);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = first + static_cast<double>(i);
  return m;
}

const std::vector<bool> kAll(3, true);

}  // namespace

TEST_CASE("embedding layer: tokens, positions and segments are added") {
  const Matrix<double> tokens = numbers(5, 2, 0), positions = numbers(4, 2, 100), segments = numbers(2, 2, 1000);
  EmbeddingLayer<double> layer;
  layer.tokens = Table<double>(tokens);
  CHECK(embed_tokens(layer, {4, 0, 4}, {}, kAll) ==
        (Matrix<double>(3, 2) << tokens.row(4), tokens.row(0), tokens.row(4)).finished());
  CHECK(layer.most() == 0);
  layer.scale = 2;
  layer.positions = Table<double>(positions);
  layer.segments = Table<double>(segments);
  const Matrix<double> x = embed_tokens(layer, {4, 0, 4}, {0, 1, 1}, kAll);
  CHECK(x.row(0) == 2 * tokens.row(4) + positions.row(0) + segments.row(0));
  CHECK(x.row(2) == 2 * tokens.row(4) + positions.row(2) + segments.row(1));
  CHECK(embed_tokens(layer, {4, 0, 4}, {}, kAll).row(2) == 2 * tokens.row(4) + positions.row(2) + segments.row(0));
  CHECK(layer.most() == 4);
  CHECK(test::message_of<attn::UsageError>([&] {
          embed_tokens(layer, {1, 1, 1, 1, 1}, {}, std::vector<bool>(5, true));
        }) == "the text has 5 tokens, the model has positions for 4");
}

TEST_CASE("embedding layer: what isn't counted has the row before the first") {
  EmbeddingLayer<double> layer;
  layer.first_position = 2;
  CHECK(positions_of(layer, {7, 1, 7}, {true, false, true}) == std::vector<Index>{2, 3, 4});
  layer.padding = 1;
  CHECK(positions_of(layer, {7, 1, 7}, {true, true, true}) == std::vector<Index>{2, 1, 3});
  layer.padding = std::nullopt;
  layer.counts_visible = true;
  CHECK(positions_of(layer, {7, 7, 7}, {false, true, true}) == std::vector<Index>{1, 2, 3});
}

TEST_CASE("embedding layer: patches from the top left to the bottom right, channel after channel") {
  attn::Tensor<double> image({2, 2, 4});  // two patches of 2 x 2 pixels
  for (Index i = 0; i < image.size(); ++i) image.data()[i] = static_cast<double>(i);
  Matrix<double> expected(2, 8);
  expected << 0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15;
  EmbeddingLayer<double> layer;
  layer.patch_size = 2;
  layer.patches = {Table<double>(Matrix<double>(Matrix<double>::Identity(8, 8)))};
  layer.class_token = attn::RowVector<double>::Constant(8, -1);
  layer.positions = Table<double>(Matrix<double>(Matrix<double>::Constant(3, 8, 0.5)));
  const Matrix<double> x = embed_image(layer, image);
  CHECK(x.row(0) == Matrix<double>::Constant(1, 8, -0.5));
  CHECK(x.bottomRows(2) == (expected.array() + 0.5).matrix());
  CHECK(test::message_of<attn::ShapeError>([&] {
          embed_image(layer, attn::Tensor<double>({2, 2, 6}));
        }) == "embedding: the image is [2 x 2 x 6], expected 2 patches of 2 x 2 pixels");
}
