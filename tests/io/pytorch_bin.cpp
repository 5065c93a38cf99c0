#include <attn/io/mapped_file.hpp>
#include <attn/io/pytorch_bin.hpp>
#include <attn/io/zip_write.hpp>

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

/// A file whose storage 0 has two floats, `declared` of which are said to be there, and a tensor "w" of them that is
/// rebuilt with `more` behind its arguments.
std::string error_of(int declared, const std::string& more, const std::string& byte_order = "little") {
  const auto text = [](const std::string& t) { return "\x8c" + std::string(1, static_cast<char>(t.size())) + t; };
  const std::string storage = "(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "K" +
                              std::string(1, static_cast<char>(declared)) + "tQ";
  const std::string pickle = "\x80\x02}" + text("w") + "ctorch._utils\n_rebuild_tensor_v2\n(" + storage +
                             std::string("K\0K\2\x85K\1\x85\x89N", 10) + more + "tRs.";
  const test::Folder folder;
  attn::OutputFile file(folder / "m.bin");
  ZipWriter zip(file, ZipMethod::stored);
  for (const auto& [name, content] : {std::pair<std::string, std::string>{"m/data.pkl", pickle},
                                      {"m/byteorder", byte_order},
                                      {"m/data/0", std::string(8, '\0')}})
    zip.add(name, "", copy_bytes("", content));
  zip.finish();
  file.commit();
  try {
    read_pytorch_bin(MappedFile(folder / "m.bin").bytes());
  } catch (const attn::Error& error) {
    return std::string(error.what()).substr((folder / "m.bin").size());
  }
  return "";
}

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

TEST_CASE("pytorch bin: what would be wrong numbers is refused") {
  CHECK(error_of(2, "") == "");
  CHECK(error_of(2, "}") == "");  // no bits are set
  CHECK(error_of(2, "}\x8c\3neg\x88s") == ": tensor \"w\" is a negated or conjugated view; save tensor.clone() of it");
  CHECK(error_of(1, "") == ": tensor \"w\" is [2] from element 0 with strides [1], but its storage has 1 elements");
  CHECK(error_of(3, "") == ": tensor \"w\" has a storage that isn't all there: 2 elements");
  CHECK(error_of(2, "", "middle") == ": its byteorder is \"middle\", expected little or big");
}
