#include <attn/model/transformer.hpp>

#include "model/support.hpp"

#include <set>

using namespace attn::model;
using attn::Index;

namespace {

const Transformer<float>& bert() { return test::example<float>("tiny-bert-copy").transformer(); }

Input<float> of_ids(std::vector<Index> ids) {
  Input<float> input;
  input.ids = std::move(ids);
  return input;
}

}  // namespace

TEST_CASE("forward: what isn't to be kept isn't") {
  Keep keep;
  keep.weights = [](const HookPoint& at) { return at.layer == 1 ? KeptWeights(Whole{}) : Nothing{}; };
  const Pass<float> some = forward(bert(), of_ids({2, 5, 3}), keep);
  const auto& weights = some.weights.at(Part::encoder);
  CHECK((weights[0].empty() && weights[2].empty()));
  CHECK(weights[1].size() == 4);
  CHECK(some.states.at(Part::encoder).empty());
  keep.weights = nullptr;
  keep.outputs = false;
  const Pass<float> none = forward(bert(), of_ids({2, 5, 3}), keep);
  CHECK(none.weights.count(Part::encoder) == 0);
  CHECK(none.outputs.empty());
}

TEST_CASE("forward: blocks that nobody looks at aren't run") {
  Keep keep;
  keep.weights = [](const HookPoint& at) { return at.layer == 1 && at.head == 2 ? KeptWeights(Whole{}) : Nothing{}; };
  keep.outputs = false;
  const auto blocks = [&](const Hooks<float>& hooks) { return wanted_blocks(*bert().encoder, keep, hooks, -1); };
  CHECK(blocks({}) == 2);
  Hooks<float> hooks;
  hooks.add(Site::mlp_out, {Part::encoder, 2}, [](const HookPoint&, Eigen::Ref<attn::Matrix<float>>) {});
  CHECK(blocks(hooks) == 3);
  Hooks<float> others;
  others.add(Site::mlp_out, {Part::decoder, 2}, [](const HookPoint&, Eigen::Ref<attn::Matrix<float>>) {});
  CHECK(blocks(others) == 2);
  const Pass<float> pass = forward(bert(), of_ids({2, 5, 3}), keep), all = forward(bert(), of_ids({2, 5, 3}));
  CHECK((pass.weights.at(Part::encoder)[1][2] - all.weights.at(Part::encoder)[1][2]).cwiseAbs().maxCoeff() < 1e-6F);
  keep.weights = nullptr;
  CHECK(blocks({}) == 0);
  keep.states = true;
  CHECK(blocks({}) == 3);
}

TEST_CASE("forward: padding is seen by nobody") {
  Input<float> padded = of_ids({2, 5, 31, 3, 0, 0});
  padded.mask = {true, true, true, true, false, false};
  const Pass<float> with = forward(bert(), padded), without = forward(bert(), of_ids({2, 5, 31, 3}));
  CHECK((with.outputs.at("logits").topRows(4) - without.outputs.at("logits")).cwiseAbs().maxCoeff() < 1e-5F);
  CHECK(with.weights.at(Part::encoder)[0][0].rightCols(2).isZero(0));
}

TEST_CASE("forward: each entry of a batch is as it is by itself, and hooks know which it is") {
  std::set<Index> seen;
  Hooks<float> hooks;
  hooks.add(Site::z, [&](const HookPoint& at, Eigen::Ref<attn::Matrix<float>>) { seen.insert(at.batch); });
  hooks.add(Site::z, {Part::encoder, 1, -1, 1},
            [](const HookPoint&, Eigen::Ref<attn::Matrix<float>> z) { z.setZero(); });
  const std::vector<Input<float>> inputs{of_ids({2, 5, 31, 3}), of_ids({2, 8, 3}), of_ids({2, 8, 3})};
  Keep keep;
  keep.sites = {Site::z};
  const std::vector<Pass<float>> passes = forward(bert(), inputs, keep, hooks);
  REQUIRE(passes.size() == 3);
  CHECK(seen == std::set<Index>{0, 1, 2});
  CHECK(passes[0].outputs.at("logits") == forward(bert(), inputs[0]).outputs.at("logits"));
  CHECK(passes[2].outputs.at("logits") == forward(bert(), inputs[2]).outputs.at("logits"));
  CHECK(passes[1].outputs.at("logits") != passes[2].outputs.at("logits"));
  CHECK(passes[1].sites.at(Site::z).at({Part::encoder, 1}).isZero(0));
  CHECK_FALSE(passes[1].sites.at(Site::z).at({Part::encoder, 0}).isZero(0));
}

TEST_CASE("forward: what a model can't read") {
  const auto message = [](const Input<float>& input) {
    return test::message_of<attn::UsageError>([&] { forward(bert(), input); });
  };
  CHECK(message({}) == "forward: there is no token to read");
  CHECK(message(of_ids(std::vector<Index>(65, 5))) == "the text has 65 tokens, the model has positions for 64");
  CHECK(message(of_ids({39})) == "embedding: token 39 at position 0 isn't in the table: expected 0 to 38");
  Input<float> wrong = of_ids({2, 3});
  wrong.mask = {true};
  CHECK(test::message_of<attn::ShapeError>([&] { forward(bert(), wrong); }) ==
        "forward: the attention mask is [1], expected [2]; one entry for each token");
  Input<float> image;
  image.image = attn::Tensor<float>({3, 28, 28});
  CHECK(test::message_of<attn::ShapeError>([&] {
          forward(test::example<float>("tiny-vit-digits").transformer(), image);
        }) == "embedding: the image is [3 x 28 x 28], expected 49 patches of 4 x 4 pixels");
}

TEST_CASE("backward: an output that isn't there, and a gradient of another shape") {
  CHECK(test::message_of<attn::UsageError>([] {
          backward(bert(), of_ids({2, 3}), "classes", attn::Matrix<float>(2, 39));
        }) == "backward: the model has no output classes, expected logits or another one of its outputs");
  CHECK(test::message_of<attn::ShapeError>([] {
          backward(bert(), of_ids({2, 3}), "logits", attn::Matrix<float>(2, 3));
        }) == "backward: the gradient of logits is [2 x 3], expected [2 x 39]");
}
