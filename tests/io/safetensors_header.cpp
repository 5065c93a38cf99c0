#include <attn/io/safetensors_header.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::io;
using attn::FormatError;
using attn::Shape;

namespace {

SafetensorsHeader parse(const std::string& text) { return parse_safetensors_header(copy_bytes("m.safetensors", text)); }
std::string message(const std::string& text) {
  return test::message_of<FormatError>([&] { parse(text); });
}
std::string check(const std::vector<SafetensorsEntry>& entries, std::uint64_t size) {
  return test::message_of<FormatError>([&] { check_safetensors_offsets("m.safetensors", entries, size); });
}
const std::string kNothing = "(nothing was thrown)";

}  // namespace

TEST_CASE("safetensors header: tensors and metadata") {
  const SafetensorsHeader header =
      parse(R"({"__metadata__":{"format":"pt"},"a":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]},)"
            R"("b":{"data_offsets":[12,16],"shape":[],"dtype":"F32"}}   )");
  REQUIRE(header.entries.size() == 2);
  CHECK(header.metadata.at("format") == "pt");
  CHECK(header.entries[0].name == "a");
  CHECK((header.entries[0].dtype == DType::bf16));
  CHECK(header.entries[0].shape == Shape{2, 3});
  CHECK(header.entries[1].shape.empty());
  CHECK(header.entries[1].begin == 12);
  CHECK(header.entries[1].end == 16);
  CHECK(parse("{}").entries.empty());
}

TEST_CASE("safetensors header: what isn't JSON says where") {
  CHECK(message("") == "m.safetensors: the header isn't JSON at byte 8: begins with \"\", expected \"{\"");
  CHECK(test::contains(message("[]"), "begins with \"[\""));
  CHECK(message("{\"a\": x}") == "m.safetensors: the header isn't JSON at byte 14, at \"x}\" after \"{\"a\": \"");
  CHECK(test::contains(message("{"), "isn't JSON at byte 9"));
  CHECK(test::contains(message("{}x"), "isn't JSON at byte 10, at \"x\""));
  CHECK(test::contains(message("{\"\xff\": {}}"), "isn't JSON at byte"));
}

TEST_CASE("safetensors header: what has the wrong structure names the tensor") {
  const std::string prefix = "m.safetensors: bad header: ";
  CHECK(message(R"({"a":1})") == prefix + "the number 1 as tensor \"a\"");
  CHECK(message(R"({"a":null})") == prefix + "null as tensor \"a\"");
  CHECK(message(R"({"a":[]})") == prefix + "a list as tensor \"a\"");
  CHECK(message(R"({"a":{}})") == prefix + "tensor \"a\" has no dtype");
  CHECK(message(R"({"a":{"dtype":"F32","shape":[1]}})") == prefix + "tensor \"a\" has no data_offsets");
  CHECK(message(R"({"a":{"dtype":1}})") == prefix + "the number 1 as tensor \"a\" dtype");
  CHECK(message(R"({"a":{"dtype":true}})") == prefix + "a boolean as tensor \"a\" dtype");
  CHECK(message(R"({"a":{"shape":[-1]}})") == prefix + "the negative number -1 as tensor \"a\" shape");
  CHECK(message(R"({"a":{"shape":[1.5]}})") == prefix + "the number \"1.5\" as tensor \"a\" shape");
  CHECK(message(R"({"a":{"shape":["x"]}})") == prefix + "the text \"x\" as tensor \"a\" shape");
  CHECK(message(R"({"a":{"shape":[[1]]}})") == prefix + "a list as tensor \"a\" shape");
  CHECK(message(R"({"a":{"shape":{}}})") == prefix + "an object as tensor \"a\" shape");
  CHECK(test::contains(message(R"({"a":{"shape":[9223372036854775808]}})"), "9223372036854775808 exceeds 2^63"));
  CHECK(message(R"({"a":{"x":1}})") == prefix + "tensor \"a\" has an unknown key \"x\"");
  CHECK(message(R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0]}})") ==
        prefix + "tensor \"a\": data_offsets has 1 numbers, expected 2");
  CHECK(test::contains(message(R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,1,2]}})"), "has 3 numbers"));
  CHECK(message(R"({"__metadata__":{"a":1}})") == prefix + "the number 1 as __metadata__");
  CHECK(message(R"({"__metadata__":{"a":"1","a":"2"}})") == prefix + "__metadata__ has the key \"a\" twice");
  CHECK(message(R"({"__metadata__":"a"})") == prefix + "the text \"a\" as __metadata__");
}

