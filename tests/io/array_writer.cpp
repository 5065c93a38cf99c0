#include <attn/io/array_writer.hpp>

#include <attn/io/read.hpp>
#include <attn/io/write.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::io;
using attn::Index;
using attn::Shape;
using attn::Tensor;

namespace {

Tensor<double> sevenths(Shape shape) {
  const Tensor<double> tensor(std::move(shape));
  for (Index i = 0; i < tensor.size(); ++i) tensor.data()[i] = static_cast<double>(i) / 7;
  return tensor;
}

/// Writes the tensor some rows at a time.
void write_in_parts(const std::string& path, const Tensor<double>& tensor, Index rows, const ArrayLabels& labels = {}) {
  attn::OutputFile file(path);
  ArrayWriter<double> writer(file, check_output_format(path), tensor.shape(), labels);
  for (Index at = 0; at < tensor.size();) {
    const Index some = std::min(rows * tensor.cols(), tensor.size() - at);
    writer.append(tensor.data() + at, some);
    at += some;
  }
  writer.finish();
  file.commit();
}

}  // namespace

TEST_CASE("array writer: the same bytes as at once, however many rows come together") {
  const test::Folder folder;
  const Shape shape = GENERATE(Shape{1, 1}, Shape{5}, Shape{5, 4}, Shape{2, 3, 4}, Shape{2, 1, 3, 4});
  const Index rows = GENERATE(1, 2, 100);
  const Tensor<double> tensor = sevenths(shape);
  for (const char* name : {"csv", "tsv", "npy", "safetensors", "json"}) {
    CAPTURE(name, rows, attn::to_string(shape));
    const std::string whole = folder / ("whole." + std::string(name)), parts = folder / ("parts." + std::string(name));
    write_array(whole, tensor);
    write_in_parts(parts, tensor, rows);
    CHECK(test::content(parts) == test::content(whole));
  }
}

TEST_CASE("array writer: an .npz that came in parts is read back") {
  const test::Folder folder;
  const Tensor<double> tensor = sevenths({2, 3, 4});
  ArrayLabels labels;
  labels.name = "output";
  write_in_parts(folder / "a.npz", tensor, 2, labels);
  const Tensor<double> again = to_tensor<double>(read_array(folder / "a.npz:output"));
  CHECK(again.shape() == tensor.shape());
  CHECK(std::equal(again.data(), again.data() + again.size(), tensor.data()));
}

TEST_CASE("array writer: labels arrive, and must fit") {
  const test::Folder folder;
  const ArrayLabels labels{"output", {"head"}, {{7}}, {"a", "b"}, {"x", "y", "z"}};
  const Tensor<double> tensor = sevenths({1, 2, 3});
  for (const char* name : {"csv", "json"}) {
    const std::string whole = folder / ("whole." + std::string(name)), parts = folder / ("parts." + std::string(name));
    write_array(whole, tensor, labels);
    write_in_parts(parts, tensor, 1, labels);
    CHECK(test::content(parts) == test::content(whole));
    CHECK_THROWS_AS(write_in_parts(parts, sevenths({2, 2, 3}), 1, labels), attn::ShapeError);
  }
}

TEST_CASE("array writer: too many elements, and too few, are errors") {
  const test::Folder folder;
  attn::OutputFile file(folder / "a.npy");
  ArrayWriter<float> writer(file, Format::npy, {2, 2});
  const float row[] = {1, 2, 3, 4};
  writer.append(row, 2);
  CHECK_THROWS_AS(writer.finish(), attn::ShapeError);
  CHECK_THROWS_AS(writer.append(row, 4), attn::ShapeError);
  CHECK_THROWS_AS((ArrayWriter<float>(file, Format::npy, {Index{1} << 40, Index{1} << 40})), attn::ShapeError);
}
