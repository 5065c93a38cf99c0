#include <attn/io/safetensors.hpp>

#include <attn/io/mapped_file.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <cstdlib>

using namespace attn::io;
using attn::FormatError;
using attn::Index;
using attn::Shape;
using attn::Tensor;

namespace {

Safetensors read(const std::string& path) { return read_safetensors(MappedFile(path).bytes()); }

std::string message(const std::string& text) {
  return test::message_of<FormatError>([&] { read_safetensors(copy_bytes("m.safetensors", text)); });
}

}  // namespace

TEST_CASE("safetensors: every dtype, as an independent writer wrote it") {
  const Safetensors file = read(test::data_path("all_types.safetensors"));
  CHECK(file.metadata.at("format") == "np");
  REQUIRE(file.arrays.size() == 17);
  for (const Array& array : file.arrays) {
    CAPTURE(array.name);
    const Tensor<double> tensor = to_tensor<double>(array);
    if (array.shape == Shape{3, 4}) {
      const char kind = array.name[0] == 'B' && array.name != "BF16" ? 'b' : array.name[0];
      for (Index i = 0; i < 12; ++i) {
        const auto n = static_cast<double>(i);
        const double expected = kind == 'U' ? n : kind == 'I' ? n - 5 : kind == 'b' ? i % 3 == 0 : (n - 5) / 2;
        CHECK(tensor.data()[i] == expected);
      }
    }
    if (array.name == "misaligned") CHECK(tensor.data()[1] == -2);
    if (array.name == "scalar") CHECK(tensor.data()[0] == 2.5);
    if (array.name == "empty") CHECK(array.shape == Shape{0, 4});
  }
}

TEST_CASE("safetensors: tensors lie in the mapped file") {
  const Bytes bytes = MappedFile(test::data_path("one.safetensors")).bytes();
  const Tensor<float> tensor = to_tensor<float>(read_safetensors(bytes).arrays[0]);
  CHECK(reinterpret_cast<std::byte*>(tensor.data()) == bytes.data.get() + bytes.size - 48);
}

TEST_CASE("safetensors: what is written reads back, aligned") {
  const test::Folder folder;
  const Tensor<double> wide(Shape{2, 2});
  wide.matrix() << 1, 2, 3, 4;
  const Tensor<float> narrow(Shape{3});
  narrow.matrix() << 5, 6, 7;
  const Tensor<Eigen::bfloat16> brain(Shape{1});
  brain.data()[0] = Eigen::bfloat16(0.5F);
  attn::OutputFile out(folder / "a.safetensors");
  write_safetensors(out, {to_array(brain, "brain"), to_array(narrow, "nárrow\n"), to_array(wide, "wide")},
                    {{"made by", "attn"}});
  out.commit();
  const Safetensors file = read(folder / "a.safetensors");
  CHECK(file.names() == std::vector<std::string>{"wide", "nárrow\n", "brain"});
  CHECK(file.metadata.at("made by") == "attn");
  CHECK(to_tensor<double>(file.arrays[0]).matrix() == wide.matrix());
  CHECK(to_tensor<float>(file.arrays[1]).matrix() == narrow.matrix());
  CHECK(static_cast<float>(to_tensor<Eigen::bfloat16>(file.arrays[2]).data()[0]) == 0.5F);
  for (const Array& array : file.arrays)
    CHECK(reinterpret_cast<std::uintptr_t>(array.bytes.data.get()) %
              static_cast<std::uintptr_t>(size_of(array.dtype)) ==
          0);
}

TEST_CASE("safetensors: truncated, endless and lying files") {
  const std::string whole = test::content(test::data_path("one.safetensors"));
  CHECK(message("") == "m.safetensors: truncated: needs 8 bytes at byte 0, has 0 in all");
  CHECK(message(whole.substr(0, 20)) == "m.safetensors: truncated: header of 72 bytes from byte 8, has 20 in all");
  CHECK(message(std::string(8, '\xff')) ==
        "m.safetensors: header of 18446744073709551615 bytes, expected at most 100000000; is it a .safetensors file?");
  CHECK(test::contains(message(whole.substr(0, whole.size() - 1)),
                       "data_offsets [0, 48], expected them in order and "
                       "within 47 bytes of data"));
  CHECK(message(whole + "x") == "m.safetensors: 49 bytes of data, the tensors have 48");
  CHECK_THROWS_AS(read(test::data_path("float8.safetensors")), attn::UnsupportedError);
}

TEST_CASE("safetensors: files written by Hugging Face") {
  const char* shared = std::getenv("ATTN_SHARED");
  if (shared == nullptr) {
    WARN("skipped: ATTN_SHARED doesn't name the folder with reference models");
    return;
  }
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(shared)) {
    if (entry.path().extension() != ".safetensors") continue;
    CAPTURE(entry.path().string());
    ++files;
    const Safetensors file = read(entry.path());
    CHECK_FALSE(file.arrays.empty());
    for (const Array& array : file.arrays) {
      const Tensor<float> tensor = to_tensor<float>(array);
      if (tensor.size() > 0 && !tensor.matrix(0).allFinite()) FAIL(array.name);
    }
  }
  CHECK(files > 0);
}
