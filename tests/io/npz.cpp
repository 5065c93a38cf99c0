#include <attn/io/npz.hpp>

#include <attn/io/mapped_file.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::io;
using attn::Index;
using attn::Shape;
using attn::Tensor;

namespace {

Bytes file(const std::string& name) { return MappedFile(test::data_path(name)).bytes(); }

}  // namespace

TEST_CASE("npz: files written by NumPy and by zipfile into a pipe") {
  for (const char* name : {"stored.npz", "deflated.npz", "descriptors.npz"}) {
    CAPTURE(name);
    const Npz npz(file(name));
    REQUIRE(npz.names()[0] == "halves");
    const Array array = npz.read(0);
    CHECK(array.name == "halves");
    const Tensor<double> tensor = to_tensor<double>(array);
    REQUIRE(tensor.shape() == Shape{3, 4});
    for (Index i = 0; i < 12; ++i) CHECK(tensor.data()[i] == (static_cast<double>(i) - 5) / 2);
  }
  const Npz deflated(file("deflated.npz"));
  CHECK(deflated.names() == std::vector<std::string>{"halves", "zeros"});
  CHECK(deflated.read(1).shape == Shape{64, 64});
}

TEST_CASE("npz: what is written reads back, stored and deflated") {
  const ZipMethod method = GENERATE(ZipMethod::stored, ZipMethod::deflated);
  const test::Folder folder;
  const Tensor<double> weights(Shape{100, 100});
  for (Index i = 0; i < weights.size(); ++i) weights.data()[i] = static_cast<double>(i % 7) / 3;
  const Tensor<float> output(Shape{2, 3});
  output.matrix() << 1, 2, 3, 4, 5, 6;
  attn::OutputFile out(folder / "a.npz");
  write_npz(out, {to_array(weights, "weights"), to_array(output, "layer/output")}, method);
  out.commit();
  const Npz npz(MappedFile(folder / "a.npz").bytes());
  CHECK(npz.names() == std::vector<std::string>{"weights", "layer/output"});
  CHECK(to_tensor<double>(npz.read(0)).matrix() == weights.matrix());
  CHECK(to_tensor<float>(npz.read(1)).matrix() == output.matrix());
  CHECK((npz.read(1).dtype == DType::f32));
}

TEST_CASE("npz: an array's header and the archive must agree about its size") {
  const test::Folder folder;
  attn::OutputFile out(folder / "a.npz");
  ZipWriter zip(out, ZipMethod::deflated);
  Array promise = to_array(Tensor<double>(Shape{1}));
  promise.shape = {1000000, 1000000};
  const std::string preamble = npy_preamble(promise);
  zip.add("bomb.npy", preamble, copy_bytes("", std::string(1000, '\0')));
  zip.finish();
  out.commit();
  const Npz npz(MappedFile(folder / "a.npz").bytes());
  CHECK(test::contains(
      test::message_of<attn::FormatError>([&] { npz.read(0); }),
      "a.npz:bomb.npy: 1128 bytes in the archive, expected 128 + 8000000000000 for [1000000 x 1000000]"));
}

TEST_CASE("npz: a PyTorch checkpoint is recognised") {
  const test::Folder folder;
  attn::OutputFile out(folder / "a.npz");
  ZipWriter zip(out, ZipMethod::stored);
  zip.add("archive/data.pkl", "", {});
  zip.finish();
  out.commit();
  CHECK(test::contains(test::message_of<attn::UnsupportedError>([&] { Npz npz(MappedFile(folder / "a.npz").bytes()); }),
                       "is a PyTorch file, expected .npz"));
}
