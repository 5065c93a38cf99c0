#include <attn/text/protobuf.hpp>

#include "text/sentencepiece_writer.hpp"
#include "text/support.hpp"

using attn::text::ProtobufReader;

namespace {

std::string message(const std::string& bytes) {
  return test::message_of<attn::FormatError>([&] {
    ProtobufReader reader(bytes, bytes, "m.model");
    while (reader.next()) {
    }
  });
}
const std::string kHint = "; is it a SentencePiece model?";

}  // namespace

TEST_CASE("protobuf: fields of every wire type") {
  const std::string bytes = test::number_field(1, 300) + test::bytes_field(2, "abc") + test::float_field(3, -1.5f) +
                            test::varint(4 << 3 | 1) + std::string("\x01\0\0\0\0\0\0\x80", 8) +
                            test::number_field(1000, UINT64_MAX);
  ProtobufReader reader(bytes, bytes, "m");
  auto field = reader.next();
  CHECK(field->number == 1);
  CHECK(field->value == 300);
  CHECK(field->bytes == "");
  field = reader.next();
  CHECK(field->number == 2);
  CHECK(field->bytes == "abc");
  field = reader.next();
  CHECK(field->as_float() == -1.5f);
  field = reader.next();
  CHECK(field->value == 0x8000000000000001u);
  field = reader.next();
  CHECK(field->number == 1000);
  CHECK(field->value == UINT64_MAX);
  CHECK_FALSE(reader.next());
}

TEST_CASE("protobuf: messages within, and where in the file they are wrong") {
  const std::string bytes = test::bytes_field(1, test::number_field(5, 6) + "\x0B");
  ProtobufReader reader(bytes, bytes, "m.model");
  const auto field = reader.next();
  ProtobufReader inner = reader.within(*field);
  CHECK(inner.next()->value == 6);
  CHECK(test::message_of<attn::FormatError>([&] { inner.next(); }) ==
        "m.model: byte 5: has wire type 3, expected 0, 1, 2 or 5" + kHint);
}

TEST_CASE("protobuf: a number isn't a message, and says where it is") {
  const std::string bytes = test::number_field(1, 7) + test::float_field(2, 1);
  ProtobufReader reader(bytes, bytes, "m.model");
  for (const std::string offset : {"2", "7"}) {
    ProtobufReader inner = reader.within(*reader.next());
    CHECK_FALSE(inner.next());
    CHECK(test::message_of<attn::FormatError>([&] { inner.fail("no"); }) == "m.model: byte " + offset + ": no" + kHint);
  }
}

TEST_CASE("protobuf: what ends too early, or goes on for too long") {
  CHECK(message("") == "(nothing was thrown)");
  CHECK(message("\x0A\x05"
                "ab") == "m.model: byte 2: ends within a field of 5 bytes, of which 2 are there" + kHint);
  CHECK(message("\x08") == "m.model: byte 1: ends within a field of 1 bytes, of which 0 are there" + kHint);
  CHECK(message("\x0D"
                "ab") == "m.model: byte 1: ends within a field of 4 bytes, of which 2 are there" + kHint);
  CHECK(message("\x09"
                "ab") == "m.model: byte 1: ends within a field of 8 bytes, of which 2 are there" + kHint);
  CHECK(message(std::string(11, '\xFF')) == "m.model: byte 10: a number goes on for more than 10 bytes" + kHint);
  CHECK(message("\x0F") == "m.model: byte 1: has wire type 7, expected 0, 1, 2 or 5" + kHint);
}
