#include <attn/io/mapped_file.hpp>
#include <attn/io/pytorch_bin.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <algorithm>

using attn::Shape;
using namespace attn::io;

namespace {

PytorchBin read(const std::string& name) { return read_pytorch_bin(MappedFile(test::data_path(name)).bytes()); }

const Array& find(const PytorchBin& file, const std::string& name) {
  const auto found =
      std::find_if(file.arrays.begin(), file.arrays.end(), [&](const Array& a) { return a.name == name; });
  REQUIRE(found != file.arrays.end());
  return *found;
}

std::vector<double> numbers(const Array& array) {
  const attn::Tensor<double> tensor = to_tensor<double>(array);
  return {tensor.data(), tensor.data() + tensor.size()};
}
using Numbers = std::vector<double>;

}  // namespace

TEST_CASE("pytorch bin: every kind of tensor that PyTorch saves") {
  const PytorchBin file = read("state_dict.bin");
  CHECK(file.arrays.size() == 14);
  CHECK(file.arrays[0].name == "weight");
  CHECK(find(file, "weight").shape == Shape{3, 2});
  CHECK(numbers(find(file, "weight")) == Numbers{1, 2, 3, 4, 5, 6});
  CHECK(numbers(find(file, "bias")) == Numbers{7, 8, 9});
  CHECK(numbers(find(file, "half")) == Numbers{0.5, -1.25, 65504});
  CHECK(find(file, "bfloat").dtype == DType::bf16);
  CHECK(numbers(find(file, "bfloat")) == Numbers{1.5, -2});
  CHECK(numbers(find(file, "long")) == Numbers{1, -2, 3});
  CHECK(numbers(find(file, "bool")) == Numbers{1, 0});
  CHECK(find(file, "scalar").shape.empty());
  CHECK(numbers(find(file, "scalar")) == Numbers{2.5});
  CHECK(find(file, "empty").shape == Shape{0, 5});
  CHECK(numbers(find(file, "parameter")) == Numbers{0.25});
}

TEST_CASE("pytorch bin: parts of a storage, and other orders of it") {
  const PytorchBin file = read("state_dict.bin");
  CHECK(numbers(find(file, "row")) == Numbers{4, 5, 6, 7});
  CHECK(numbers(find(file, "column")) == Numbers{2, 6, 10});
  CHECK(find(file, "transposed").shape == Shape{4, 3});
  CHECK(numbers(find(file, "transposed")) == Numbers{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11});
  CHECK(find(file, "tied").bytes.data == find(file, "matrix").bytes.data);  // shared, not copied
}

TEST_CASE("pytorch bin: a state dict within another dict") {
  const PytorchBin file = read("wrapped.bin");
  REQUIRE(file.arrays.size() == 1);
  CHECK(file.arrays[0].name == "w");
  CHECK(numbers(file.arrays[0]) == Numbers{1, 2});
}

TEST_CASE("pytorch bin: nothing is run, and what isn't plain tensors is refused") {
  const auto message = [](const std::string& name) {
    return test::message_of<attn::UnsupportedError>([&] { read(name); });
  };
  CHECK(test::contains(message("calls_system.bin"),
                       "asks for \"posix.system\": only tensors are read, and nothing is run"));
  CHECK(test::contains(message("old_format.bin"), "is in the format of PyTorch before 1.6"));
  CHECK(test::contains(test::message_of<attn::FormatError>([] { read("one.npz"); }), "has no data.pkl"));
  CHECK(test::contains(test::message_of<attn::FormatError>([] { read("empty.npy"); }), "zip archive"));
}