TEST_CASE("safetensors header: keys that are there twice") {
  CHECK(message(R"({"a":{"dtype":"F32","dtype":"F32"}})") ==
        "m.safetensors: bad header: tensor \"a\" has the key \"dtype\" twice");
  const std::string tensor = R"("a":{"dtype":"F32","shape":[],"data_offsets":[0,4]})";
  CHECK(message("{" + tensor + "," + tensor + "}") == "m.safetensors: bad header: the name \"a\" is there twice");
}

TEST_CASE("safetensors header: deep nesting costs nothing") {
  const std::string deep(1'000'000, '[');
  CHECK(test::contains(message("{\"a\":" + deep), "a list as tensor \"a\""));
}

TEST_CASE("safetensors header: an unknown dtype is named") {
  CHECK(test::contains(test::message_of<attn::UnsupportedError>(
                           [] { parse(R"({"w":{"dtype":"F8_E4M3","shape":[],"data_offsets":[0,1]}})"); }),
                       "m.safetensors: tensor \"w\" has dtype \"F8_E4M3\", expected F64 F32"));
}

TEST_CASE("safetensors header: offsets must fill the data, in any order of tensors") {
  const SafetensorsEntry a{"a", DType::f32, {2}, 0, 8}, b{"b", DType::u8, {3}, 8, 11}, none{"n", DType::f32, {0}, 8, 8};
  CHECK(check({b, a, none}, 11) == kNothing);
  CHECK(check({}, 0) == kNothing);
  CHECK(check({a, b}, 12) == "m.safetensors: 12 bytes of data, the tensors have 11");
  CHECK(check({a, b}, 10) ==
        "m.safetensors: tensor \"b\": data_offsets [8, 11], expected them in order and within 10 bytes of data; "
        "truncated?");
  CHECK(check({b}, 11) ==
        "m.safetensors: tensor \"b\" begins at byte 8 of the data, expected 0, where the one before it ends");
  CHECK(test::contains(check({a, {"c", DType::u8, {4}, 6, 10}}, 10),
                       "tensor \"c\" begins at byte 6 of the data, expected 8"));
  CHECK(test::contains(check({{"c", DType::u8, {4}, 10, 6}}, 10), "data_offsets [10, 6]"));
  CHECK(check({{"c", DType::f32, {2, 3}, 0, 8}}, 8) ==
        "m.safetensors: tensor \"c\": 8 bytes by its data_offsets, expected 24 for [2 x 3] of float32");
  CHECK(test::contains(check({{"c", DType::f32, {attn::Index{1} << 62, 4}, 0, 8}}, 8), "exceeds 2^63 bytes"));
}

TEST_CASE("safetensors header: bad names aren't written") {
  const Array a = to_array(attn::Tensor<float>(Shape{1}), "a"), bad = to_array(attn::Tensor<float>(Shape{1}), "\xff");
  CHECK_THROWS_AS(safetensors_header({a, a}, {}), attn::UsageError);
  CHECK_THROWS_AS(safetensors_header({bad}, {}), attn::UsageError);
  CHECK_THROWS_AS(safetensors_header({to_array(attn::Tensor<float>(Shape{1}), "__metadata__")}, {}), attn::UsageError);
  CHECK(safetensors_header({a}, {}).size() % 8 == 0);
}
