#include <attn/io/names.hpp>

#include "catch.hpp"

using namespace attn::io;
using Names = std::vector<std::string>;

TEST_CASE("names: a list is cut and counted") {
  CHECK(list_names({"a", "b\n"}) == "a, b\\n");
  CHECK(list_names({"a", "b", "c"}, 2) == "a, b … (3 in all)");
  CHECK(list_names({}) == "");
}

TEST_CASE("names: edit distance") {
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("same", "same") == 0);
}

TEST_CASE("names: the closest come first") {
  const Names names{"bert.encoder.query.weight", "weights", "weight", "bias"};
  CHECK(close_names(names, "wieght") == Names{"weight", "weights"});
  CHECK(close_names(names, "query") == Names{"bert.encoder.query.weight"});
  CHECK(close_names(names, "embedding").empty());
}
