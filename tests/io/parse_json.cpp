#include <attn/io/parse_json.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using attn::io::parse_json;

namespace {

nlohmann::json parse(const std::string& text) {
  return parse_json(text, "a.json", [](int, auto, const nlohmann::json& value) { return value != "left out"; });
}
std::string message(const std::string& text) {
  return test::message_of<attn::FormatError>([&] { parse(text); });
}

}  // namespace

TEST_CASE("parse json: what the filter keeps") {
  CHECK(parse(R"([1, "left out", {"a": 2}])") == nlohmann::json({1, {{"a", 2}}}));
}

TEST_CASE("parse json: what isn't JSON, is nested too deep or too large") {
  CHECK(test::contains(message("[1, }"), "a.json: byte 5 isn't JSON: "));
  CHECK(test::contains(message("\"\xff\""), "a.json: byte 2 isn't JSON: "));
  CHECK(test::contains(message("1e999"), "a.json: isn't JSON that can be read: "));
  CHECK_NOTHROW(parse(std::string(100, '[') + std::string(100, ']')));
  CHECK(message(std::string(1000000, '[')) == "a.json: nested more than 100 deep");
}
