#include <attn/text/read_parts.hpp>

#include "text/support.hpp"

using namespace attn::text;
using attn::FormatError;
using attn::UnsupportedError;
using nlohmann::json;
using test::Strings;

namespace {

const std::string kHere = "t.json: $";

std::string normalize(const json& rules, std::string_view text) {
  return test::normalized(read_normalizer(JsonNode(rules, kHere)), text);
}
Strings cut(const json& rules, std::string_view text) {
  return test::pieces(read_pre_tokenizer(JsonNode(rules, kHere)), text);
}
Strings decode(const json& rules, const Strings& tokens) { return read_decoder(JsonNode(rules, kHere))(tokens); }
PostProcessor post_processor(const json& rules) {
  PostProcessor result;
  read_post_processor(JsonNode(rules, kHere), result);
  return result;
}
std::string shown(const std::vector<TemplatePart>& parts) {
  std::string result;
  for (const TemplatePart& part : parts) {
    result += std::string(result.empty() ? "" : " ") + (part.sequence < 0 ? "" : part.sequence == 0 ? "A" : "B");
    for (const auto& [id, token] : part.tokens) result += token + "=" + std::to_string(id);
    result += "/" + std::to_string(part.type_id);
  }
  return result;
}

template <class E, class Read>
std::string message(const json& rules, const Read& read) {
  return test::message_of<E>([&] { read(JsonNode(rules, kHere)); });
}
const auto kNormalizer = [](const JsonNode& node) { read_normalizer(node); };
const auto kPreTokenizer = [](const JsonNode& node) { read_pre_tokenizer(node); };
const auto kDecoder = [](const JsonNode& node) { read_decoder(node); };
const auto kPostProcessor = [](const JsonNode& node) {
  PostProcessor rules;
  read_post_processor(node, rules);
};

/// `depth` sequences within each other around `inner`.
json nested(int depth, const char* key, json inner) {
  for (int i = 0; i < depth; ++i) inner = {{"type", "Sequence"}, {key, json::array({inner})}};
  return inner;
}

}  // namespace

TEST_CASE("read parts: every normalizer") {
  CHECK(normalize({{"type", "Lowercase"}}, "AÉ") == "aé");
  CHECK(normalize({{"type", "NFD"}}, "é") == "e\u0301");
  CHECK(normalize({{"type", "NFC"}}, "e\u0301") == "é");
  CHECK(normalize({{"type", "NFKC"}}, "ﬁ") == "fi");
  CHECK(normalize({{"type", "NFKD"}}, "é½") == "e\u03011⁄2");
  CHECK(normalize({{"type", "StripAccents"}}, "e\u0301") == "e");
  CHECK(normalize({{"type", "Strip"}}, " a ") == "a");
  CHECK(normalize({{"type", "Strip"}, {"strip_left", false}}, " a ") == " a");
  CHECK(normalize({{"type", "Strip"}, {"strip_right", false}}, " a ") == "a ");
  CHECK(normalize({{"type", "Replace"}, {"pattern", {{"String", "."}}}, {"content", "-"}}, "a.b") == "a-b");
  CHECK(normalize({{"type", "Replace"}, {"pattern", {{"Regex", "."}}}, {"content", "-"}}, "a.b") == "---");
  CHECK(normalize({{"type", "Prepend"}, {"prepend", "▁"}}, "a") == "▁a");
  CHECK(normalize({{"type", "BertNormalizer"}}, "É\t中") == "e  中 ");
  CHECK(normalize({{"type", "BertNormalizer"}, {"lowercase", false}}, "É") == "É");  // and no accents stripped
  CHECK(normalize({{"type", "BertNormalizer"}, {"lowercase", false}, {"strip_accents", true}}, "É") == "E");
  CHECK(normalize({{"type", "BertNormalizer"}, {"strip_accents", nullptr}}, "É") == "e");
  CHECK(normalize({{"type", "BertNormalizer"}, {"clean_text", false}, {"handle_chinese_chars", false}}, "\t中") ==
        "\t中");
  CHECK(normalize(nested(2, "normalizers", {{"type", "Lowercase"}}), "A") == "a");
}

