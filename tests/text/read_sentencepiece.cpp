#include <attn/text/read_sentencepiece.hpp>

#include "text/charsmap_writer.hpp"
#include "text/sentencepiece_writer.hpp"
#include "text/support.hpp"

using namespace attn::text;
using attn::Encoding;
using attn::FormatError;
using attn::Tokenizer;
using attn::UnsupportedError;
using test::ModelRules;
using test::piece;
using test::Strings;

namespace {

Tokenizer read(const std::string& file) {
  return Tokenizer(sentencepiece_parts(parse_sentencepiece(file, "m.model"), "m.model"));
}
Tokenizer model(std::vector<std::string> pieces, const ModelRules& rules = {}) {
  pieces.insert(pieces.begin(), piece("<unk>", 0, test::unknown));
  return read(test::sentencepiece(pieces, rules));
}
std::string joined(const Strings& tokens) {
  std::string result;
  for (const std::string& token : tokens) result += (result.empty() ? "" : " ") + token;
  return result;
}
std::string tokens(const Tokenizer& tokenizer, const std::string& text) {
  return joined(tokenizer.encode(text).tokens);
}
template <class E>
std::string message(const std::string& file) {
  return test::message_of<E>([&] { read(file); });
}
const std::string kHint = "; is it a SentencePiece model?";
const std::vector<std::string> kPieces = {piece("▁", -3), piece("a", -2), piece("b", -2), piece("▁a", -2.5),
                                          piece("ab", -2.2f)};

}  // namespace

TEST_CASE("read sentencepiece: Unigram") {
  const Tokenizer tokenizer = model(kPieces);
  CHECK(tokens(tokenizer, "ab a") == "▁a b ▁a");  // −4.5 > −3 − 2.2
  CHECK(tokens(tokenizer, "  a   b ") == "▁a ▁ b");
  CHECK(tokens(tokenizer, "axéb") == "▁a xé b");
  CHECK(tokens(tokenizer, "") == "");
  CHECK(tokens(tokenizer, "   ") == "");
  const Encoding encoding = tokenizer.encode("axéb");
  CHECK(encoding.ids == std::vector<int>{4, 0, 3});
  CHECK(encoding.bytes[0] == Range{0, 1});
  CHECK(encoding.bytes[1] == Range{1, 4});
  CHECK(encoding.code_points[1] == Range{1, 3});
  CHECK(tokenizer.decode({1, 5, 4}) == "ab a");
  CHECK(tokenizer.decode({4, 0, 3}) == "a ⁇ b");
  CHECK(tokenizer.labels(encoding) == Strings{"␣a", "xé", "b"});
  CHECK(tokenizer.size() == 6);
}

TEST_CASE("read sentencepiece: BPE merges the pair of the highest score first") {
  ModelRules rules;
  rules.type = test::bpe;
  rules.dummy_prefix = false;
  const std::vector<std::string> pieces = {piece("a", -9),  piece("b", -9),  piece("c", -9),
                                           piece("bc", -1), piece("ab", -2), piece("abc", -3)};
  CHECK(tokens(model(pieces, rules), "abc") == "abc");
  CHECK(tokens(model(pieces, rules), "abb") == "ab b");
  CHECK(tokens(model(pieces, rules), "aabcb") == "a abc b");
  CHECK(tokens(model(pieces, rules), "axyb") == "a xy b");
  std::vector<std::string> without = pieces;
  without.pop_back();
  CHECK(tokens(model(without, rules), "abc") == "a bc");
}

TEST_CASE("read sentencepiece: a model of characters") {
  ModelRules rules;
  rules.type = test::character;
  CHECK(tokens(model({piece("▁", -1), piece("a", -1), piece("é", -1), piece("aa", 0)}, rules), "aaé x") ==
        "▁ a a é ▁ x");
}

TEST_CASE("read sentencepiece: symbols of users compete in a Unigram model, at −0.1") {
  const auto with = [](float longer) {
    return model({piece("▁", -3), piece("b", -2), piece("bc", longer), piece("c", -2),
                  piece("b!", 0, test::user_defined), piece("c!", -9, test::user_defined)});
  };
  CHECK(tokens(with(-1.9f), "bc!") == "▁ b c!");  // −2 − 0.1; bc and an unknown ! score less
  CHECK(tokens(with(-1.9f), "bc") == "▁ bc");     // −1.9 > −2 − 2
  CHECK(tokens(with(-1.9f), "b!") == "▁ b!");
  const Tokenizer within =
      model({piece("▁", -3), piece("abc", -1), piece("a", -2), piece("c", -2), piece("b", 0, test::user_defined)});
  CHECK(tokens(within, "abc") == "▁ abc");  // −1 > −2 − 0.1 − 2
}

