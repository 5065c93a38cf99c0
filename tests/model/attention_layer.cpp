#include <attn/model/attention_layer.hpp>

#include "catch.hpp"

#include <cmath>

using namespace attn::model;
using attn::Heads;
using attn::Index;
using attn::Matrix;

namespace {

Matrix<double> numbers(Index rows, Index cols, double first) {
  Matrix<double> m(rows, cols);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = std::sin(first + 0.7 * static_cast<double>(i));
  return m;
}

/// Four heads of two columns that share two heads of keys and values; the width is 6.
AttentionLayer<double> layer() {
  AttentionLayer<double> layer;
  layer.q = {Table<double>(numbers(8, 6, 1))};
  layer.k = {Table<double>(numbers(4, 6, 2))};
  layer.v = {Table<double>(numbers(4, 6, 3))};
  layer.out = {Table<double>(numbers(6, 8, 4))};
  layer.heads = Heads{4, 2};
  return layer;
}

const HookPoint kHere{Part::encoder, 0};

}  // namespace

TEST_CASE("attention layer: projections around core's heads, in itself and to another stack") {
  const AttentionLayer<double> l = layer();
  const Matrix<double> x = numbers(5, 6, 7), context = numbers(3, 6, 8);
  for (const Matrix<double>& c : {x, context}) {
    const std::vector<bool> keys(static_cast<std::size_t>(c.rows()), true);
    const auto expected = attn::multi_head_attention(Matrix<double>(x * l.q.weight.view().transpose()),
                                                     Matrix<double>(c * l.k.weight.view().transpose()),
                                                     Matrix<double>(c * l.v.weight.view().transpose()), l.heads);
    std::vector<attn::SharedMatrix<double>> weights(4);
    std::vector<HeadWeights<double>> places;
    for (attn::SharedMatrix<double>& head : weights) places.push_back({&head});
    const Matrix<double> out = attend<double>(l, attn::NoBias{}, x, c, keys, kHere, {}, places);
    CHECK((out - expected.output * l.out.weight.view().transpose()).cwiseAbs().maxCoeff() < 1e-13);
    for (std::size_t h = 0; h < 4; ++h) CHECK((weights[h] - expected.weights[h]).cwiseAbs().maxCoeff() < 1e-14);
    CHECK((attend<double>(l, attn::NoBias{}, x, c, keys, kHere, {}, {}) - out).cwiseAbs().maxCoeff() < 1e-13);
  }
}

TEST_CASE("attention layer: which keys a query sees") {
  const std::vector<bool> keys{true, true, true, true, false};
  const LayerMask all{false, 0, keys}, causal{true, 0, keys}, window{true, 2, keys};
  CHECK((all(0, 3) && !all(0, 4)));
  CHECK((causal(2, 2) && !causal(2, 3) && !causal(4, 4)));
  CHECK((window(3, 2) && window(3, 3) && !window(3, 1)));
  for (const LayerMask& mask : {all, causal, window})  // what is said of a tile is so of its elements
    for (Index i = 0; i < 5; ++i)
      for (Index j = 0; j < 5; ++j) {
        const attn::Visible said = mask.visible({i, 1, j, 1});
        if (said == attn::Visible::kAll) CHECK(mask(i, j));
        if (said == attn::Visible::kNothing) CHECK_FALSE(mask(i, j));
      }
}

TEST_CASE("attention layer: rotary positions only count as differences, and turn back") {
  AttentionLayer<double> l = layer();
  l.rope = Rope{[](Index) { return Eigen::VectorXd::Constant(1, 0.5).eval(); }};
  l.heads = Heads{4, 4};
  const Matrix<double> x = numbers(3, 8, 1);
  const Matrix<double> turned = attn::model::detail::turned(l.rope, x, 4);
  CHECK(turned.row(0).isApprox(x.row(0)));
  CHECK_FALSE(turned.row(1).isApprox(x.row(1)));
  CHECK(attn::model::detail::turned(l.rope, turned, 4, true).isApprox(x));
}

TEST_CASE("attention layer: norms of heads are of each head by itself") {
  const Norm<double> norm{NormKind::rms, 0, 0, attn::RowVector<double>::Ones(2), {}};
  const Matrix<double> x = numbers(3, 8, 1), normed = attn::model::detail::norm_of_heads(norm, x, 4);
  for (Index i = 0; i < 3; ++i)
    for (Index h = 0; h < 4; ++h) CHECK(normed.row(i).segment(2 * h, 2).squaredNorm() == Approx(2));
}
