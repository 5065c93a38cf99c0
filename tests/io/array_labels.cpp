#include <attn/io/array_labels.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::io;
using attn::Shape;

TEST_CASE("array labels: none or as many as there are things to label") {
  CHECK_NOTHROW(check_labels({}, Shape{2, 3, 4}));
  CHECK_NOTHROW(check_labels({"w", {"head"}, {{5, 7}}, {"a", "b", "c"}, {"a", "b", "c", "d"}}, Shape{2, 3, 4}));
  CHECK_NOTHROW(check_labels({"w", {}, {}, {"one"}, {"a", "b"}}, Shape{2}));
}

TEST_CASE("array labels: a wrong number names both") {
  const auto message = [](const ArrayLabels& labels) {
    return test::message_of<attn::ShapeError>([&] { check_labels(labels, Shape{2, 3, 4}); });
  };
  CHECK(message({"w", {}, {}, {"a"}, {}}) == "labels: the number of row labels is [1], expected [3]");
  CHECK(message({"w", {}, {}, {}, {"a"}}) == "labels: the number of column labels is [1], expected [4]");
  CHECK(message({"w", {"layer", "head"}, {}, {}, {}}) == "labels: the number of axis names is [2], expected [1]");
  CHECK(message({"w", {}, {{0, 1, 2}}, {}, {}}) == "labels: the number of indices along an axis is [3], expected [2]");
}
