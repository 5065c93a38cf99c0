#include <attn/model/registry.hpp>

#include "model/support.hpp"

using namespace attn::model;

TEST_CASE("registry: a model_type that isn't known is refused with those that are, and the nearest") {
  const Config config(R"({"model_type": "gemma3"})", "config.json");
  Weights none({}, "folder");
  const std::string message = test::message_of<attn::UnsupportedError>([&] { make_transformer<float>(config, none); });
  INFO(message);
  CHECK(message.find("model_type is \"gemma3\", expected one of: ") != std::string::npos);
  CHECK(message.find("near it: gemma3_text") != std::string::npos);
  for (const auto& [name, family] : families<float>()) {
    INFO(name);
    CHECK(message.find(name) != std::string::npos);
    CHECK(families<double>().count(name) == 1);
  }
}
