#include <attn/model/weights.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::model;
using attn::Shape;
using attn::Tensor;
using Strings = std::vector<std::string>;

namespace {

attn::io::Array array(const std::string& name, const Shape& shape) {
  Tensor<float> tensor(shape);
  for (attn::Index i = 0; i < tensor.size(); ++i) tensor.data()[i] = static_cast<float>(i);
  return attn::io::to_array(tensor, name);
}

Weights some() {
  return Weights({array("m.a.weight", {3, 2}), array("m.a.bias", {3}), array("m.norm.gamma", {2}),
                  array("m.norm.beta", {2}), array("m.ids", {4})},
                 "folder");
}

}  // namespace

TEST_CASE("weights: a tensor lies where it lay, or is converted") {
  const attn::io::Array stored = array("x", {2, 2});
  Weights weights({stored}, "folder");
  CHECK(static_cast<void*>(weights.tensor<float>("x", {2, 2}).data()) == static_cast<void*>(stored.bytes.data.get()));
  CHECK(weights.tensor<double>("x", {2, 2}).matrix()(1, 1) == 3.0);
}

TEST_CASE("weights: layers by their names, old and new") {
  Weights weights = some();
  const Linear<float> linear = weights.linear<float>("m.a", 2, 3);
  attn::Matrix<float> x(1, 2);
  x << 10, 1;
  CHECK(linear(x) == attn::Matrix<float>((attn::Matrix<float>(1, 3) << 1, 24, 47).finished()));
  const Norm<float> norm = weights.norm_layer<float>("m.norm", 2, 1e-5);
  CHECK(norm.gain(1) == 1.0F);
  CHECK(weights.prefix("m.") == "m.");
  CHECK(weights.prefix("n.") == "");
  CHECK(weights.rows("m.a.weight") == 3);
}

TEST_CASE("weights: what wasn't asked for is known by name") {
  Weights weights = some();
  weights.linear<float>("m.a", 2, 3);
  CHECK(weights.unused() == Strings{"m.ids", "m.norm.beta", "m.norm.gamma"});
  CHECK(weights.unused({"ids", "norm.beta"}) == Strings{"m.norm.gamma"});
  weights.pass_over("m.norm.gamma");
  CHECK(weights.unused({"m.ids", "beta"}).empty());
}

TEST_CASE("weights: missing tensors, and those of another shape") {
  Weights weights = some();
  CHECK(test::message_of<attn::FormatError>([&] {
          weights.tensor<float>("m.b.weight", {3, 2});
        }) == "folder: has no tensor \"m.b.weight\"; near it: m.a.weight");
  CHECK(test::message_of<attn::FormatError>([&] { weights.linear<float>("zzzzzzzzzzzzzzzzzzzzz", 3, 2); }) ==
        "folder: has no tensor \"zzzzzzzzzzzzzzzzzzzzz.weight\"");
  CHECK(test::message_of<attn::ShapeError>([&] { weights.linear<float>("m.a", 3, 2); }) ==
        "folder: tensor \"m.a.weight\" is [3 x 2], expected [2 x 3]; is config.json from another model?");
  CHECK(test::message_of<attn::FormatError>([&] {
          weights.linear<float>("encoder.layer.10.attention.attention.query", 3, 2);  // long, but not to be cut
        }) == "folder: has no tensor \"encoder.layer.10.attention.attention.query.weight\"");
  CHECK(test::message_of<attn::ShapeError>([&] { weights.rows("m.ids"); }) ==
        "folder: tensor \"m.ids\" is [4], expected a matrix");
}