TEST_CASE("read parts: compiled rules are in base 64") {
  CHECK(normalize({{"type", "Precompiled"}, {"precompiled_charsmap", "AAAAAA=="}}, "a") == "a");
  CHECK(message<FormatError>({{"type", "Precompiled"}, {"precompiled_charsmap", "AAA*"}}, kNormalizer) ==
        kHere + ".precompiled_charsmap is \"AAA*\", expected base64");
  CHECK(message<FormatError>({{"type", "Precompiled"}, {"precompiled_charsmap", "/+9z"}}, kNormalizer) ==
        kHere +
            ".precompiled_charsmap: the trie has 0 bytes, expected a multiple of 4, and at most the 3 that there are");
  const json rules = {{"x", "aGV5L3orIQ=="}};
  CHECK(detail::read_base64(JsonNode(rules, "$")["x"]) == "hey/z+!");
}

TEST_CASE("read parts: every pre-tokenizer") {
  CHECK(cut({{"type", "BertPreTokenizer"}}, "a, b") == Strings{"a", ",", "b"});
  CHECK(cut({{"type", "Whitespace"}}, "a,- b") == Strings{"a", ",-", "b"});
  CHECK(cut({{"type", "WhitespaceSplit"}}, "a, b") == Strings{"a,", "b"});
  CHECK(cut({{"type", "ByteLevel"}}, "a b") == Strings{"Ġa", "Ġb"});
  CHECK(cut({{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}, "a b") == Strings{"aĠb"});
  CHECK(cut({{"type", "Metaspace"}}, "a b") == Strings{"▁a", "▁b"});
  CHECK(cut({{"type", "Metaspace"}, {"add_prefix_space", false}}, "a b") == Strings{"a", "▁b"});
  CHECK(cut({{"type", "Metaspace"}, {"prepend_scheme", "never"}, {"replacement", "_"}}, "a b") == Strings{"a", "_b"});
  CHECK(cut({{"type", "Metaspace"}, {"prepend_scheme", "first"}, {"split", false}}, "a b") == Strings{"▁a▁b"});
  CHECK(cut({{"type", "Digits"}}, "a12b3½") == Strings{"a", "12", "b", "3½"});
  CHECK(cut({{"type", "Digits"}, {"individual_digits", true}}, "a12b") == Strings{"a", "1", "2", "b"});
  CHECK(cut({{"type", "Punctuation"}}, "a?!b") == Strings{"a", "?", "!", "b"});
  CHECK(cut({{"type", "Punctuation"}, {"behavior", "Contiguous"}}, "a?!b") == Strings{"a", "?!", "b"});
  CHECK(cut({{"type", "CharDelimiterSplit"}, {"delimiter", "-"}}, "a-b-") == Strings{"a", "b"});
  CHECK(cut(nested(2, "pretokenizers", {{"type", "WhitespaceSplit"}}), "a b") == Strings{"a", "b"});
  const auto split = [](const char* behavior, bool invert) {
    return cut({{"type", "Split"}, {"pattern", {{"Regex", "-"}}}, {"behavior", behavior}, {"invert", invert}}, "a--b");
  };
  CHECK(split("Isolated", false) == Strings{"a", "-", "-", "b"});
  CHECK(split("Removed", false) == Strings{"a", "b"});
  CHECK(split("Removed", true) == Strings{"-", "-"});
  CHECK(split("Contiguous", false) == Strings{"a", "--", "b"});
  CHECK(split("MergedWithPrevious", false) == Strings{"a-", "-", "b"});
  CHECK(split("MergedWithNext", false) == Strings{"a", "-", "-b"});
}

TEST_CASE("read parts: every decoder") {
  CHECK(decode({{"type", "ByteLevel"}}, {"Ġa"}) == Strings{" a"});
  CHECK(decode({{"type", "WordPiece"}}, {"a", "##b", "."}) == Strings{"a", "b", "."});
  CHECK(decode({{"type", "WordPiece"}, {"prefix", "@"}, {"cleanup", false}}, {"a", "@b", "."}) ==
        Strings{"a", "b", " ."});
  CHECK(decode({{"type", "Metaspace"}}, {"▁a", "▁b"}) == Strings{"a", " b"});
  CHECK(decode({{"type", "Metaspace"}, {"prepend_scheme", "never"}}, {"▁a"}) == Strings{" a"});
  CHECK(decode({{"type", "BPEDecoder"}}, {"a</w>", "b</w>"}) == Strings{"a ", "b"});
  CHECK(decode({{"type", "Replace"}, {"pattern", {{"String", "▁"}}}, {"content", " "}}, {"▁a"}) == Strings{" a"});
  CHECK(decode({{"type", "Fuse"}}, {"a", "b"}) == Strings{"ab"});
  CHECK(decode({{"type", "ByteFallback"}}, {"<0x41>"}) == Strings{"A"});
  CHECK(decode({{"type", "Strip"}, {"content", " "}, {"start", 1}}, {"  a "}) == Strings{" a "});
  CHECK(decode({{"type", "Strip"}, {"content", " "}, {"stop", 1}}, {" a"}) == Strings{" a"});
  CHECK(decode(nested(2, "decoders", {{"type", "Fuse"}}), {"a", "b"}) == Strings{"ab"});
}

TEST_CASE("read parts: every post-processor") {
  const json special = {{"[C]", {{"id", "[C]"}, {"ids", {1}}, {"tokens", {"[C]"}}}},
                        {"[S]", {{"id", "[S]"}, {"ids", {2, 3}}, {"tokens", {"[S]", "[T]"}}}}};
  const auto sequence = [](const char* id, int type) { return json{{"Sequence", {{"id", id}, {"type_id", type}}}}; };
  const auto token = [](const char* id, int type) { return json{{"SpecialToken", {{"id", id}, {"type_id", type}}}}; };
  PostProcessor rules = post_processor({{"type", "TemplateProcessing"},
                                        {"special_tokens", special},
                                        {"single", {token("[C]", 0), sequence("A", 0)}},
                                        {"pair", {sequence("B", 2), token("[S]", 1), sequence("A", 3)}}});
  CHECK(shown(rules.single) == "[C]=1/0 A/0");
  CHECK(shown(rules.pair) == "B/2 [S]=2[T]=3/1 A/3");
  CHECK(shown(rules.plain_pair) == "B/2 A/3");
  CHECK_FALSE(rules.trim_offsets);

  rules = post_processor({{"type", "BertProcessing"}, {"cls", {"[C]", 1}}, {"sep", {"[S]", 2}}});
  CHECK(shown(rules.single) == "[C]=1/0 A/0 [S]=2/0");
  CHECK(shown(rules.pair) == "[C]=1/0 A/0 [S]=2/0 B/1 [S]=2/1");
  CHECK_FALSE(rules.trim_offsets);

  rules = post_processor({{"type", "RobertaProcessing"}, {"cls", {"<s>", 1}}, {"sep", {"</s>", 2}}});
  CHECK(shown(rules.single) == "<s>=1/0 A/0 </s>=2/0");
  CHECK(shown(rules.pair) == "<s>=1/0 A/0 </s>=2/0 </s>=2/0 B/0 </s>=2/0");
  CHECK(rules.trim_offsets);
  CHECK(rules.added_space);

  rules = post_processor({{"type", "ByteLevel"}, {"trim_offsets", true}, {"add_prefix_space", false}});
  CHECK(shown(rules.single) == "A/0");
  CHECK(rules.trim_offsets);
  CHECK_FALSE(rules.added_space);
  rules = post_processor(nested(1, "processors", {{"type", "ByteLevel"}, {"trim_offsets", false}}));
  CHECK_FALSE(rules.trim_offsets);
}

TEST_CASE("read parts: types that attn doesn't know are named") {
  const json unknown = {{"type", "Magic"}};
  CHECK(message<UnsupportedError>(unknown, kNormalizer) == kHere + ": \"Magic\" isn't a normalizer that attn knows");
  CHECK(message<UnsupportedError>(unknown, kPreTokenizer) ==
        kHere + ": \"Magic\" isn't a pre-tokenizer that attn knows");
  CHECK(message<UnsupportedError>(unknown, kDecoder) == kHere + ": \"Magic\" isn't a decoder that attn knows");
  CHECK(message<UnsupportedError>(unknown, kPostProcessor) ==
        kHere + ": \"Magic\" isn't a post-processor that attn knows");
  CHECK(message<UnsupportedError>(nested(1, "normalizers", unknown), kNormalizer) ==
        kHere + ".normalizers[0]: \"Magic\" isn't a normalizer that attn knows");
}

TEST_CASE("read parts: sequences within sequences, up to 16") {
  const json lower = {{"type", "Lowercase"}}, fuse = {{"type", "Fuse"}};
  CHECK(normalize(nested(16, "normalizers", lower), "A") == "a");
  std::string path = kHere;
  for (int i = 0; i < 16; ++i) path += ".normalizers[0]";
  CHECK(message<FormatError>(nested(17, "normalizers", lower), kNormalizer) ==
        path + " is object, expected at most 16 sequences within each other");
  CHECK(test::contains(message<FormatError>(nested(17, "decoders", fuse), kDecoder), "expected at most 16 sequences"));
  CHECK(test::contains(message<FormatError>(nested(17, "pretokenizers", fuse), kPreTokenizer), "expected at most 16"));
  CHECK(test::contains(message<FormatError>(nested(17, "processors", fuse), kPostProcessor), "expected at most 16"));
}

TEST_CASE("read parts: what is wrong is named with its path") {
  CHECK(message<FormatError>(json::object(), kNormalizer) == kHere + ".type is missing");
  CHECK(message<FormatError>({{"type", 5}}, kNormalizer) == kHere + ".type is 5, expected a string");
  CHECK(message<FormatError>(json::array(), kDecoder) == kHere + " is array, expected an object");
  CHECK(message<FormatError>({{"type", "Sequence"}}, kNormalizer) == kHere + ".normalizers is missing");
  CHECK(message<FormatError>({{"type", "Strip"}, {"strip_left", 1}}, kNormalizer) ==
        kHere + ".strip_left is 1, expected true or false");
  CHECK(message<FormatError>({{"type", "Replace"}, {"pattern", {{"Glob", "*"}}}, {"content", ""}}, kNormalizer) ==
        kHere + ".pattern has neither \"String\" nor \"Regex\"");
  CHECK(message<FormatError>({{"type", "Replace"}, {"pattern", {{"Regex", "("}}}, {"content", ""}}, kNormalizer) ==
        kHere + ".pattern.Regex: \"(\" isn't a regular expression: missing closing parenthesis at byte 1");
  CHECK(
      message<FormatError>({{"type", "Split"}, {"pattern", {{"String", "-"}}}, {"behavior", "Gone"}}, kPreTokenizer) ==
      kHere + ".behavior is \"Gone\", expected Isolated, Removed, Contiguous, MergedWithPrevious or MergedWithNext");
  CHECK(message<FormatError>({{"type", "Metaspace"}, {"prepend_scheme", "last"}}, kPreTokenizer) ==
        kHere + ".prepend_scheme is \"last\", expected never, first or always");
  CHECK(message<FormatError>({{"type", "Strip"}, {"content", " "}, {"start", -1}}, kDecoder) ==
        kHere + ".start is -1, expected 0 or more");
  CHECK(message<FormatError>({{"type", "BertProcessing"}, {"cls", {"[C]"}}}, kPostProcessor) ==
        kHere + ".cls is array, expected a longer list");
  CHECK(message<FormatError>({{"type", "BertProcessing"}, {"cls", {"[C]", -2}}}, kPostProcessor) ==
        kHere + ".cls[1] is -2, expected an id from 0 to 4194303");
}

TEST_CASE("read parts: templates with mistakes") {
  const auto with = [](const json& single, const json& special) {
    return message<FormatError>({{"type", "TemplateProcessing"}, {"special_tokens", special}, {"single", single}},
                                kPostProcessor);
  };
  const json none = json::object();
  CHECK(with({{{"Sequence", {{"id", "B"}, {"type_id", 0}}}}}, none) ==
        kHere + ".single[0].Sequence.id is \"B\", expected A");
  CHECK(with({{{"Sequence", {{"id", "A"}}}}}, none) == kHere + ".single[0].Sequence.type_id is missing");
  CHECK(with({{{"Other", 1}}}, none) == kHere + ".single[0].SpecialToken is missing");
  const json token = {{{"SpecialToken", {{"id", "[X]"}, {"type_id", 0}}}}};
  CHECK(with(token, none) == kHere + ".special_tokens.[X] is missing");
  CHECK(with(token, {{"[X]", {{"ids", {1, 2}}, {"tokens", {"x"}}}}}) ==
        kHere + ".special_tokens.[X] is object, expected as many ids as tokens");
  CHECK(with(json::array(), none) == kHere + ".pair is missing");
}
