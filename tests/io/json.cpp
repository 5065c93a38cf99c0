#include <attn/io/json.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <nlohmann/json.hpp>

#include <limits>

using namespace attn::io;
using attn::Index;
using attn::Shape;
using attn::Tensor;

namespace {

std::string written(const Tensor<double>& tensor, const ArrayLabels& labels = {}) {
  const test::Folder folder;
  attn::OutputFile file(folder / "a.json");
  write_json(file, tensor, labels);
  file.commit();
  return test::content(folder / "a.json");
}

}  // namespace

TEST_CASE("json: by eye") {
  const Tensor<double> tensor(Shape{2, 2});
  tensor.matrix() << 1, 0, 0.1, std::numeric_limits<double>::quiet_NaN();
  CHECK(written(tensor, {"weights", {}, {}, {"a\"", "b"}, {"a", "\n"}}) ==
        "{\"shape\": [2, 2],\n \"row_labels\": [\"a\\\"\", \"b\"],\n \"column_labels\": [\"a\", \"\\u000a\"],\n "
        "\"weights\": [[1, 0],\n  [0.1, null]]}\n");
}

TEST_CASE("json: what a parser reads is the tensor") {
  const Shape shape = GENERATE(Shape{}, Shape{3}, Shape{2, 3}, Shape{2, 3, 4}, Shape{2, 0}, Shape{0, 2});
  const Tensor<double> tensor(shape);
  for (Index i = 0; i < tensor.size(); ++i) tensor.data()[i] = static_cast<double>(i) / 3;
  ArrayLabels labels;
  labels.name = "output";
  if (shape.size() == 3) {
    labels.axis_names = {"head"};
    labels.axis_indices = {{4, 7}};
  }
  const auto parsed = nlohmann::json::parse(written(tensor, labels));
  CHECK(parsed["shape"] == nlohmann::json(shape));
  std::vector<double> flat;
  const auto flatten = [&](const auto& self, const nlohmann::json& value) -> void {
    if (value.is_array())
      for (const auto& element : value) self(self, element);
    else
      flat.push_back(value.get<double>());
  };
  flatten(flatten, parsed["output"]);
  CHECK(flat == std::vector<double>(tensor.data(), tensor.data() + tensor.size()));
  if (shape.size() == 3) {
    CHECK(parsed["axes"] == nlohmann::json({"head"}));
    CHECK(parsed["axis_indices"].dump() == "[[4,7]]");
  }
}

TEST_CASE("json: labels that don't fit are refused") {
  CHECK_THROWS_AS(written(Tensor<double>(Shape{2, 2}), {"w", {}, {}, {"a"}, {}}), attn::ShapeError);
}

TEST_CASE("json: a part without labels says where it begins") {
  ArrayLabels labels;
  labels.first_row = 5, labels.first_column = 7;
  const Tensor<double> tensor(Shape{1, 2});
  tensor.matrix().setZero();
  auto parsed = nlohmann::json::parse(written(tensor, labels));
  CHECK(parsed["first_row"] == 5);
  CHECK(parsed["first_column"] == 7);
  labels.row_labels = {"a"};
  parsed = nlohmann::json::parse(written(tensor, labels));
  CHECK_FALSE(parsed.contains("first_row"));
  CHECK(parsed["row_labels"][0] == "a");
}
