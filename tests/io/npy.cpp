#include <attn/io/npy.hpp>

#include <attn/io/mapped_file.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::io;
using attn::Index;
using attn::Matrix;
using attn::Shape;
using attn::Tensor;

namespace {

Array read(const std::string& name) { return read_npy(MappedFile(test::data_path(name)).bytes()); }

/// Element (i, j) of most files: see tests/data/io/make_files.py.
Matrix<double> ramp(double begin, double factor) {
  Matrix<double> m(3, 4);
  for (Index i = 0; i < 12; ++i) m.data()[i] = (static_cast<double>(i) + begin) * factor;
  return m;
}

}  // namespace

TEST_CASE("npy: files written by NumPy") {
  for (const char* name : {"little_f8.npy", "little_f4.npy", "little_f2.npy", "big_f8.npy", "big_f4.npy", "big_f2.npy",
                           "fortran.npy", "version_1.npy", "version_2.npy", "version_3.npy"}) {
    CAPTURE(name);
    CHECK(to_tensor<double>(read(name)).matrix() == ramp(-5, 0.5));
  }
  for (const char* name : {"little_i1.npy", "little_i2.npy", "little_i4.npy", "little_i8.npy", "big_i4.npy"}) {
    CAPTURE(name);
    CHECK(to_tensor<double>(read(name)).matrix() == ramp(-5, 1));
  }
  for (const char* name : {"little_u1.npy", "little_u2.npy", "little_u4.npy", "little_u8.npy"}) {
    CAPTURE(name);
    CHECK(to_tensor<double>(read(name)).matrix() == ramp(0, 1));
  }
  Matrix<double> every_third(3, 4);
  every_third << 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0;
  CHECK(to_tensor<double>(read("bool.npy")).matrix() == every_third);
}

TEST_CASE("npy: shapes of any rank, Fortran and big-endian at once") {
  const Tensor<float> cube = to_tensor<float>(read("fortran_big_f4_3d.npy"));
  REQUIRE(cube.shape() == Shape{2, 3, 4});
  for (Index i = 0; i < 24; ++i) CHECK(cube.data()[i] == static_cast<float>(i));
  CHECK(to_tensor<double>(read("scalar.npy")).data()[0] == 2.5);
  CHECK(read("scalar.npy").shape == Shape{});
  CHECK(read("vector.npy").shape == Shape{3});
  CHECK(read("empty.npy").shape == Shape{0, 4});
}

TEST_CASE("npy: a native file is used where it is mapped") {
  const Array array = read("little_f8.npy");
  CHECK(static_cast<const void*>(to_tensor<double>(array).data()) == array.bytes.data.get());
}

TEST_CASE("npy: what can't be read is named") {
  for (const char* name :
       {"complex.npy", "strings.npy", "structured.npy", "objects.npy", "dates.npy", "longdouble.npy"}) {
    CAPTURE(name);
    CHECK_THROWS_AS(read(name), attn::UnsupportedError);
  }
}

TEST_CASE("npy: what is written reads back, and looks as NumPy writes it") {
  const test::Folder folder;
  const Shape shape = GENERATE(Shape{}, Shape{3}, Shape{3, 4}, Shape{2, 3, 4}, Shape{0, 4});
  Tensor<float> tensor(shape);
  for (Index i = 0; i < tensor.size(); ++i) tensor.data()[i] = static_cast<float>(i) / 3;
  const std::string path = folder / "a.npy";
  attn::OutputFile file(path);
  write_npy(file, to_array(tensor));
  file.commit();
  const Tensor<float> again = to_tensor<float>(read_npy(MappedFile(path).bytes()));
  CHECK(again.shape() == shape);
  for (Index i = 0; i < tensor.size(); ++i) CHECK(again.data()[i] == tensor.data()[i]);
}

TEST_CASE("npy: the bytes are NumPy's own") {
  const Array array = to_native(read("little_f8.npy"));
  CHECK(npy_preamble(array) + std::string(array.bytes.text()) == test::content(test::data_path("little_f8.npy")));
  const Array vector = read("vector.npy");
  CHECK(npy_preamble(vector) + std::string(vector.bytes.text()) == test::content(test::data_path("vector.npy")));
  const Array fortran = read("fortran.npy");
  CHECK(npy_preamble(fortran) + std::string(fortran.bytes.text()) == test::content(test::data_path("fortran.npy")));
}

TEST_CASE("npy: a wrong length names both") {
  const std::string whole = test::content(test::data_path("little_f8.npy"));
  const auto message = [](const std::string& text) {
    return test::message_of<attn::FormatError>([&] { read_npy(copy_bytes("a.npy", text)); });
  };
  CHECK(message(whole.substr(0, whole.size() - 1)) ==
        "a.npy: truncated: 95 bytes from byte 128, expected 96 for [3 x 4] of float64");
  CHECK(message(whole + "x") ==
        "a.npy: too long: 97 bytes from byte 128, expected 96 for [3 x 4] of float64; several arrays in one file? "
        "np.savez keeps them apart");
}
