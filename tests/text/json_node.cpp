#include <attn/text/json_node.hpp>

#include "text/support.hpp"

using attn::text::JsonNode;
using nlohmann::json;

namespace {

/// The message of call(node) on {"x": value}'s x.
template <class Call>
std::string message(const json& value, const Call& call) {
  const json document = {{"x", value}};
  return test::message_of<attn::FormatError>([&] { call(JsonNode(document, "t.json: $")["x"]); });
}

}  // namespace

TEST_CASE("json node: values by their keys and places") {
  const json document = {{"s", "é"}, {"n", nullptr}, {"b", true}, {"i", -3}, {"f", 0.5}, {"l", {1, {{"k", 2}}}}};
  const JsonNode node(document, "$");
  CHECK(node["s"].string() == "é");
  CHECK(node["b"].boolean());
  CHECK(node["i"].integer() == -3);
  CHECK(node["f"].number() == 0.5);
  CHECK(node["i"].number() == -3);
  CHECK(node["l"].size() == 2);
  CHECK(node["l"][1]["k"].count() == 2);
  CHECK(node["l"][1]["k"].id() == 2);
  CHECK(node["l"][1]["k"].path() == "$.l[1].k");
  CHECK(node["l"].items()[1].path() == "$.l[1]");
  CHECK_FALSE(node.find("n"));
  CHECK_FALSE(node.find("other"));
  CHECK((node.mentions("n") && !node.mentions("other") && !node["s"].mentions("n")));
  CHECK(node.is_object());
  CHECK(node["l"].is_array());
  CHECK(node["s"].is_string());
}

TEST_CASE("json node: what isn't there, or null, has a default") {
  const json document = {{"n", nullptr}, {"s", "x"}, {"b", false}, {"c", 7}};
  const JsonNode node(document, "$");
  CHECK(node.string("n", "d") == "d");
  CHECK(node.string("s", "d") == "x");
  CHECK(node.boolean("other", true));
  CHECK_FALSE(node.boolean("b", true));
  CHECK(node.count("other", 3) == 3);
  CHECK(node.count("c", 3) == 7);
}

TEST_CASE("json node: what is wrong is named with its path, and the value") {
  const std::string x = "t.json: $.x";
  CHECK(message(1, [](const JsonNode& n) { n.string(); }) == x + " is 1, expected a string");
  CHECK(message("a\"", [](const JsonNode& n) { n.boolean(); }) == x + " is \"a\\\"\", expected true or false");
  CHECK(message(1.5, [](const JsonNode& n) { n.integer(); }) == x + " is 1.5, expected an integer");
  CHECK(message(18446744073709551615u, [](const JsonNode& n) { n.integer(); }) ==
        x + " is 18446744073709551615, expected an integer");
  CHECK(message(true, [](const JsonNode& n) { n.number(); }) == x + " is true, expected a number");
  CHECK(message(-1, [](const JsonNode& n) { n.count(); }) == x + " is -1, expected 0 or more");
  CHECK(message(4194304, [](const JsonNode& n) { n.id(); }) == x + " is 4194304, expected an id from 0 to 4194303");
  CHECK(message(-1, [](const JsonNode& n) { n.id(); }) == x + " is -1, expected an id from 0 to 4194303");
  CHECK(message({1, 2}, [](const JsonNode& n) { n.find("a"); }) == x + " is array, expected an object");
  CHECK(message({{"a", 1}}, [](const JsonNode& n) { n.items(); }) == x + " is object, expected a list");
  CHECK(message({1}, [](const JsonNode& n) { n[std::size_t{1}]; }) == x + " is array, expected a longer list");
  CHECK(message({{"a", nullptr}}, [](const JsonNode& n) { n["a"]; }) == x + ".a is missing");
  CHECK(message({{"a", 3}}, [](const JsonNode& n) { n.string("a", ""); }) == x + ".a is 3, expected a string");
}

TEST_CASE("json node: long values are cut, between characters") {
  const auto number = [](const JsonNode& n) { n.number(); };
  CHECK(message(std::string(100, 'a'), number) == "t.json: $.x is \"" + std::string(59, 'a') + "…, expected a number");
  std::string text = "a";
  for (int i = 0; i < 40; ++i) text += "é";
  CHECK(message(text, number) == "t.json: $.x is \"" + text.substr(0, 59) + "…, expected a number");
  CHECK(attn::is_utf8(message("a" + text, number)));
}
