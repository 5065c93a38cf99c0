#include <attn/model/families/layer_types.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::model;

TEST_CASE("layer types: a window where it is said of the layer, nothing where it is said of none") {
  const Config types(R"({"layer_types": ["full_attention", "sliding_attention", "chunked_attention"]})", "c");
  CHECK(detail::has_window(types, 0) == false);
  CHECK(detail::has_window(types, 1) == true);
  CHECK(detail::has_window(Config("{}", "c"), 0) == std::nullopt);
  CHECK(test::message_of<attn::UnsupportedError>([&] { detail::has_window(types, 2); }) ==
        "c: $.layer_types[2] is \"chunked_attention\": expected full_attention or sliding_attention");
  CHECK(test::message_of<attn::FormatError>([&] { detail::has_window(types, 3); }) ==
        "c: $.layer_types is array, expected a longer list");
}
