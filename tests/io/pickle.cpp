#include <attn/io/pickle.hpp>

#include "catch.hpp"
#include "io/support.hpp"
#include "io/zip_bytes.hpp"

using namespace attn::io;

namespace {

Pickle read(const std::string& text) {
  return read_pickle(copy_bytes("p.pkl", text), [](const std::string& name) {
    return name == "known.function" || name == "collections.OrderedDict";
  });
}
template <class E>
std::string error(const std::string& text) {
  return test::message_of<E>([&] { read(text); });
}
using namespace std::string_literals;

}  // namespace

TEST_CASE("pickle: numbers, strings and what has no value") {
  CHECK(*read("\x80\x02K\x07.").root->as<std::int64_t>() == 7);
  CHECK(*read("M\x01\x02.").root->as<std::int64_t>() == 513);
  CHECK(*read("J\xfe\xff\xff\xff.").root->as<std::int64_t>() == -2);
  CHECK(*read("\x8a\x01\x80.").root->as<std::int64_t>() == -128);
  CHECK(*read("\x8a\x00."s).root->as<std::int64_t>() == 0);
  CHECK(*read("\x8a\x05\x00\x00\x00\x00\x01."s).root->as<std::int64_t>() == std::int64_t{1} << 32);
  CHECK(*read("G\x3f\xf8\x00\x00\x00\x00\x00\x00."s).root->as<double>() == 1.5);
  CHECK(*read("\x88.").root->as<bool>());
  CHECK_FALSE(*read("\x89.").root->as<bool>());
  CHECK(read("N.").root->as<PickleNone>() != nullptr);
  CHECK(*read("X\x02\x00\x00\x00hi."s).root->as<std::string>() == "hi");
  CHECK(*read("\x8c\x02hi.").root->as<std::string>() == "hi");
  CHECK(*read("\x8d\x02\x00\x00\x00\x00\x00\x00\x00hi."s).root->as<std::string>() == "hi");
}

TEST_CASE("pickle: lists, tuples and dicts") {
  CHECK(read("(K\x01K\x02t.").root->as<PickleList>()->items.size() == 2);
  CHECK(read("K\x01K\x02K\x03\x87.").root->as<PickleList>()->items.size() == 3);
  CHECK(read("](K\x01K\x02"
             "e.")
            .root->as<PickleList>()
            ->items.size() == 2);
  CHECK(read("]K\x01"
             "a.")
            .root->as<PickleList>()
            ->items.size() == 1);
  const Pickle pickle = read(
      "}(\x8c\x01"
      "aK\x01\x8c\x01"
      "bK\x02u.");
  const auto& items = pickle.root->as<PickleDict>()->items;
  REQUIRE(items.size() == 2);
  CHECK(*items[1].first->as<std::string>() == "b");
  CHECK(*items[1].second->as<std::int64_t>() == 2);
}

TEST_CASE("pickle: what was memoised is the same value, even within itself") {
  const Pickle pickle = read(
      "]q\x00h\x00"
      "a."s);
  const auto& items = pickle.root->as<PickleList>()->items;
  REQUIRE(items.size() == 1);
  CHECK(items[0] == pickle.root);
  CHECK(*read("K\x05\x94K\x06\x94"
              "0h\x00\x86."s)
             .root->as<PickleList>()
             ->items[1]
             ->as<std::int64_t>() == 5);
}

TEST_CASE("pickle: calls of known functions are notes, and no others are taken") {
  const Pickle pickle = read("cknown\nfunction\n(K\x01tR.");
  const auto* call = pickle.root->as<PickleCall>();
  REQUIRE(call != nullptr);
  CHECK(call->function == "known.function");
  CHECK(call->arguments.size() == 1);
  CHECK(error<attn::UnsupportedError>("cposix\nsystem\n(X\x02\x00\x00\x00lstR."s) ==
        "p.pkl: byte 23: asks for \"posix.system\": only tensors are read, and nothing is run");
  CHECK(error<attn::UnsupportedError>("\x8c\x02os\x8c\x06system\x93)R.") ==
        "p.pkl: byte 14: asks for \"os.system\": only tensors are read, and nothing is run");
}

TEST_CASE("pickle: what was memoised can't be copied without end") {
  std::string bomb = "(X\x40\x42\x0f\x00"s + std::string(1000000, 'x') + "q\x01";
  for (int i = 0; i < 100; ++i) bomb += "h\x01h\x01\x93";
  CHECK(test::contains(error<attn::FormatError>(bomb + "t."), "more than 4194304 opcodes and copies"));
}

TEST_CASE("pickle: no end of opcodes, and values as deep as they like") {
  for (const char opcode : {'(', ']', '\x94'})
    CHECK(test::contains(error<attn::FormatError>("]" + std::string((std::size_t{1} << 22) + 1, opcode)),
                         "byte 4194304: more than 4194304 opcodes and copies"));
  const std::size_t deep = 1000000;
  CHECK(read(std::string(deep, ']') + std::string(deep - 1, 'a') + '.').root->as<PickleList>()->items.size() == 1);
  std::string puts = "}";  // keys that a table of hashes could collide with
  for (std::uint64_t i = 0; i < 300000; ++i) puts += 'r' + test::little(i * 12611, 4);
  CHECK(read(puts + '.').root->as<PickleDict>()->items.empty());
}

