#include <attn/text/load_tokenizer.hpp>

#include "text/sentencepiece_writer.hpp"
#include "text/support.hpp"

using attn::load_tokenizer;
using nlohmann::json;
using test::piece;
using test::Strings;

namespace {

template <class E>
std::string message(const std::string& path) {
  return test::message_of<E>([&] { load_tokenizer(path); });
}
Strings tokens(const std::string& path, const std::string& text) { return load_tokenizer(path).encode(text).tokens; }

const std::string kJson = R"({"model": {"type": "WordLevel", "vocab": {"a": 0}}})";
const std::string kVocabTxt = "[UNK]\n[CLS]\n[SEP]\na\n";
const std::string kModel =
    test::sentencepiece({piece("<unk>", 0, test::unknown), piece("<s>", 0, test::control),
                         piece("</s>", 0, test::control), piece("▁a", -1), piece("▁", -2), piece("a", -2)});

}  // namespace

TEST_CASE("load tokenizer: each kind of file, by itself and in a folder") {
  const test::Folder folder;
  test::save(folder / "vocab.txt", kVocabTxt);
  CHECK(tokens(folder / "vocab.txt", "a") == Strings{"[CLS]", "a", "[SEP]"});
  CHECK(tokens(folder.path.string(), "a") == Strings{"[CLS]", "a", "[SEP]"});
  std::filesystem::remove(folder / "vocab.txt");

  test::save(folder / "vocab.json", R"({"a": 0, "b": 1, "ab": 2})");
  CHECK(message<attn::UsageError>(folder.path.string()) ==
        folder.path.string() +
            ": has no tokenizer, expected tokenizer.json, vocab.txt, vocab.json with merges.txt, or a .model file");
  test::save(folder / "merges.txt", "a b\n");
  for (const std::string& path : {folder.path.string(), folder / "vocab.json", folder / "merges.txt"})
    CHECK(tokens(path, "abb") == Strings{"ab", "b"});
  std::filesystem::remove(folder / "vocab.json");
  std::filesystem::remove(folder / "merges.txt");

  test::save(folder / "some.model", kModel);
  CHECK(tokens(folder / "some.model", "a a") == Strings{"▁a", "▁a"});
  CHECK(tokens(folder.path.string(), "a a") == Strings{"▁a", "▁a"});

  test::save(folder / "tokenizer.json", kJson);  // goes before the others
  CHECK(tokens(folder / "tokenizer.json", "a") == Strings{"a"});
  CHECK(tokens(folder.path.string(), "a") == Strings{"a"});
  test::save(folder / "other.json", kJson);
  CHECK(tokens(folder / "other.json", "a") == Strings{"a"});
}

TEST_CASE("load tokenizer: what isn't there, and folders without one or with two") {
  const test::Folder folder;
  CHECK(message<attn::FileError>(folder / "none") == (folder / "none") + ": can't open: No such file or directory");
  CHECK(message<attn::FileError>(folder / "tokenizer.json") ==
        (folder / "tokenizer.json") + ": can't open: No such file or directory");
  CHECK(message<attn::UsageError>(folder.path.string()) ==
        folder.path.string() +
            ": has no tokenizer, expected tokenizer.json, vocab.txt, vocab.json with merges.txt, or a .model file");
  test::save(folder / "merges.txt", "");
  CHECK(message<attn::FileError>(folder / "merges.txt") ==
        (folder / "vocab.json") + ": can't open: No such file or directory");
  test::save(folder / "vocab.txt", kVocabTxt);
  test::save(folder / "a.model", kModel);
  CHECK(message<attn::UsageError>(folder.path.string()) ==
        folder.path.string() + ": has more than one tokenizer, a.model and vocab.txt; name the file");
  test::save(folder / "weights.bin", "x");
  CHECK(message<attn::UnsupportedError>(folder / "weights.bin") ==
        (folder / "weights.bin") + ": not the name of a tokenizer, expected *.json, vocab.txt, merges.txt or *.model");
}

TEST_CASE("load tokenizer: errors name the file") {
  const test::Folder folder;
  test::save(folder / "tokenizer.json", "{}");
  CHECK(message<attn::FormatError>(folder.path.string()) == (folder / "tokenizer.json") + ": $.model is missing");
  test::save(folder / "x.txt", "a\na\n");
  CHECK(message<attn::FormatError>(folder / "x.txt") ==
        (folder / "x.txt") + ": line 2: token \"a\" is there twice, with ids 0 and 1");
  test::save(folder / "x.model", "");
  CHECK(message<attn::FormatError>(folder / "x.model") ==
        (folder / "x.model") + ": has no pieces; is it a SentencePiece model?");
}

TEST_CASE("load tokenizer: what tokenizer_config.json says, and mistakes in it") {
  const test::Folder folder;
  const std::string config = folder / "tokenizer_config.json";
  test::save(folder / "vocab.txt", kVocabTxt);
  test::save(config, R"({"do_lower_case": false})");
  CHECK(tokens(folder.path.string(), "A") == Strings{"[CLS]", "[UNK]", "[SEP]"});
  test::save(config, "{");
  CHECK(test::contains(message<attn::FormatError>(folder.path.string()), config + ": byte 2 isn't JSON: "));
  test::save(config, "{\"a\": 1e999}");
  CHECK(test::contains(message<attn::FormatError>(folder.path.string()), config + ": isn't JSON that can be read: "));
  test::save(config, "[]");
  CHECK(message<attn::FormatError>(folder.path.string()) == "tokenizer_config.json: $ is array, expected an object");
  test::save(config, std::string(1000, '['));
  CHECK(message<attn::FormatError>(folder.path.string()) ==
        folder / "tokenizer_config.json" + ": nested more than 100 deep");
}

