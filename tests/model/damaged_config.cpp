// config.json of the shipped models with bytes replaced and numbers changed: a model that runs, or an error of the
// library.
#include "fuzz/read_config.hpp"
#include "io/support.hpp"

#include "catch.hpp"

#include <random>

TEST_CASE("damaged config: bytes replaced") {
  std::mt19937 random(2026);
  const std::string useful = "0123456789-\"{}[],:.e truefalsn";
  for (const char* name : {"tiny-bert-copy", "tiny-gpt2-repeat", "tiny-vit-digits"}) {
    const std::string whole = test::content(ATTN_EXAMPLE_MODELS "/" + std::string(name) + "/config.json");
    for (int attempt = 0; attempt < 400; ++attempt) {
      std::string damaged = whole;
      for (int i = 0; i <= attempt % 3; ++i) damaged[random() % damaged.size()] = useful[random() % useful.size()];
      CAPTURE(damaged);
      CHECK_NOTHROW(fuzz::config(reinterpret_cast<const std::uint8_t*>(damaged.data()), damaged.size()));
    }
  }
}

TEST_CASE("damaged config: other families and sizes for the same tensors") {
  std::mt19937 random(1);
  for (const char* name : {"tiny-bert-copy", "tiny-gpt2-repeat", "tiny-vit-digits"}) {
    const auto whole =
        nlohmann::json::parse(test::content(ATTN_EXAMPLE_MODELS "/" + std::string(name) + "/config.json"));
    for (const auto& [key, value] : whole.items()) {
      if (!value.is_number()) continue;
      for (const nlohmann::json& other :
           {nlohmann::json(0), nlohmann::json(-1), nlohmann::json(1), nlohmann::json(3), nlohmann::json(1e300),
            nlohmann::json(std::int64_t{1} << 40), nlohmann::json(nullptr), nlohmann::json("x")}) {
        nlohmann::json changed = whole;
        changed[key] = other;
        const std::string text = changed.dump();
        CAPTURE(text);
        CHECK_NOTHROW(fuzz::config(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
      }
    }
    for (const auto& [type, family] : attn::model::families<float>()) {
      nlohmann::json changed = whole;
      changed["model_type"] = type;
      const std::string text = changed.dump();
      CAPTURE(text);
      CHECK_NOTHROW(fuzz::config(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    }
  }
}
