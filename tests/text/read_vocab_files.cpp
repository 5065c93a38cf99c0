#include <attn/text/read_vocab_files.hpp>

#include "text/support.hpp"

using namespace attn::text;
using attn::Encoding;
using attn::FormatError;
using attn::Tokenizer;
using nlohmann::json;
using test::Strings;

namespace {

const json kNone = json::object();
Tokenizer of_txt(const std::string& text, const json& config = kNone) {
  return read_vocab_txt(text, JsonNode(config, "c.json: $"), "v.txt");
}
Tokenizer of_json(const std::string& vocab, const std::string& merges, const json& config = kNone) {
  return read_vocab_json(vocab, merges, JsonNode(config, "c.json: $"), "v.json", "m.txt");
}
std::string txt_error(const std::string& text, const json& config = kNone) {
  return test::message_of<FormatError>([&] { of_txt(text, config); });
}
std::string json_error(const std::string& vocab, const std::string& merges, const json& config = kNone) {
  return test::message_of<FormatError>([&] { of_json(vocab, merges, config); });
}
std::string unsupported(const std::string& text, const json& config) {
  return test::message_of<attn::UnsupportedError>([&] { of_txt(text, config); });
}
const std::string kBert = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\n##s\né\ne\n";

}  // namespace

TEST_CASE("read vocab files: BERT's vocab.txt") {
  const Tokenizer bert = of_txt(kBert);
  const Encoding encoding = bert.encode("The cats dog [MASK]", "É");
  CHECK(encoding.tokens == Strings{"[CLS]", "the", "cat", "##s", "[UNK]", "[MASK]", "[SEP]", "e", "[SEP]"});
  CHECK(encoding.ids == std::vector<int>{2, 5, 6, 7, 1, 4, 3, 9, 3});
  CHECK(encoding.type_ids == std::vector<int>{0, 0, 0, 0, 0, 0, 0, 1, 1});
  CHECK(bert.labels(encoding) == Strings{"[CLS]", "the", "cat", "s", "[UNK]", "[MASK]", "[SEP]", "e", "[SEP]"});
  CHECK(bert.decode(encoding.ids) == "the cats e");
  CHECK(bert.size() == 10);
}

TEST_CASE("read vocab files: what tokenizer_config.json says of vocab.txt") {
  CHECK(of_txt(kBert, {{"do_lower_case", false}}).encode("The É").tokens ==
        Strings{"[CLS]", "[UNK]", "[UNK]", "[SEP]"});
  CHECK(of_txt(kBert, {{"strip_accents", false}}).encode("É").tokens == Strings{"[CLS]", "é", "[SEP]"});
  CHECK(
      of_txt("a\r\n<u>\r\n<c>\n<s>", {{"unk_token", "<u>"}, {"cls_token", {{"content", "<c>"}}}, {"sep_token", "<s>"}})
          .encode("a b")
          .tokens == Strings{"<c>", "a", "<u>", "<s>"});
  CHECK(of_txt(kBert + "中\n", {{"tokenize_chinese_chars", false}}).encode("中中").tokens ==
        Strings{"[CLS]", "[UNK]", "[SEP]"});
}

TEST_CASE("read vocab files: mistakes in vocab.txt have the number of their line") {
  CHECK(txt_error("a\nb\na\n") == "v.txt: line 3: token \"a\" is there twice, with ids 0 and 2");
  CHECK(txt_error("a\n\xFF\n") == "v.txt: line 2 isn't UTF-8");
  CHECK(txt_error("[CLS]\n[UNK]\n") == "v.txt: the special token \"[SEP]\" isn't in the vocabulary");
  CHECK(txt_error("") == "v.txt: the special token \"[CLS]\" isn't in the vocabulary");
  CHECK(txt_error("[CLS]\n[SEP]\n") == "v.txt: the unknown token \"[UNK]\" isn't in the vocabulary");
  CHECK(txt_error(kBert, {{"cls_token", 5}}) == "c.json: $.cls_token is 5, expected a string");
  CHECK(txt_error(kBert, {{"do_lower_case", "no"}}) == "c.json: $.do_lower_case is \"no\", expected true or false");
}

TEST_CASE("read vocab files: classes of models that don't read vocab.txt as BERT does") {
  for (const char* type : {"BertTokenizer", "BertTokenizerFast", "ElectraTokenizer", "DistilBertTokenizerFast"})
    CHECK(of_txt(kBert, {{"tokenizer_class", type}}).encode("cat").tokens == Strings{"[CLS]", "cat", "[SEP]"});
  for (const char* type : {"BertJapaneseTokenizer", "MPNetTokenizer", "BertweetTokenizer"})
    CHECK(unsupported(kBert, {{"tokenizer_class", type}}) ==
          "c.json: $.tokenizer_class is \"" + std::string(type) +
              "\": with a vocab.txt only BERT and those like it are known; a tokenizer.json says what is needed");
  CHECK(unsupported(kBert, {{"do_basic_tokenize", false}}) ==
        "c.json: $.do_basic_tokenize is false: only true is known");
}

TEST_CASE("read vocab files: tokens that users added") {
  const json token = {{"content", "new_word"}, {"normalized", false}, {"special", false}};
  const json mask = {{"content", "[MASK]"}, {"lstrip", true}, {"special", true}};
  const Tokenizer bert = of_txt(kBert, {{"added_tokens_decoder", {{"10", token}, {"4", mask}}}});
  CHECK(bert.encode("cat [MASK] new_word").ids == std::vector<int>{2, 6, 4, 10, 3});
  CHECK(bert.encode("cat [MASK]").bytes[2] == Range{3, 10});
  CHECK(bert.size() == 11);
  CHECK(of_json(R"({"a": 0, "<|endoftext|>": 1})", "", {{"added_tokens_decoder", {{"2", token}}}})
            .encode("anew_worda")
            .ids == std::vector<int>{0, 2, 0});
}

