#include <attn/model/head_weights.hpp>

#include "model/support.hpp"

#include <algorithm>
#include <limits>

using attn::Index;
using attn::Matrix;
using namespace attn::model;

namespace {

const Transformer<double>& gpt() { return test::example<double>("tiny-gpt2-repeat").transformer(); }

Input<double> tokens() {
  Input<double> input;
  for (Index n = 0; n < 45; ++n) input.ids.push_back(n * n % 64);
  return input;
}

/// Checks what was kept of a head against all its weights.
void check(const attn::PooledMap<double>& map, const Matrix<double>& whole, Index rows, Index columns) {
  const attn::Cells down{whole.rows(), rows}, across{whole.cols(), columns};
  const Matrix<double> mean = map.mean(), &max = map.max();
  REQUIRE(attn::shape_of(mean) == attn::Shape{rows, columns});
  for (Index p = 0; p < rows; ++p)
    for (Index c = 0; c < columns; ++c) {
      const auto block = whole.block(down.edge(p), across.edge(c), down.size(p), across.size(c));
      CHECK(mean(p, c) == Approx(block.mean()).margin(1e-12));
      CHECK(max(p, c) == Approx(block.maxCoeff()).margin(1e-12));
    }
}

void check(const attn::TopKeys<double>& top, const Matrix<double>& whole, Index count) {
  REQUIRE(top.weights().cols() == count);
  for (Index i = 0; i < whole.rows(); ++i) {
    std::vector<double> row(whole.row(i).begin(), whole.row(i).end());
    std::sort(row.rbegin(), row.rend());
    for (Index n = 0; n < count; ++n) {
      CHECK(top.weights()(i, n) == Approx(row[static_cast<std::size_t>(n)]).margin(1e-12));
      const Index key = top.keys()(i, n);
      if (key >= 0) CHECK(whole(i, key) == Approx(top.weights()(i, n)).margin(1e-12));
    }
  }
}

/// Of layer 0: head 0 whole, head 1 pooled, head 2 its strongest keys, head 3 nothing; of layer 1 all whole.
KeptWeights each_in_its_way(const HookPoint& at) {
  if (at.layer == 1 || at.head == 0) return Whole{};
  if (at.head == 1) return Pooled{7, 1000};
  if (at.head == 2) return Strongest{3};
  return Nothing{};
}

}  // namespace

TEST_CASE("keep: each head in its own way, with and without hooks") {
  for (const bool edited : {false, true}) {
    Hooks<double> hooks;
    if (edited)  // the first key is hidden from all queries but the first
      hooks.add(Site::scores, {Part::decoder, 0}, [](const HookPoint&, Eigen::Ref<Matrix<double>> scores) {
        scores.col(0).tail(scores.rows() - 1).setConstant(-std::numeric_limits<double>::infinity());
      });
    const Pass<double> all = forward(gpt(), tokens(), {}, hooks);
    Keep keep;
    keep.weights = each_in_its_way;
    const Pass<double> some = forward(gpt(), tokens(), keep, hooks);
    const auto& whole = all.weights.at(Part::decoder);
    const auto& kept = some.weights.at(Part::decoder);
    CHECK((kept[0][0] - whole[0][0]).cwiseAbs().maxCoeff() < 1e-12);
    for (std::size_t h = 1; h < 4; ++h) CHECK(kept[0][h].size() == 0);
    for (std::size_t h = 0; h < 4; ++h) CHECK((kept[1][h] - whole[1][h]).cwiseAbs().maxCoeff() < 1e-12);
    REQUIRE(some.pooled.size() == 1);
    check(some.pooled.at({Part::decoder, 0, 1}), whole[0][1], 7, 45);
    REQUIRE(some.strongest.size() == 1);
    check(some.strongest.at({Part::decoder, 0, 2}), whole[0][2], 3);
    CHECK((some.outputs.at("logits") - all.outputs.at("logits")).cwiseAbs().maxCoeff() < 1e-10);
    CHECK(all.pooled.empty());
  }
}
