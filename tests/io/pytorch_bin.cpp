#include <attn/io/mapped_file.hpp>
#include <attn/io/pytorch_bin.hpp>

#include "catch.hpp"
#include "io/support.hpp"
#include "io/torch_file.hpp"

#include <algorithm>
#include <limits>

using attn::Shape;
using test::contains;
using namespace attn::io;
namespace torch = test::torch;

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

/// What is wrong with an archive.
template <class E = attn::FormatError>
std::string message(const std::string& archive) {
  return test::message_of<E>([&] { read_pytorch_bin(copy_bytes("m.bin", archive)); });
}
/// A file of one tensor, w.
std::string one(const std::string& tensor) { return torch::file(torch::whole(torch::dict({{"w", tensor}}))); }
template <class E = attn::FormatError>
std::string fault(const std::string& tensor) {
  return message<E>(one(tensor));
}
std::vector<Array> read_all(const std::string& archive) {
  return read_pytorch_bin(copy_bytes("m.bin", archive)).arrays;
}
Numbers read_one(const std::string& tensor) { return numbers(read_all(one(tensor)).at(0)); }

const std::string kSix = torch::storage("FloatStorage", "0", 6);

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
  CHECK(contains(message("calls_system.bin"), "asks for \"posix.system\": only tensors are read, and nothing is run"));
  CHECK(contains(message("old_format.bin"), "is in the format of PyTorch before 1.6"));
  CHECK(contains(test::message_of<attn::FormatError>([] { read("one.npz"); }), "has no data.pkl"));
  CHECK(contains(test::message_of<attn::FormatError>([] { read("empty.npy"); }), "zip archive"));
}

TEST_CASE("pytorch bin: the state dict of a module, with remarks and what else a program puts there") {
  const PytorchBin file = read("torch_views.bin");
  const std::pair<std::string, Numbers> expected[] = {{"weight", {0, 1, 2, 3, 4, 5}},
                                                      {"tied", {0, 1, 2, 3, 4, 5}},
                                                      {"turned", {0, 3, 1, 4, 2, 5}},
                                                      {"part", {1, 2, 4, 5}},
                                                      {"scalar", {4}},
                                                      {"mask", {1, 0, 1}},
                                                      {"empty", {}},
                                                      {"parameter", {3, 4, 5}}};
  REQUIRE(file.arrays.size() == std::size(expected));
  for (std::size_t i = 0; i < file.arrays.size(); ++i) {
    CHECK(file.arrays[i].name == expected[i].first);
    CHECK(numbers(file.arrays[i]) == expected[i].second);
  }
}

TEST_CASE("pytorch bin: every dtype, pickled in protocol 4") {
  const PytorchBin file = read("torch_dtypes.bin");
  CHECK(file.arrays.size() == 10);
  for (const Array& array : file.arrays) {
    CAPTURE(array.name);
    CHECK(array.name == attn::io::name_of(array.dtype));
    CHECK(array.shape == Shape{2, 3});
    CHECK(numbers(array) == (array.dtype == DType::boolean ? Numbers{0, 1, 1, 1, 1, 1} : Numbers{0, 1, 2, 3, 4, 5}));
  }
}

TEST_CASE("pytorch bin: strides of any kind") {
  const std::int64_t wide = std::int64_t{1} << 62;
  const auto values = [](const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides,
                         std::int64_t offset = 0) { return read_one(torch::tensor(kSix, offset, shape, strides)); };
  CHECK(values({3}, {2}) == Numbers{0, 2, 4});
  CHECK(values({3}, {2}, 1) == Numbers{1, 3, 5});
  CHECK(values({2, 2}, {0, 1}) == Numbers{0, 1, 0, 1});
  CHECK(values({2, 2}, {1, 1}, 3) == Numbers{3, 4, 4, 5});
  CHECK(values({1, 3, 2}, {wide, 2, 1}) == Numbers{0, 1, 2, 3, 4, 5});
  CHECK(values({2, 1, 3}, {1, 9, 2}) == Numbers{0, 2, 4, 1, 3, 5});
  CHECK(values({}, {}, 5) == Numbers{5});
  CHECK(values({1}, {wide}, 5) == Numbers{5});
  CHECK(values({3, 0}, {99, 99}, 99).empty());  // x[3:, 1:] of two columns begins behind its storage
  const Array shared = read_all(one(torch::tensor(kSix, 1, {1, 2, 2}, {77, 2, 1})))[0];
  CHECK(shared.bytes.size == 16);
}

TEST_CASE("pytorch bin: either order of bytes, with a folder in the archive or without") {
  for (const std::string order : {"little", "big"})
    CHECK(numbers(read_all(torch::file(torch::whole(torch::dict({{"w", torch::tensor(kSix, 1, {2}, {2})}})),
                                       order))[0]) == Numbers{1, 3});
  const std::string pickle = torch::whole(torch::dict({{"w", torch::tensor(kSix, 0, {1}, {1})}}));
  CHECK(read_all(test::zip_of({{"data.pkl", pickle}, {"data/0", std::string(24, '\0')}})).size() == 1);
  CHECK(message(torch::file(pickle, "middle")) == "m.bin: its byteorder is \"middle\", expected little or big");
}

