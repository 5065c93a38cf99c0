#include <attn/io/tidy_rows.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using attn::FormatError;
using attn::Shape;
using attn::io::TidyRows;

namespace {

TidyRows rows(std::size_t axes, const std::vector<std::vector<std::string>>& indices) {
  TidyRows tidy(axes);
  for (const auto& row : indices) {
    tidy.begin_row();
    for (const auto& value : row) tidy.index(value);
    tidy.end_row();
  }
  return tidy;
}

std::string message(std::size_t axes, const std::vector<std::vector<std::string>>& indices) {
  return test::message_of<FormatError>(
      [&] { rows(axes, indices).shape("a.csv", static_cast<attn::Index>(indices.size())); });
}

}  // namespace

TEST_CASE("tidy rows: indices become axes") {
  CHECK(rows(0, {{}, {}}).shape("a.csv", 2) == Shape{2});
  CHECK(rows(1, {{"0"}, {"0"}, {"5"}, {"5"}}).shape("a.csv", 4) == Shape{2, 2});
  CHECK(rows(2, {{"0", "a"}, {"0", "b"}, {"1", "a"}, {"1", "b"}}).shape("a.csv", 4) == Shape{2, 2, 1});
}

TEST_CASE("tidy rows: labels are kept once if all matrices have the same") {
  const TidyRows tidy = rows(1, {{"0"}, {"0"}, {"1"}, {"1"}});
  std::vector<std::string> same{"a", "b", "a", "b"}, different{"a", "b", "a", "c"};
  tidy.merge_labels(same);
  tidy.merge_labels(different);
  CHECK(same == std::vector<std::string>{"a", "b"});
  CHECK(different.empty());
}

TEST_CASE("tidy rows: what is no grid says why") {
  CHECK(message(1, {{"0"}, {"0"}, {"1"}}) ==
        "a.csv: 2 rows with the indices \"0\", expected the same number for all; there are 3 rows for 2 of them");
  CHECK(test::contains(message(2, {{"0", "0"}, {"0", "1"}, {"1", "1"}, {"1", "0"}}),
                       "the rows with the indices \"1,1\" are out of order"));
  CHECK(message(2, {{"0", "0"}, {"0", "1"}, {"1", "0"}}) ==
        "a.csv: 3 matrices, expected [2 x 2] for the indices that appear");
  CHECK(test::contains(message(1, {{"0"}, {"1"}, {"0"}}), "out of order"));
}

TEST_CASE("tidy rows: what the entries are called, where that is numbers") {
  const auto indices = [](const TidyRows& tidy) { return tidy.indices(); };
  CHECK(indices(rows(2, {{"4", "1"}, {"4", "0"}})) == std::vector<std::vector<attn::Index>>{{4}, {1, 0}});
  CHECK(indices(rows(1, {{"a"}, {"b"}})).empty());
  CHECK(indices(rows(1, {{"-1"}})).empty());
}