TEST_CASE("read sentencepiece: symbols of users are found before all else, and stay as they are") {
  std::vector<std::string> pieces = kPieces;
  pieces.push_back(piece("<xy>", 0, test::user_defined));
  pieces.push_back(piece("<x", 0, test::user_defined));
  CHECK(tokens(model(pieces), "a<xy>b") == "▁a <xy> b");
  CHECK(tokens(model(pieces), "<xb") == "▁ <x b");
  ModelRules rules;
  rules.type = test::bpe;
  CHECK(tokens(model(pieces, rules), "ab<xy>a") == "▁ ab <xy> a");
}

TEST_CASE("read sentencepiece: unknown characters are spelt in bytes, where there are some") {
  for (const test::ModelType type : {test::unigram, test::bpe}) {
    std::vector<std::string> pieces = kPieces;
    for (unsigned byte = 0; byte < 256; ++byte) pieces.push_back(piece(byte_token(byte), 0, test::byte));
    ModelRules rules;
    rules.type = type;
    const Tokenizer tokenizer = model(pieces, rules);
    const Encoding encoding = tokenizer.encode("aéb");
    CHECK(joined(encoding.tokens) == "▁a <0xC3> <0xA9> b");
    CHECK(encoding.bytes[1] == Range{1, 3});
    CHECK(encoding.bytes[2] == Range{1, 3});
    CHECK(tokenizer.decode(encoding.ids) == "aéb");
    CHECK(tokenizer.decode({encoding.ids[1]}) == "\uFFFD");
    CHECK(tokens(tokenizer, "<0x41>") == "▁ <0x3C> <0x30> <0x78> <0x34> <0x31> <0x3E>");
  }
}

TEST_CASE("read sentencepiece: control pieces aren't found in a text, nor seen behind it; unused ones aren't found") {
  const Tokenizer tokenizer =
      model({piece("▁", -3), piece("a", -2), piece("<s>", 0, test::control), piece("▁a", 0, test::unused)});
  CHECK(tokens(tokenizer, "a<s>") == "▁ a <s>");
  CHECK(tokenizer.encode("<s>").ids == std::vector<int>{1, 0});
  CHECK(tokenizer.decode({3, 1, 2, 3}) == "a");
}

TEST_CASE("read sentencepiece: rules for spaces") {
  const auto with = [](bool dummy, bool remove, bool escape) {
    ModelRules rules;
    rules.dummy_prefix = dummy;
    rules.remove_spaces = remove;
    rules.escape = escape;
    return [=](const std::string& text) {
      return test::normalized(
          normalize_sentencepiece(parse_sentencepiece(test::sentencepiece(kPieces, rules), "m"), "m"), text);
    };
  };
  CHECK(with(true, true, true)("  a  b ") == "▁a▁b");
  CHECK(with(false, true, true)("  a  b ") == "a▁b");
  CHECK(with(true, false, true)(" a  b ") == "▁▁a▁▁b▁");
  CHECK(with(false, false, true)(" a  b ") == "▁a▁▁b▁");
  CHECK(with(true, true, false)("a b") == " a b");
  CHECK(with(true, false, true)("") == "");
}

TEST_CASE("read sentencepiece: rules of normalisation, the longest first, with places") {
  ModelRules rules;
  rules.charsmap = test::charsmap({{"A", "a"}, {"AB", "ab"}, {"\t", " "}, {"…", "..."}, {"\u00AD", ""}});
  const SentencePieceModel parsed = parse_sentencepiece(test::sentencepiece(kPieces, rules), "m");
  const Normalizer normalizer = normalize_sentencepiece(parsed, "m");
  CHECK(test::shown(normalizer, "AB\tA") == "▁:0-2 a:0-2 b:0-2 ▁:2-3 a:3-4");
  CHECK(test::shown(normalizer, "…\u00ADx") == "▁:0-3 .:0-3 .:0-3 .:0-3 x:5-6");
  rules.charsmap = "ab";
  CHECK(message<FormatError>(test::sentencepiece({piece("<unk>", 0, test::unknown)}, rules)) ==
        "m.model: precompiled_charsmap: the trie has 0 bytes, expected a multiple of 4, and at most the 2 that there "
        "are");
}