TEST_CASE("pytorch bin: one state dict in another is taken, and each name once") {
  const std::string w = torch::tensor(kSix, 0, {6}, {1});
  const auto names = [](const std::string& value) {
    std::vector<std::string> all;
    for (const Array& array : read_all(torch::file(torch::whole(value)))) all.push_back(array.name);
    return all;
  };
  const auto wrong = [](const std::string& value) { return message(torch::file(torch::whole(value))); };
  using Names = std::vector<std::string>;
  CHECK(names(torch::dict({{"n", "N"}, {"w", w}, {"deeper", torch::dict({{"v", w}})}})) == Names{"w"});
  CHECK(names(torch::dict({{"epoch", "K\3"}, {"model", torch::dict({{"v", w}, {"u", w}})}})) == Names{"v", "u"});
  CHECK(names(torch::dict({{"a", torch::dict({{"v", w}}) + "q\1"}, {"b", "h\1"}})) == Names{"v"});
  CHECK(wrong(torch::dict({{"a", torch::dict({{"v", w}})}, {"b", torch::dict({{"v", w}})}})) ==
        "m.bin: has several state dicts, expected one");
  CHECK(wrong(torch::dict({{"a", torch::dict({{"b", torch::dict({{"w", w}})}})}})) == "m.bin: has no tensors");
  CHECK(wrong(w) == "m.bin: isn't a state dict, expected a dict of names and tensors");
  CHECK(wrong(torch::dict({{"w", w}, {"w", "N"}})) == "m.bin: has the name \"w\" twice");
  CHECK(wrong("}K\1" + w + "s") == "m.bin: has a tensor whose name isn't text, expected UTF-8");
  CHECK(wrong(torch::dict({{"\xff", w}})) == "m.bin: has a tensor whose name isn't text, expected UTF-8");
}

TEST_CASE("pytorch bin: tensors that run past their storage") {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK(fault(torch::tensor(kSix, 1, {2, 3}, {3, 1})) ==
        "m.bin: tensor \"w\" is [2 x 3] from element 1 with strides [3 x 1], but its storage has 6 elements");
  const std::string past = "but its storage has 6 elements";
  CHECK(contains(fault(torch::tensor(kSix, 0, {7}, {1})), past));
  CHECK(contains(fault(torch::tensor(kSix, 6, {1}, {1})), past));
  CHECK(contains(fault(torch::tensor(kSix, 6, {}, {})), past));
  CHECK(contains(fault(torch::tensor(kSix, most, {2}, {1})), past));
  CHECK(contains(fault(torch::tensor(kSix, 0, {2}, {most})), past));
  CHECK(contains(fault(torch::tensor(kSix, 0, {3, 3}, {most / 2, most / 2})), past));
  CHECK(contains(fault(torch::tensor(kSix, 0, {most / 4}, {4})), past));
  CHECK(contains(fault(torch::tensor(kSix, 0, {most, 2}, {1, 1})), past));
  CHECK(contains(fault(torch::tensor(kSix, 0, {-1}, {1})), past));
  CHECK(contains(fault(torch::tensor(kSix, 0, {1}, {-1})), past));
  CHECK(contains(fault(torch::tensor(torch::storage("FloatStorage", "0", 0), 0, {1}, {1})), "has 0 elements"));
  CHECK(fault(torch::tensor(torch::storage("DoubleStorage", "0", 7), 0, {1}, {1})) ==
        "m.bin: tensor \"w\" has a storage that isn't all there: 6 elements");
  CHECK(contains(fault(torch::tensor(torch::storage("FloatStorage", "0", most), 0, {1}, {1})), "isn't all there"));
  CHECK(fault(torch::tensor(torch::storage("FloatStorage", "x", 6), 0, {1}, {1})) ==
        "m.bin: tensor \"w\" is in \"m/data/x\", which isn't there");
}

TEST_CASE("pytorch bin: a file can't have more copied than it is worth") {
  CHECK(contains(fault<attn::UnsupportedError>(torch::tensor(kSix, 0, {1000000, 1000000}, {0, 0})),
                 "tensor \"w\" has elements in several places at once: [1000000 x 1000000]"));
  // Short entries, each of which has a long storage copied.
  const auto views = [](int count) {
    std::vector<std::pair<std::string, std::string>> items;
    for (int i = 0; i < count; ++i)
      items.emplace_back(std::to_string(i),
                         torch::tensor(torch::storage("ByteStorage", "0", 100000), 0, {2, 50000}, {1, 2}));
    return test::zip_of({{"m/data.pkl", torch::whole(torch::dict(items))}, {"m/data/0", std::string(100000, '\1')}});
  };
  CHECK(read_all(views(4)).size() == 4);
  CHECK(message(views(8)) == "m.bin: its views of tensors take more than four times the file");
}

