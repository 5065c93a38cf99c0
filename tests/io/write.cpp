#include <attn/io/write.hpp>

#include <attn/io/read.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::io;
using attn::Index;
using attn::Shape;
using attn::Tensor;

namespace {

template <class T>
Tensor<T> thirds(Shape shape) {
  const Tensor<T> tensor(std::move(shape));
  for (Index i = 0; i < tensor.size(); ++i) tensor.data()[i] = static_cast<T>(i) / 3;
  return tensor;
}

template <class T>
void check_round_trip(const std::string& path, const Tensor<T>& tensor) {
  CAPTURE(path);
  write_array(path, tensor);
  const Tensor<T> again = to_tensor<T>(read_array(path));
  CHECK(again.shape() == tensor.shape());
  for (Index i = 0; i < tensor.size(); ++i)
    if (again.data()[i] != tensor.data()[i]) FAIL(i);
}

}  // namespace

TEST_CASE("write: what is written reads back exactly, in every format") {
  const test::Folder folder;
  const Shape shape = GENERATE(Shape{1, 1}, Shape{3, 4}, Shape{2, 3, 4}, Shape{2, 2, 3, 4});
  for (const char* name : {"a.csv", "a.tsv", "a.npy", "a.npz", "a.safetensors"}) {
    check_round_trip(folder / name, thirds<float>(shape));
    check_round_trip(folder / name, thirds<double>(shape));
  }
}

TEST_CASE("write: labels and names arrive") {
  const test::Folder folder;
  const ArrayLabels labels{"output", {"head"}, {{7}}, {"a", "b"}, {"x", "y", "z"}};
  for (const char* name : {"a.csv", "a.tsv", "a.npz", "a.safetensors", "a.json", "a.npy"})
    write_array(folder / name, thirds<double>({1, 2, 3}), labels);
  const Array csv = read_array(folder / "a.csv");
  CHECK(csv.row_labels == labels.row_labels);
  CHECK(csv.column_labels == labels.column_labels);
  CHECK(csv.axis_names == labels.axis_names);
  CHECK(read_array(folder / "a.npz:output").shape == Shape{1, 2, 3});
  CHECK(read_array(folder / "a.safetensors:output").shape == Shape{1, 2, 3});
  CHECK(test::contains(test::content(folder / "a.json"), "\"output\": [[[0, "));
}

TEST_CASE("write: an unknown extension is an error before anything happens") {
  const test::Folder folder;
  CHECK((check_output_format("a.NPY") == Format::npy));
  CHECK((check_output_format("-") == Format::csv));
  CHECK(test::message_of<attn::UsageError>([] { check_output_format("map.xyz"); }) ==
        "map.xyz: can't tell the format: unknown extension, expected .csv .tsv .npy .npz .json or .safetensors");
  CHECK_THROWS_AS(write_array(folder / "a.xyz", thirds<float>({2, 2})), attn::UsageError);
  CHECK(std::filesystem::is_empty(folder.path));
}

TEST_CASE("write: an error leaves the old file and nothing else") {
  const test::Folder folder;
  test::save(folder / "a.csv", "old");
  CHECK_THROWS_AS(write_array(folder / "a.csv", thirds<float>({2, 2}), {"w", {}, {}, {"one"}, {}}), attn::ShapeError);
  CHECK(test::content(folder / "a.csv") == "old");
  CHECK(test::message_of<attn::FileError>([&] {
          write_array("/no/such/a.csv", thirds<float>({2, 2}));
        }) == "/no/such/a.csv: can't write: No such file or directory");
}