TEST_CASE("read vocab files: GPT-2's vocab.json and merges.txt") {
  const std::string vocab = R"({"t": 0, "h": 1, "e": 2, "Ġ": 3, "th": 4, "the": 5, "Ġthe": 6, "<|endoftext|>": 7})";
  const std::string merges = "#version: 0.2\nt h\nth e\nĠ the\n\n";
  const Tokenizer gpt = of_json(vocab, merges);
  CHECK(gpt.encode("the the<|endoftext|>eh").ids == std::vector<int>{5, 6, 7, 2, 1});
  CHECK(gpt.decode({5, 6, 7, 2}) == "the thee");
  CHECK(gpt.decode({5, 7}, false) == "the<|endoftext|>");
  CHECK(gpt.labels(gpt.encode("the the")) == Strings{"the", "␣the"});
  CHECK(of_json(vocab, merges, {{"add_prefix_space", true}}).encode("the").ids == std::vector<int>{6});
  CHECK(of_json(vocab, "t h\r\n", {{"tokenizer_class", "GPT2Tokenizer"}}).encode("th").ids == std::vector<int>{4});
}

TEST_CASE("read vocab files: RoBERTa's") {
  const std::string vocab = R"({"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "Ġ": 5, "Ġa": 6, "<mask>": 7})";
  const Tokenizer roberta = of_json(vocab, "Ġ a\n");
  const Encoding encoding = roberta.encode("a a <mask>", "a");
  CHECK(encoding.ids == std::vector<int>{0, 4, 6, 7, 2, 2, 4, 2});
  CHECK(encoding.type_ids == std::vector<int>(8, 0));
  CHECK(encoding.bytes[2] == Range{2, 3});
  CHECK(encoding.bytes[3] == Range{4, 10});
  CHECK(roberta.encode("a", {false, true}).ids == std::vector<int>{4});
}

TEST_CASE("read vocab files: CLIP's") {
  const std::string vocab =
      R"({"a": 0, "b": 1, "a</w>": 2, "b</w>": 3, "ab</w>": 4, "<|startoftext|>": 5, "<|endoftext|>": 6})";
  const Tokenizer clip = of_json(vocab, "a b</w>\n");
  CHECK(clip.encode("AB  a1").ids == std::vector<int>{5, 4, 2, 6, 6});
  CHECK(clip.labels(clip.encode("ab a")) == Strings{"<|startoftext|>", "ab", "a", "<|endoftext|>"});
}

TEST_CASE("read vocab files: mistakes in vocab.json") {
  CHECK(json_error(R"({"a": 0, "b": 0})", "") == "v.json: id 0 is that of \"a\" and of \"b\"");
  CHECK(json_error(R"({"a": 0, "a": 1})", "") == "v.json: token \"a\" is there twice, with ids 0 and 1");
  CHECK(json_error(R"({"a": "b"})", "") == "v.json: \"a\" has string, expected an id");
  CHECK(json_error(R"({"a": 0.5})", "") == "v.json: \"a\" has number, expected an id");
  const std::string within = "v.json: expected an object of tokens and their ids, and nothing within them";
  CHECK(json_error(R"({"a": {"b": 1}})", "") == within);
  CHECK(json_error(R"({"a": [1]})", "") == within);
  CHECK(json_error("[]", "") == within);
  CHECK(json_error("5", "") == "v.json: expected an object of tokens and their ids");
  CHECK(test::contains(json_error("{", ""), "v.json: byte 2 isn't JSON: "));
  CHECK(test::contains(json_error("{\"a\": 1e999}", ""), "v.json: isn't JSON that can be read: "));
}

TEST_CASE("read vocab files: mistakes in merges.txt have the number of their line, or of the merge") {
  const std::string vocab = R"({"a": 0, "b": 1, "ab": 2})";
  const std::string bad = " isn't two tokens with a space between them";
  CHECK(json_error(vocab, "#version\na b\nab\n") == "m.txt: line 3" + bad);
  CHECK(json_error(vocab, "a b a\n") == "m.txt: line 1" + bad);
  CHECK(json_error(vocab, "a b\n#version\n") == "m.txt: line 2" + bad);
  CHECK(json_error(vocab, "a \xFF\n") == "m.txt: line 1" + bad);
  CHECK(json_error(vocab, "a b\na c\n") ==
        "m.txt: merge [1] merges \"a\" and \"c\", but \"c\" isn't in the vocabulary");
  CHECK(json_error(vocab, "b a\n") == "m.txt: merge [0] merges \"b\" and \"a\", but \"ba\" isn't in the vocabulary");
}

TEST_CASE("read vocab files: classes of models that aren't known, or whose tokens aren't there") {
  CHECK(test::message_of<attn::UnsupportedError>([] {
          of_json("{}", "", {{"tokenizer_class", "XTokenizer"}});
        }) ==
        "c.json: $.tokenizer_class is \"XTokenizer\": without a tokenizer.json only GPT2, Roberta, Bart, Longformer "
        "and CLIP are known");
  CHECK(json_error("{}", "", {{"tokenizer_class", "RobertaTokenizer"}}) ==
        "v.json: the special token \"<s>\" isn't in the vocabulary");
  CHECK(json_error("{}", "", {{"tokenizer_class", "CLIPTokenizer"}}) ==
        "v.json: the special token \"<|startoftext|>\" isn't in the vocabulary");
}