TEST_CASE("read sentencepiece: decoding leaves out the first space, and says what is unknown in its own way") {
  ModelRules rules;
  CHECK(model(kPieces, rules).decode({1, 1, 2, 4}) == "a a");
  rules.remove_spaces = false;
  CHECK(model(kPieces, rules).decode({1, 1, 2}) == " a");
  rules.dummy_prefix = false;
  CHECK(model(kPieces, rules).decode({4, 2}) == " aa");
  rules.unknown_surface = "?";
  CHECK(model(kPieces, rules).decode({2, 0}) == "a?");
}

TEST_CASE("read sentencepiece: what isn't supported, and what is missing") {
  ModelRules rules;
  rules.type = test::word;
  CHECK(message<UnsupportedError>(test::sentencepiece(kPieces, rules)) ==
        "m.model: a model of whole words isn't supported");
  rules = {};
  rules.suffix = true;
  CHECK(message<UnsupportedError>(test::sentencepiece(kPieces, rules)) ==
        "m.model: treat_whitespace_as_suffix isn't supported");
  CHECK(message<FormatError>(test::sentencepiece(kPieces)) == "m.model: has no piece for what is unknown");
  CHECK(message<FormatError>("") == "m.model: has no pieces" + kHint);
  CHECK(message<FormatError>(test::sentencepiece({})) == "m.model: has no pieces" + kHint);
}

TEST_CASE("read sentencepiece: pieces with mistakes") {
  CHECK(message<FormatError>(piece("")) == "m.model: byte 9: a piece is empty or isn't UTF-8" + kHint);
  CHECK(message<FormatError>(piece("\xFF")) == "m.model: byte 10: a piece is empty or isn't UTF-8" + kHint);
  CHECK(message<FormatError>(piece("a", std::numeric_limits<float>::quiet_NaN())) ==
        "m.model: byte 10: a piece's score isn't a number" + kHint);
  CHECK(message<FormatError>(piece("a", 2e30f)) == "m.model: byte 10: a piece's score isn't a number" + kHint);
  CHECK(message<FormatError>(piece("a", 0, 7)) == "m.model: byte 12: piece of kind 7" + kHint);
  CHECK(message<FormatError>(piece("a", 0, 0)) == "m.model: byte 12: piece of kind 0" + kHint);
  CHECK(message<FormatError>(test::number_field(1, 5)) == "m.model: byte 2: a piece is empty or isn't UTF-8" + kHint);
  CHECK(message<FormatError>(piece("a") + piece("a")) == "m.model: token \"a\" is there twice, with ids 0 and 1");
  CHECK(message<FormatError>(test::bytes_field(2, test::number_field(3, 9))) ==
        "m.model: byte 4: model of type 9" + kHint);
}

TEST_CASE("read sentencepiece: damaged at every byte: read, or an error of the library") {
  std::vector<std::string> pieces = kPieces;
  pieces.insert(pieces.begin(), piece("<unk>", 0, test::unknown));
  pieces.push_back(piece("<x>", 0, test::user_defined));
  pieces.push_back(piece("<0x41>", 0, test::byte));
  int read_count = 0, refused = 0;
  for (const test::ModelType type : {test::unigram, test::bpe}) {
    ModelRules rules;
    rules.type = type;
    rules.charsmap = std::string("\x08\0\0\0\0\0\0\0\0\0\0\0x\0", 14);
    const std::string whole = test::sentencepiece(pieces, rules);
    const auto attempt = [&](const std::string& damaged) {
      try {
        const Tokenizer tokenizer = read(damaged);
        tokenizer.decode(tokenizer.encode("ab <x> é").ids);
        ++read_count;
      } catch (const attn::Error&) {
        ++refused;
      }
    };
    for (std::size_t size = 0; size < whole.size(); ++size) CHECK_NOTHROW(attempt(whole.substr(0, size)));
    for (std::size_t place = 0; place < whole.size(); ++place)
      for (const unsigned mask : {1u, 2u, 4u, 8u, 16u, 32u, 64u, 128u, 255u}) {
        std::string damaged = whole;
        damaged[place] = static_cast<char>(static_cast<unsigned char>(damaged[place]) ^ mask);
        CAPTURE(place, mask);
        CHECK_NOTHROW(attempt(damaged));
      }
  }
  CHECK(read_count > 100);
  CHECK(refused > 100);
}
