#include <attn/model/config.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using attn::Activation;
using attn::model::Config;

namespace {

template <class E, class Call>
std::string error(const std::string& json, Call&& call) {
  return test::message_of<E>([&] { call(Config(json, "config.json")); });
}

}  // namespace

TEST_CASE("config: what keys hold, and what they do where they are missing or null") {
  const Config c(R"({"size": 5, "rate": 0.5, "on": true, "word": "x", "nothing": null})", "config.json");
  CHECK(c.size("size") == 5);
  CHECK(c.size("other", 7) == 7);
  CHECK(c.size("nothing", 7) == 7);
  CHECK(c.number("rate") == 0.5);
  CHECK(c.number("other", 0.25) == 0.25);
  CHECK((c.size_or_none("other", 7) == 7 && c.size_or_none("size", 7) == 5 && !c.size_or_none("nothing", 7)));
  CHECK((c.number_or_none("other", 7) == 7 && c.number_or_none("rate", 7) == 0.5 && !c.number_or_none("nothing", 7)));
  CHECK(c.flag("on", false));
  CHECK(c.flag("off", true));
  CHECK(c.word("word", "y") == "x");
  CHECK((c.has("size") && !c.has("nothing")));
  const Config copy = c;
  CHECK(copy.size("size") == 5);
}

TEST_CASE("config: activations by the names of transformers") {
  const Config c(R"({"a": "gelu", "b": "gelu_new", "c": "relu", "d": "swish", "e": "silu", "f": "gelu_pytorch_tanh"})",
                 "c");
  CHECK(c.activation("a", "relu") == Activation::gelu_erf);
  CHECK(c.activation("b", "relu") == Activation::gelu_tanh);
  CHECK(c.activation("c", "gelu") == Activation::relu);
  CHECK((c.activation("d", "gelu") == Activation::silu && c.activation("e", "gelu") == Activation::silu));
  CHECK(c.activation("f", "gelu") == Activation::gelu_tanh);
  CHECK(c.activation("none", "gelu") == Activation::gelu_erf);
}

TEST_CASE("config: mistakes are said with their key") {
  using attn::FormatError;
  using attn::UnsupportedError;
  CHECK(error<FormatError>("[]", [](const Config&) {}) == "config.json: $ is array, expected an object");
  CHECK(test::contains(error<FormatError>("{", [](const Config&) {}), "config.json: byte 2 isn't JSON"));
  CHECK(error<FormatError>("{}", [](const Config& c) { c.size("n"); }) == "config.json: $.n is missing");
  for (const char* value : {"0", "-1", "4294967296"})
    CHECK(error<FormatError>("{\"n\": " + std::string(value) + "}", [](const Config& c) { c.size("n"); }) ==
          "config.json: $.n is " + std::string(value) + ", expected a size, 1 or more");
  CHECK(error<FormatError>(R"({"n": 9})", [](const Config& c) { c.size_up_to(8, "n", 1); }) ==
        "config.json: $.n is 9, expected at most 8");
  CHECK(error<FormatError>(R"({"n": 1.5})", [](const Config& c) { c.share("n", 1); }) ==
        "config.json: $.n is 1.5, expected a number from 0 to 1");
  CHECK(error<FormatError>(R"({"n": "5"})", [](const Config& c) { c.size("n"); }) ==
        "config.json: $.n is \"5\", expected an integer");
  CHECK(error<UnsupportedError>(R"({"act": "mish"})", [](const Config& c) { c.activation("act", "gelu"); }) ==
        "config.json: $.act is \"mish\": expected gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, relu or silu");
  CHECK(error<UnsupportedError>(R"({"kind": "relative_key"})", [](const Config& c) {
          c.must_be("kind", "absolute");
        }) == "config.json: $.kind is \"relative_key\": only \"absolute\" is supported");
  CHECK(error<UnsupportedError>(R"({"affine": false})", [](const Config& c) { c.must_be("affine", true); }) ==
        "config.json: $.affine is false: only true is supported");
}
