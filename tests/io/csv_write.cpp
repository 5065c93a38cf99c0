#include <attn/io/csv_write.hpp>

#include <attn/io/csv.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <limits>
#include <random>

using namespace attn::io;
using attn::Index;
using attn::Shape;
using attn::Tensor;

namespace {

template <class T>
Tensor<T> counting(Shape shape) {
  const Tensor<T> tensor(std::move(shape));
  for (Index i = 0; i < tensor.size(); ++i) tensor.data()[i] = T(static_cast<float>(i) / 2);
  return tensor;
}

template <class T>
std::string written(const Tensor<T>& tensor, const ArrayLabels& labels = {}, char separator = ',') {
  const test::Folder folder;
  attn::OutputFile file(folder / "a.csv");
  write_csv(file, tensor, labels, separator);
  file.commit();
  return test::content(folder / "a.csv");
}

}  // namespace

TEST_CASE("csv write: numbers alone") {
  CHECK(written(counting<double>({2, 3})) == "0,0.5,1\n1.5,2,2.5\n");
  CHECK(written(counting<float>({2, 2}), {}, '\t') == "0\t0.5\n1\t1.5\n");
  CHECK(written(counting<Eigen::half>({3})) == "0,0.5,1\n");
  CHECK(written(counting<double>({})) == "0\n");
  CHECK(written(counting<double>({0, 4})) == "");
}

TEST_CASE("csv write: labels, quoted where they need it") {
  const ArrayLabels both{"w", {}, {}, {"the", "a,b"}, {"say \"x\"", "two\nlines"}};
  CHECK(written(counting<double>({2, 2}), both) == ",\"say \"\"x\"\"\",\"two\nlines\"\nthe,0,0.5\n\"a,b\",1,1.5\n");
  CHECK(written(counting<double>({2, 2}), {"w", {}, {}, {"the", "cat"}, {}}) == ",0,1\nthe,0,0.5\ncat,1,1.5\n");
  CHECK(written(counting<double>({1, 2}), {"w", {}, {}, {}, {"the", "cat"}}) == ",the,cat\n0,0,0.5\n");
}

TEST_CASE("csv write: more than two axes make a tidy table") {
  CHECK(written(counting<double>({2, 1, 2}), {"w", {"head"}, {{3, 5}}, {}, {}}) ==
        "head,query,0,1\n3,0,0,0.5\n5,0,1,1.5\n");
  CHECK(written(counting<double>({1, 2, 1, 1}), {"w", {"layer", "head"}, {}, {"q"}, {"k"}}) ==
        "layer,head,query,k\n0,0,q,0\n0,1,q,0.5\n");
  CHECK(written(counting<double>({1, 1, 1})) == "axis0,query,0\n0,0,0\n");
}

TEST_CASE("csv write: what is written reads back") {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  const Shape shape = GENERATE(Shape{5, 7}, Shape{1, 1}, Shape{3, 4, 5}, Shape{2, 3, 1, 2});
  const bool labelled = GENERATE(false, true);
  const Tensor<double> tensor(shape);
  for (Index i = 0; i < tensor.size(); ++i) tensor.data()[i] = normal(random);
  tensor.data()[0] = std::numeric_limits<double>::infinity();
  ArrayLabels labels;
  if (labelled) {
    for (Index i = 0; i < tensor.rows(); ++i) labels.row_labels.push_back("1984," + std::to_string(i));
    for (Index i = 0; i < tensor.cols(); ++i) labels.column_labels.push_back("nan\"" + std::to_string(i));
  }
  const Array array = read_csv(copy_bytes("a.csv", written(tensor, labels)));
  CHECK(array.shape == shape);
  CHECK(array.row_labels == labels.row_labels);
  CHECK(array.column_labels == labels.column_labels);
  const Tensor<double> again = to_tensor<double>(array);
  for (Index i = 0; i < tensor.size(); ++i) CHECK(again.data()[i] == tensor.data()[i]);
}

TEST_CASE("csv write: labels that don't fit are refused, and a full disk is said") {
  CHECK_THROWS_AS(written(counting<double>({2, 2}), {"w", {}, {}, {"one"}, {}}), attn::ShapeError);
  attn::OutputFile full("/dev/full");
  CHECK(test::message_of<attn::FileError>([&] {
          write_csv(full, counting<double>({2, 2}));
        }) == "/dev/full: can't write: No space left on device");
}
