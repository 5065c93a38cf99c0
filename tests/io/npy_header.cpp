#include <attn/io/npy_header.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::io;
using attn::FormatError;
using attn::Shape;
using attn::UnsupportedError;

namespace {

/// The beginning of a version 1 file with this header.
Bytes file_with(const std::string& header) {
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size() & 0xff);
  text += static_cast<char>(header.size() >> 8);
  return copy_bytes("a.npy", text + header);
}

NpyHeader parse(const std::string& header) { return parse_npy_header(file_with(header)); }

template <class E = FormatError>
std::string message(const std::string& header) {
  return test::message_of<E>([&] { parse(header); });
}

std::string with_descr(const std::string& descr) {
  return "{'descr': " + descr + ", 'fortran_order': False, 'shape': (2,), }";
}
std::string with_shape(const std::string& shape) {
  return "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
}

}  // namespace

TEST_CASE("npy header: as NumPy writes it") {
  const NpyHeader header = parse("{'descr': '>f4', 'fortran_order': True, 'shape': (3, 4), }            \n");
  CHECK(header.dtype == DType::f32);
  CHECK(header.byte_order == std::endian::big);
  CHECK(header.fortran_order);
  CHECK(header.shape == Shape{3, 4});
  CHECK(header.data_size == 48);
}

TEST_CASE("npy header: any order of keys, spaces, quotes, commas, and Python 2's long numbers") {
  const NpyHeader header = parse("{ \"shape\":(3L,4L,),\n'fortran_order' :False , 'descr':'|u1'}");
  CHECK(header.shape == Shape{3, 4});
  CHECK(header.dtype == DType::u8);
  CHECK(parse(with_shape("()")).shape == Shape{});
  CHECK(parse(with_shape("( 5 , )")).shape == Shape{5});
  CHECK(parse(with_descr("'=f8'")).byte_order == std::endian::native);
}

TEST_CASE("npy header: npy_descr is what the parser reads") {
  for (int i = 0; i <= static_cast<int>(DType::boolean); ++i) {
    const auto dtype = static_cast<DType>(i);
    if (dtype == DType::bf16) continue;
    for (const std::endian order : {std::endian::little, std::endian::big}) {
      const NpyHeader header = parse(with_descr(std::string("'") + npy_descr(dtype, order) + "'"));
      CHECK(header.dtype == dtype);
      if (size_of(dtype) > 1) CHECK(header.byte_order == order);
    }
  }
  CHECK(test::message_of<UnsupportedError>([] { npy_descr(DType::bf16, std::endian::little); }) ==
        "NumPy has no bfloat16, so .npy and .npz can't hold it; write float32 or .safetensors");
}

TEST_CASE("npy header: elements that aren't real numbers are named") {
  const auto unsupported = [](const char* descr) { return message<UnsupportedError>(with_descr(descr)); };
  CHECK(unsupported("'<c8'") ==
        "a.npy: elements are complex numbers, dtype \"<c8\", expected real numbers or booleans");
  CHECK(test::contains(unsupported("'|O'"), "Python objects"));
  CHECK(test::contains(unsupported("'<U2'"), "strings"));
  CHECK(test::contains(unsupported("'<M8[s]'"), "dates or times"));
  CHECK(test::contains(unsupported("'<f16'"), "extended-precision floats"));
  CHECK(test::contains(unsupported("'<V2'"), "bfloat16"));
  CHECK(test::contains(unsupported("[('x', '<f4'), ('y', '<i4')]"), "structured elements \"[('x', '<f4')"));
  CHECK(message(with_descr("'<x4'")) == "a.npy: bad .npy header at byte 20: unknown dtype \"<x4\"");
  CHECK(test::contains(message(with_descr("'<f3'")), "unknown dtype \"<f3\""));
}

TEST_CASE("npy header: what is malformed is said with its place") {
  CHECK(message("hello") == "a.npy: bad .npy header at byte 10: expected '{'");
  CHECK(message("{'descr': '<f4'") == "a.npy: bad .npy header at byte 25: expected ',' or '}'");
  CHECK(message("{'descr': '<f4}") == "a.npy: bad .npy header at byte 20: a string without an end");
  CHECK(message("{'descr': 4}") == "a.npy: bad .npy header at byte 20: expected a string");
  CHECK(test::contains(message("{'a': 1}"), "unknown key \"a\""));
  CHECK(test::contains(message("{'descr': '<f4', 'descr': '<f4'}"), "repeated key \"descr\""));
  CHECK(test::contains(message("{'descr': '<f4', 'fortran_order': False}"), "no key 'shape'"));
  CHECK(test::contains(message("{}"), "no key 'descr'"));
  CHECK(test::contains(message("{'fortran_order': 0}"), "must be True or False"));
  CHECK(test::contains(message(with_shape("(3,)") + "x"), "text after the dict: \"x\""));
}

TEST_CASE("npy header: lying shapes") {
  CHECK(test::contains(message(with_shape("(3)")), "expected a tuple such as (3,)"));
  CHECK(test::contains(message(with_shape("(-3,)")), "negative size \"-3\" in the shape"));
  CHECK(test::contains(message(with_shape("(9223372036854775808,)")), "exceeds 2^63"));
  CHECK(message(with_shape("(4294967296, 4294967296)")) ==
        "a.npy: the shape [4294967296 x 4294967296] of float32 exceeds 2^63 bytes");
  CHECK(test::contains(message(with_shape("(0, 4294967296, 4294967296)")), "exceeds 2^63 bytes"));
  CHECK(test::contains(message(with_shape("(,)")), "expected a size"));
  CHECK(test::contains(message(with_shape("(1 2)")), "expected ',' or ')'"));
  std::string many = "(";
  for (int i = 0; i < 65; ++i) many += "1,";
  CHECK(test::contains(message(with_shape(many + ")")), "more than 64 axes"));
}

TEST_CASE("npy header: truncated, endless and foreign files") {
  const auto message_for = [](const std::string& text) {
    return test::message_of<attn::Error>([&] { parse_npy_header(copy_bytes("a.npy", text)); });
  };
  CHECK(message_for("") == "a.npy: isn't a .npy file: begins with \"\", expected \"\\x93NUMPY\"");
  CHECK(test::contains(message_for("PK\x03\x04zip"), "begins with \"PK\\x03\\x04zi\""));
  CHECK(message_for("\x93NUMPY") == "a.npy: truncated: needs 1 bytes at byte 6, has 6 in all");
  CHECK(message_for(std::string("\x93NUMPY\x01\x00\x76\x00{", 11)) ==
        "a.npy: truncated: .npy header of 118 bytes from byte 10, has 11 in all");
  CHECK(message_for(std::string("\x93NUMPY\x04\x00\x76\x00", 10)) ==
        "a.npy: .npy version 4.0, expected 1.0, 2.0 or 3.0");
  CHECK(message_for(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff{", 13)) ==
        "a.npy: .npy header of 4294967295 bytes, expected at most 65536");
}