TEST_CASE("pytorch bin: a file can't take more time than it is worth") {
  // A long dict that is there a hundred thousand times, and a long shape that many tensors could share.
  std::string many;
  for (int i = 0; i < 100000; ++i) many += "NN";
  std::string items = torch::text("a") + "}q\1(" + many + "u";
  for (int i = 0; i < 100000; ++i) items += "Nh\1";
  CHECK(message(torch::file(torch::whole("}(" + items + "u"))) == "m.bin: has no tensors");
  const std::vector<std::int64_t> axes(65, 1);
  CHECK(fault(torch::tensor(kSix, 0, axes, axes)) == "m.bin: tensor \"w\" has 65 axes, expected at most 64");
}

TEST_CASE("pytorch bin: tensors that aren't described as PyTorch does") {
  const auto rebuilt = [](const std::vector<std::string>& arguments) {
    return torch::call("torch._utils", "_rebuild_tensor_v2", arguments);
  };
  const auto parameter = [](const std::vector<std::string>& arguments) {
    return torch::call("torch._utils", "_rebuild_parameter", arguments);
  };
  const auto stored = [](const std::string& id) { return torch::tensor(id + "Q", 0, {1}, {1}); };
  for (const std::string& tensor :
       {rebuilt({}), rebuilt({"N", "N", "N", "N", "N", "N"}), stored(")"), stored("N"),
        stored(torch::tuple({torch::text("storage"), "N", torch::text("0"), "N", "K\1"})),
        stored(torch::tuple({torch::text("storage"), torch::global("torch", "FloatStorage"), "N", "N", "K\1"}))})
    CHECK(fault(tensor) == "m.bin: tensor \"w\" has no storage");
  for (const std::string& tensor :
       {rebuilt({kSix}), rebuilt({kSix, "N", torch::numbers({1}), torch::numbers({1})}),
        rebuilt({kSix, torch::number(-1), torch::numbers({1}), torch::numbers({1})}), torch::tensor(kSix, 0, {1}, {})})
    CHECK(fault(tensor) == "m.bin: tensor \"w\" has no shape that makes sense");
  CHECK(contains(fault(rebuilt({kSix, "K\1", "N", "N"})), "is [-1] from element 1"));
  CHECK(fault<attn::UnsupportedError>(torch::tensor(torch::storage("QInt8Storage", "0", 6), 0, {1}, {1})) ==
        "m.bin: tensor \"w\" is a \"torch.QInt8Storage\", expected a float, an integer or a bool");
  CHECK(read_one(parameter({torch::tensor(kSix, 2, {2}, {1}), "\x88", "N"})) == Numbers{2, 3});
  CHECK(fault(parameter({})) == "m.bin: parameter \"w\" has no tensor");
  CHECK(fault(parameter({"N"})) == "m.bin: parameter \"w\" has no tensor");
  // What comes seventh: no bits are set, or some.
  CHECK(read_one(torch::tensor(kSix, 0, {1}, {1}, "N")) == Numbers{0});
  CHECK(read_one(torch::tensor(kSix, 0, {1}, {1}, "}")) == Numbers{0});
  for (const std::string& bits : {torch::dict({{"neg", "\x88"}}), std::string("K\1"), std::string("}N")})
    CHECK(fault<attn::UnsupportedError>(torch::tensor(kSix, 0, {1}, {1}, bits)) ==
          "m.bin: tensor \"w\" is a negated or conjugated view; save tensor.clone() of it");
}

TEST_CASE("pytorch bin: archives that torch.save() doesn't write") {
  const std::string pickle = torch::whole(torch::dict({{"w", torch::tensor(kSix, 0, {1}, {1})}}));
  const std::pair<std::string, std::string> storage{"m/data/0", std::string(24, '\0')};
  CHECK(message(test::zip_of({{"m/data.pkl", pickle}, {"n/data.pkl", pickle}})) == "m.bin: has more than one data.pkl");
  CHECK(message(test::zip_of({{"m/data.pkl", pickle}, storage, storage})) == "m.bin: has two members \"m/data/0\"");
  std::string damaged = test::zip_of({{"m/data.pkl", pickle}, storage});
  damaged[damaged.find("OrderedDict")] = 'o';
  CHECK(contains(message(damaged), "m.bin:m/data.pkl: damaged: CRC-32 is "));
  std::string packed = test::zip_of({{"m/data.pkl", pickle}, storage});
  packed[packed.rfind("PK\1\2") + 10] = 8;
  CHECK(message<attn::UnsupportedError>(packed) == "m.bin: \"m/data/0\" is compressed, expected it stored");
}
