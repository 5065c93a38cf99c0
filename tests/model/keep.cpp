#include <attn/model/keep.hpp>

#include "model/support.hpp"

using attn::Index;
using attn::Matrix;
using namespace attn::model;

namespace {

const Transformer<double>& gpt() { return test::example<double>("tiny-gpt2-repeat").transformer(); }

Input<double> tokens() {
  Input<double> input;
  input.ids = {6, 63, 17, 15, 6, 63, 17, 15, 2, 40, 9};
  return input;
}

}  // namespace

TEST_CASE("keep: unless something else is said, all weights and what the heads of the model give") {
  const Pass<double> pass = forward(gpt(), tokens());
  for (const auto& layer : pass.weights.at(Part::decoder)) {
    CHECK(layer.size() == 4);
    for (const auto& head : layer) CHECK(head.rowwise().sum().isOnes(1e-12));
  }
  CHECK(pass.outputs.count("logits") == 1);
  CHECK((pass.pooled.empty() && pass.strongest.empty() && pass.sites.empty()));
  CHECK(pass.states.at(Part::decoder).empty());
}

TEST_CASE("keep: the heads of a layer share a block, which outlives the pass with one of them") {
  attn::SharedMatrix<double> head;
  {
    const Pass<double> pass = forward(gpt(), tokens());
    head = pass.weights.at(Part::decoder)[1][2];
    CHECK(pass.weights.at(Part::decoder)[1][3].data() == head.data() + head.size());
  }
  CHECK(head.rowwise().sum().isOnes(1e-12));
}

TEST_CASE("keep: matrices of sites, as their hooks leave them") {
  Keep keep;
  keep.weights = nullptr;
  keep.sites = {Site::q, Site::weights, Site::mlp_out};
  Hooks<double> hooks;
  hooks.add(Site::q, {Part::decoder, 1}, [](const HookPoint&, Eigen::Ref<Matrix<double>> q) { q.setZero(); });
  const Pass<double> pass = forward(gpt(), tokens(), keep, hooks);
  CHECK(pass.weights.at(Part::decoder)[0].empty());
  CHECK(pass.sites.at(Site::q).size() == 2);
  CHECK(pass.sites.at(Site::q).at({Part::decoder, 1}).isZero(0));
  CHECK_FALSE(pass.sites.at(Site::q).at({Part::decoder, 0}).isZero(0));
  CHECK(pass.sites.at(Site::weights).size() == 8);
  // Queries of 0: each query divides its attention equally among the keys that it sees.
  CHECK(pass.sites.at(Site::weights).at({Part::decoder, 1, 3})(9, 4) == Approx(0.1));
  CHECK(pass.sites.at(Site::mlp_out).at({Part::decoder, 0}).cols() == pass.outputs.at("last_hidden_state").cols());
}

TEST_CASE("keep: maps of no cells are refused") {
  Keep keep;
  keep.weights = [](const HookPoint&) { return Pooled{0, 5}; };
  CHECK_THROWS_AS(forward(gpt(), tokens(), keep), attn::ShapeError);
}