TEST_CASE("load tokenizer: what older folders have in files of their own") {
  const test::Folder folder;
  test::save(folder / "vocab.txt", kVocabTxt);
  test::save(folder / "special_tokens_map.json",
             R"({"cls_token": "[UNK]", "pad_token": {"content": "[P]"}, "additional_special_tokens": ["[A]"]})");
  test::save(folder / "added_tokens.json", R"({"[P]": 4, "[A]": 5, "new": 6})");
  const attn::Tokenizer tokenizer = load_tokenizer(folder.path.string());
  const attn::Encoding encoding = tokenizer.encode("a NEW [P][A]");
  CHECK(encoding.ids == std::vector<int>{0, 3, 6, 4, 5, 2});
  CHECK(tokenizer.decode(encoding.ids) == "a new");  // the others are special
  test::save(folder / "added_tokens.json", R"({"x": "4"})");
  CHECK(message<attn::FormatError>(folder.path.string()) ==
        "special_tokens_map.json and added_tokens.json: $.added_tokens_decoder has the key \"\"4\"\", expected an id");
  test::save(folder / "tokenizer_config.json",
             R"({"added_tokens_decoder": {"4": {"content": "z"}}})");  // the newer way
  CHECK(load_tokenizer(folder.path.string()).encode("z").ids == std::vector<int>{1, 4, 2});
}

TEST_CASE("load tokenizer: tokens that users added to a .model's") {
  const test::Folder folder;
  test::save(folder / "m.model", kModel);
  for (const char* type : {"", "LlamaTokenizer", "T5Tokenizer"}) {
    test::save(
        folder / "tokenizer_config.json",
        json{{"tokenizer_class", type}, {"extra_ids", 1}, {"added_tokens_decoder", {{"9", {{"content", "<new>"}}}}}}
            .dump());
    const auto ids = load_tokenizer(folder.path.string()).encode("a<new>", {false, false}).ids;
    CHECK(ids == std::vector<int>{3, 9});
  }
}

TEST_CASE("load tokenizer: special tokens that a class of models puts around a .model's") {
  const test::Folder folder;
  test::save(folder / "m.model", kModel);
  const auto with = [&](const json& config) {
    test::save(folder / "tokenizer_config.json", config.dump());
    return load_tokenizer(folder.path.string());
  };
  const attn::Tokenizer llama = with({{"tokenizer_class", "LlamaTokenizer"}});
  CHECK(llama.encode("a").tokens == Strings{"<s>", "▁a"});
  CHECK(llama.encode("a", "a").tokens == Strings{"<s>", "▁a", "<s>", "▁a"});
  CHECK(llama.encode("a", "a").type_ids == std::vector<int>{0, 0, 1, 1});
  CHECK(llama.encode("a</s>").ids == std::vector<int>{1, 3, 2});
  CHECK(llama.labels(llama.encode("a\t")) == Strings{"<s>", "␣a", "⇥"});  // unknown, but it has a name
  const attn::Tokenizer both = with({{"tokenizer_class", "LlamaTokenizer"}, {"add_eos_token", true}});
  CHECK(both.encode("a").tokens == Strings{"<s>", "▁a", "</s>"});
  CHECK(both.encode("a", "a").tokens == Strings{"<s>", "▁a", "</s>", "<s>", "▁a", "</s>"});
  CHECK(both.encode("a", "a").type_ids == std::vector<int>{0, 0, 0, 1, 1, 1});
  const attn::Tokenizer t5 = with({{"tokenizer_class", "T5Tokenizer"}, {"extra_ids", 2}});
  CHECK(t5.encode("a").tokens == Strings{"▁a", "</s>"});
  CHECK(t5.encode("a", "a").tokens == Strings{"▁a", "</s>", "▁a", "</s>"});
  CHECK(t5.encode("a", "a").type_ids == std::vector<int>{0, 0, 0, 0});
  CHECK(t5.encode("<extra_id_0><extra_id_1>").ids == std::vector<int>{7, 6, 2});
  CHECK(with({{"add_bos_token", false}, {"add_eos_token", true}, {"eos_token", "<s>"}}).encode("a").tokens ==
        Strings{"▁a", "<s>"});
  CHECK(test::message_of<attn::UnsupportedError>([&] {
          with({{"tokenizer_class", "XTokenizer"}});
        }) ==
        "tokenizer_config.json: $.tokenizer_class is \"XTokenizer\": with a .model file only T5, Llama and Gemma are "
        "known; a tokenizer.json says what is needed");
  CHECK(test::message_of<attn::FormatError>([&] {
          with({{"tokenizer_class", "LlamaTokenizer"}, {"bos_token", "<b>"}});
        }) == "tokenizer_config.json: $.bos_token: the special token \"<b>\" isn't in the vocabulary");
}