TEST_CASE("pickle: an OrderedDict with remarks, framed and with wide keys of the memo") {
  const Pickle pickle =
      read("\x80\x04\x95\x01\x00\x00\x00\x00\x00\x00\x00"s + "\x8c\x0b" + "collections" + "\x8c\x0b" + "OrderedDict" +
           "\x93)R\x94(\x8c\x01y" + "]r\xff\xff\xff\xff" + "\x8c\x01z" + "j\xff\xff\xff\xff" + "u" + "}b.");
  const auto& items = pickle.root->as<PickleDict>()->items;
  REQUIRE(items.size() == 2);
  CHECK(*items[0].first->as<std::string>() == "y");
  CHECK(items[0].second == items[1].second);
  CHECK(read("K\x01.what comes behind").root->as<std::int64_t>() != nullptr);  // isn't read, by Python neither
}

TEST_CASE("pickle: no other way to call something") {
  // INST, OBJ, NEWOBJ_EX, and the registry of extensions
  for (const char* opcode : {"i", "o", "\x92", "\x82", "\x83", "\x84"})
    CHECK(test::contains(error<attn::UnsupportedError>(std::string("cposix\nsystem\n)") + opcode),
                         "p.pkl: byte 15: pickle opcode 0x"));
  CHECK(test::contains(error<attn::UnsupportedError>("cposix\nsystem\n)\x81."), "asks for \"posix.system\""));
  CHECK(test::contains(error<attn::UnsupportedError>("cposix\nsy\x1b[2J\n)R."), "asks for \"posix.sy\\x1b[2J\""));
  CHECK(error<attn::FormatError>("cknown\nfunction\n)R}b.") == "p.pkl: byte 19: expected a dict on the stack");
}

TEST_CASE("pickle: damage is said with its byte") {
  CHECK(error<attn::FormatError>("") == "p.pkl: byte 0: the pickle ends within an opcode");
  CHECK(error<attn::FormatError>("K") == "p.pkl: byte 0: the pickle ends within an opcode");
  CHECK(error<attn::FormatError>("X\xff\xff\xff\x7fx.") == "p.pkl: byte 0: the pickle ends within an opcode");
  CHECK(error<attn::FormatError>(".") == "p.pkl: byte 0: takes a value from an empty stack");
  CHECK(error<attn::FormatError>("K\x01K\x02.") == "p.pkl: byte 4: stops with 1 values too many");
  CHECK(error<attn::FormatError>("K\x01(a.") == "p.pkl: byte 3: takes a value from an empty stack");
  CHECK(error<attn::FormatError>("t.") == "p.pkl: byte 0: closes what wasn't opened");
  CHECK(error<attn::FormatError>("h\x05.") == "p.pkl: byte 0: recalls value 5, which wasn't memoised");
  CHECK(error<attn::FormatError>("}(K\x01u.") == "p.pkl: byte 4: a key without a value");
  CHECK(error<attn::FormatError>("K\x01K\x02"
                                 "a.") == "p.pkl: byte 4: expected a list on the stack");
  CHECK(error<attn::FormatError>("K\x01)R.") == "p.pkl: byte 3: calls what isn't a function");
  CHECK(error<attn::FormatError>("cknown\nfunction\nNR.") == "p.pkl: byte 17: calls what isn't a function");
  CHECK(error<attn::FormatError>("K\x01K\x02\x93.") == "p.pkl: byte 4: expected a string on the stack");
  CHECK(error<attn::FormatError>("K\x01(q\x01.") == "p.pkl: byte 3: memoises from an empty stack");
  CHECK(error<attn::FormatError>("N(\x85.") == "p.pkl: byte 2: takes a value from an empty stack");
  CHECK(error<attn::FormatError>("]NNs.") == "p.pkl: byte 3: expected a dict on the stack");
  CHECK(error<attn::FormatError>("(NNu.") == "p.pkl: byte 3: expected a dict on the stack");
  CHECK(error<attn::FormatError>("\x8d" + std::string(8, '\xff')) == "p.pkl: byte 0: the pickle ends within an opcode");
  CHECK(error<attn::FormatError>("cmodule") == "p.pkl: byte 0: the pickle ends within a name");
  CHECK(error<attn::FormatError>("\x8a\x09"
                                 "123456789.") == "p.pkl: byte 0: an integer of 9 bytes, expected at most 8");
  CHECK(error<attn::UnsupportedError>("\x80\x09.") == "p.pkl: byte 0: pickle protocol 9, expected 2 to 5");
  CHECK(error<attn::UnsupportedError>("I1\n.") ==
        "p.pkl: byte 0: pickle opcode 0x49 isn't one of those that tensors are saved with");
}
