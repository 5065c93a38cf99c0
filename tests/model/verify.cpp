#include <attn/model/verify.hpp>

#include "model/support.hpp"

#include <limits>

namespace fs = std::filesystem;
using attn::Index;
using attn::Tensor;
using namespace attn::model;

namespace {

const Transformer<float>& bert() { return test::example<float>("tiny-bert-copy").transformer(); }

/// A folder of what is expected of it, in which arrays can be changed.
struct Expected : test::Folder {
  Expected() { fs::copy(test::expected_of("tiny-bert-copy"), path); }
  Tensor<double> get(const std::string& name) const { return SavedRun(path.string()).get(name); }
  void put(const std::string& name, const Tensor<double>& array) const {
    attn::io::write_array(*this / (name + ".npy"), array);
  }
};

const Comparison* first_difference(const std::vector<Comparison>& places) {
  for (const Comparison& place : places)
    if (!place.agrees()) return &place;
  return nullptr;
}

}  // namespace

TEST_CASE("verify: places in the order of the pass") {
  const std::vector<Comparison> places = test::verify(bert(), test::expected_of("tiny-bert-copy"));
  std::vector<std::string> names;
  for (const Comparison& place : places) names.push_back(place.array + ": " + place.place);
  CHECK(names == std::vector<std::string>{"hidden_states: resid_pre of layer 0", "attentions: weights of layer 0",
                                          "hidden_states: resid_pre of layer 1", "attentions: weights of layer 1",
                                          "hidden_states: resid_pre of layer 2", "attentions: weights of layer 2",
                                          "hidden_states: resid_post of layer 2", "logits: logits",
                                          "grad_attentions: gradient of the weights of layer 2",
                                          "grad_attentions: gradient of the weights of layer 1",
                                          "grad_attentions: gradient of the weights of layer 0"});
  CHECK(first_difference(places) == nullptr);
}

TEST_CASE("verify: the element that differs is named with both values") {
  const Expected expected;
  const Tensor<double> attentions = expected.get("attentions");  // [3 x 1 x 4 x N x N]
  const Index N = attentions.cols();
  double& element = attentions.matrix(1 * 4 + 2)(3, N - 1);
  const double before = element;
  element += 3e-5;
  expected.put("attentions", attentions);
  const std::vector<Comparison> places = test::verify(bert(), expected.path.string());
  const Comparison* found = first_difference(places);
  REQUIRE(found != nullptr);
  CHECK(found->place == "weights of layer 1");
  CHECK(found->index == attn::Shape{1, 0, 2, 3, N - 1});
  CHECK(found->ours == Approx(before).margin(1e-6));
  CHECK(found->expected == Approx(before + 3e-5).margin(1e-12));
  CHECK(found->tolerance == 2e-5);
  CHECK(std::count_if(places.begin(), places.end(), [](const Comparison& place) { return !place.agrees(); }) == 1);
}

TEST_CASE("verify: an error shows first where it is made") {
  const auto first_after = [](const auto& change) {
    Transformer<float> model = bert();
    change(model.encoder->blocks[1]);
    const auto places = test::verify(model, test::expected_of("tiny-bert-copy"));
    const Comparison* found = first_difference(places);
    return found != nullptr ? found->place : "";
  };
  CHECK(first_after([](Block<float>& block) { block.attention.scoring.scale = 0.24; }) == "weights of layer 1");
  CHECK(first_after([](Block<float>& block) { block.feed_forward.activation = attn::Activation::relu; }) ==
        "resid_pre of layer 2");
}

TEST_CASE("verify: not a number differs, whichever side has it") {
  const Expected expected;
  const Tensor<double> states = expected.get("hidden_states");
  states.matrix(2)(1, 5) = std::numeric_limits<double>::quiet_NaN();
  expected.put("hidden_states", states);
  const auto places = test::verify(bert(), expected.path.string());
  const Comparison* found = first_difference(places);
  REQUIRE(found != nullptr);
  CHECK(found->place == "resid_pre of layer 2");
  CHECK(found->index == attn::Shape{2, 0, 1, 5});
}

TEST_CASE("verify: a batch is compared as a whole, and the farthest of it is told") {
  const test::Folder folder;
  const Index N = 3;
  test::save_array(folder / "input_ids.npy", {2, N}, {2, 6, 3, 2, 8, 3});
  Tensor<double> attentions({3, 2, 4, N, N}), states({4, 2, N, 64});
  Keep keep;
  keep.states = true;
  for (Index b = 0; b < 2; ++b) {
    const Pass<float> pass = forward(bert(), SavedRun(folder.path.string()).input<float>(b), keep);
    for (Index l = 0; l < 4; ++l)
      states.matrix(l * 2 + b) = pass.states.at(Part::encoder)[static_cast<std::size_t>(l)].cast<double>();
    for (Index l = 0; l < 3; ++l)
      for (Index h = 0; h < 4; ++h)
        attentions.matrix((l * 2 + b) * 4 + h) =
            pass.weights.at(Part::encoder)[static_cast<std::size_t>(l)][static_cast<std::size_t>(h)].cast<double>();
  }
  attentions.matrix((0 * 2 + 0) * 4 + 1)(0, 0) += 1e-3;
  attentions.matrix((0 * 2 + 1) * 4 + 3)(2, 1) -= 2e-3;
  attn::io::write_array(folder / "attentions.npy", attentions);
  attn::io::write_array(folder / "hidden_states.npy", states);
  const auto places = test::verify(bert(), folder.path.string());
  REQUIRE(places.size() == 7);
  CHECK(places[1].index == attn::Shape{0, 1, 3, 2, 1});
  CHECK(places[1].difference() == Approx(2e-3).epsilon(1e-3));
  for (const std::size_t same : {0, 2, 3, 4, 5, 6}) CHECK(places[same].difference() == 0);
}

TEST_CASE("verify: arrays that can't be compared") {
  const Expected expected;
  const auto message = [&] {
    return test::message_of<attn::Error>([&] { test::verify(bert(), expected.path.string()); });
  };
  const Tensor<double> attentions = expected.get("attentions");
  const Index N = attentions.cols();
  const std::string size = std::to_string(N);
  expected.put("attentions", attentions.reshaped({3, 4, N, N}));
  CHECK(test::contains(message(), "attentions.npy is [3 x 4 x " + size + " x " + size + "], expected [3 x 1 x 4 x"));
  expected.put("attentions", attentions);
  test::save_array(expected / "grad_target.npy", {1, 3}, {0, 0, 39});
  CHECK(test::contains(message(), "grad_target.npy: row 0 is [0 x 0 x 39], expected its own number"));
  for (const char* name : {"attentions", "hidden_states", "logits", "grad_attentions", "grad_target"})
    fs::remove(expected.path / (std::string(name) + ".npy"));
  CHECK(test::contains(message(), "nothing to compare with, expected attentions.npy"));
}
