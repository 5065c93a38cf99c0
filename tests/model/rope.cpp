#include <attn/model/families/rope.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::model;

namespace {

Rope rope(const std::string& scaling, attn::Index r = 8) {
  const std::string json =
      R"({"max_position_embeddings": 64)" + (scaling.empty() ? "" : ", \"rope_scaling\": " + scaling) + "}";
  return rope_of(Config(json, "c"), r, 10000.0);
}

}  // namespace

TEST_CASE("rope: every kind of scaling is that of core") {
  CHECK(rope("").frequencies(100) == attn::rope_frequencies(8, 1e4));
  CHECK(rope(R"({"rope_type": "default"})").frequencies(100) == attn::rope_frequencies(8, 1e4));
  CHECK(rope(R"({"type": "linear", "factor": 4})").frequencies(5) == attn::rope_frequencies_linear(8, 1e4, 4));
  const Rope dynamic = rope(R"({"rope_type": "dynamic", "factor": 2})");
  CHECK(dynamic.frequencies(64) == attn::rope_frequencies(8, 1e4));
  CHECK(dynamic.frequencies(128) == attn::rope_frequencies_dynamic(8, 1e4, 2, 64, 128));
  CHECK(rope(R"({"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
                 "original_max_position_embeddings": 32})")
            .frequencies(5) == attn::rope_frequencies_by_wavelength(8, 1e4, 8, 1, 4, 32));
  const Config short_said(R"({"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1,
    "high_freq_factor": 4, "original_max_position_embeddings": 32}})",
                          "c");  // which no longest text has to be known for
  CHECK(rope_of(short_said, 8, 1e4).frequencies(5) == attn::rope_frequencies_by_wavelength(8, 1e4, 8, 1, 4, 32));
  const Rope yarn = rope(R"({"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 32})");
  CHECK(yarn.frequencies(5) == attn::rope_frequencies_yarn(8, 1e4, 4, 32));
  CHECK(yarn.factor == attn::yarn_attention_factor(4));
}

TEST_CASE("rope: two lists of factors, for short texts and for long ones") {
  const Rope rope4 = rope_of(Config(R"({"max_position_embeddings": 64, "original_max_position_embeddings": 16,
    "rope_scaling": {"type": "longrope", "short_factor": [1, 2], "long_factor": [4, 8]}})",
                                    "c"),
                             4, 10000.0);
  const Eigen::VectorXd plain = attn::rope_frequencies(4, 1e4);
  CHECK(rope4.frequencies(16) == Eigen::Vector2d(plain(0), plain(1) / 2));
  CHECK(rope4.frequencies(17) == Eigen::Vector2d(plain(0) / 4, plain(1) / 8));
  CHECK(rope4.factor == Approx(std::sqrt(1 + std::log(4.0) / std::log(16.0))));
}

TEST_CASE("rope: base, scaling and share together, as transformers 5 writes them") {
  const auto same = [](const std::string& now, const std::string& before, double base) {
    const Rope a = rope_of(Config(R"({"max_position_embeddings": 64, "rope_parameters": )" + now + "}", "c"), 4, 1e4);
    const Rope b = rope_of(Config(R"({"max_position_embeddings": 64)" + before + "}", "c"), 4, base);
    for (const attn::Index N : {5, 17, 65, 200}) CHECK(a.frequencies(N) == b.frequencies(N));
    CHECK(a.factor == b.factor);
  };
  same(R"({"rope_theta": 100, "rope_type": "default"})", "", 100);
  same("{}", "", 1e4);
  for (const std::string scaling : {R"("rope_type": "linear", "factor": 4)", R"("rope_type": "dynamic", "factor": 2)",
                                    R"("rope_type": "llama3", "factor": 8, "original_max_position_embeddings": 32)",
                                    R"("rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 32)"})
    same("{\"rope_theta\": 500, " + scaling + "}", ", \"rope_scaling\": {" + scaling + "}", 500);
  const std::string lists = R"("rope_type": "longrope", "short_factor": [1, 2], "long_factor": [4, 8])";
  same("{\"original_max_position_embeddings\": 16, " + lists + "}",
       ", \"original_max_position_embeddings\": 16, \"rope_scaling\": {" + lists + "}", 1e4);
  const Config kinds(R"({"rope_parameters": {"full_attention": {"rope_theta": 50, "partial_rotary_factor": 0.5},
                                             "sliding_attention": {"rope_theta": 20}}})",
                     "c");
  CHECK(rope_of(kinds, 8, 1e4).frequencies(5) == attn::rope_frequencies(8, 50));
  CHECK(rope_of(kinds, 8, 1e4, detail::kSlidingAttention).frequencies(5) == attn::rope_frequencies(8, 20));
  CHECK(turning_share(kinds, "rotary_pct", 1) == 0.5);
  CHECK(turning_share(Config(R"({"rope_parameters": {}, "rotary_pct": 0.25})", "c"), "rotary_pct", 1) == 0.25);
  CHECK(test::message_of<attn::FormatError>([] {
          turning_share(Config(R"({"rope_parameters": {"partial_rotary_factor": 2}})", "c"), "rotary_pct", 1);
        }) == "c: $.rope_parameters.partial_rotary_factor is 2, expected a number from 0 to 1");
}

TEST_CASE("rope: what isn't known, and what doesn't fit") {
  CHECK(test::message_of<attn::UnsupportedError>([] { rope(R"({"type": "ntk", "factor": 2})"); }) ==
        "c: $.rope_scaling.rope_type is \"ntk\": expected default, linear, dynamic, llama3, yarn or longrope");
  CHECK(test::message_of<attn::FormatError>([] { rope(R"({"type": "linear"})"); }) ==
        "c: $.rope_scaling.factor is missing");
  CHECK(test::message_of<attn::FormatError>([] {
          rope(R"({"type": "longrope", "short_factor": [1], "long_factor": [1]})");
        }) == "c: $.rope_scaling.short_factor is array, expected a factor for each of 4 pairs");
}
