// Agreement with the reference engines, Hugging Face's tokenizers and Google's SentencePiece, where the shared folder
// with real vocabularies and their cases is there.
#include <attn/text/load_tokenizer.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <cstdlib>

using attn::Encoding;
using attn::Tokenizer;
using nlohmann::json;

namespace {

/// The folder of real tokenizers; empty where it isn't there.
std::string shared_tokenizers() {
  const char* shared = std::getenv("ATTN_SHARED");
  const std::string folder = std::string(shared ? shared : "") + "/tokenizers";
  return shared && std::filesystem::exists(folder) ? folder : "";
}

/// What differs between an encoding and a case, in words; nothing where they agree. Cases of two texts have fewer keys.
std::string differences(const Tokenizer& tokenizer, const json& expected) {
  const std::string text = expected["text"];
  const bool has_pair = expected.contains("pair") && expected["pair"].is_string();
  const auto encode = [&](bool special) {
    return has_pair ? tokenizer.encode(text, expected["pair"].get<std::string>(), {special, true})
                    : tokenizer.encode(text, {special, true});
  };
  const Encoding actual = encode(true);
  json offsets = json::array(), words = json::array();
  for (std::size_t i = 0; i < actual.size(); ++i) {
    offsets.push_back({actual.code_points[i].begin, actual.code_points[i].end});
    words.push_back(actual.words[i] < 0 ? json() : json(actual.words[i]));
  }
  const auto decoded = [&](const char* key, bool skip_special) {
    const auto ids = expected["ids"].get<std::vector<int>>();
    return !expected.contains(key) || expected[key].is_null() ? json() : json(tokenizer.decode(ids, skip_special));
  };
  std::string different;
  const auto compare = [&](const char* key, const json& mine) {
    if (expected.contains(key) && mine != expected[key])
      different += std::string(key) + " " + mine.dump() + " expected " + expected[key].dump() + "\n";
  };
  compare("ids", actual.ids);
  compare("tokens", actual.tokens);
  compare("offsets", offsets);
  compare("type_ids", actual.type_ids);
  compare("word_ids", words);
  compare("ids_plain", encode(false).ids);
  compare("decoded", decoded("decoded", true));
  compare("decoded_with_special", decoded("decoded_with_special", false));
  return different;
}

json cases_of(const std::string& path) { return json::parse(test::content(path))["cases"]; }

}  // namespace

TEST_CASE("reference cases: Hugging Face's, every id, token, place, type, word and decoding") {
  const std::string folder = shared_tokenizers();
  if (folder.empty()) {
    WARN("skipped: ATTN_SHARED doesn't name the folder with real tokenizers");
    return;
  }
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string cases = entry.path() / "cases_public.json";
    if (!std::filesystem::exists(entry.path() / "tokenizer.json")) continue;
    const Tokenizer tokenizer = attn::load_tokenizer(entry.path().string());
    if (!std::filesystem::exists(cases)) continue;
    for (const json& expected : cases_of(cases)) {
      CAPTURE(entry.path().filename().string(), expected["text"].dump());
      CHECK(differences(tokenizer, expected) == "");
      ++compared;
    }
  }
  CHECK(compared >= 300);
}

TEST_CASE("reference cases: vocab.txt and vocab.json say the same as the tokenizer.json beside them") {
  const std::string folder = shared_tokenizers();
  if (folder.empty()) return;
  for (const auto& [name, file] : {std::pair{"bert-base-uncased", "vocab.txt"},
                                   {"bert-base-cased", "vocab.txt"},
                                   {"gpt2", "vocab.json"},
                                   {"gpt2", "merges.txt"}}) {
    const Tokenizer expected = attn::load_tokenizer(folder + "/" + name);
    const Tokenizer actual = attn::load_tokenizer(folder + "/" + name + "/" + file);
    for (const json& one : cases_of(folder + "/gpt2/cases_public.json")) {
      const std::string text = one["text"];
      CAPTURE(name, file, text);
      const Encoding a = actual.encode(text, text), b = expected.encode(text, text);
      CHECK(a.ids == b.ids);
      CHECK(a.code_points == b.code_points);
      CHECK(a.type_ids == b.type_ids);
      CHECK(actual.decode(a.ids) == expected.decode(b.ids));
    }
  }
}

TEST_CASE("reference cases: SentencePiece's, every id, piece and decoding") {
  const std::string folder = shared_tokenizers();
  if (folder.empty()) return;
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/spm-fixtures")) {
    if (entry.path().extension() != ".model") continue;
    const Tokenizer tokenizer = attn::load_tokenizer(entry.path().string());
    for (const json& expected :
         cases_of(folder + "/spm-fixtures/spm_cases_" + entry.path().stem().string() + "_public.json")) {
      CAPTURE(entry.path().filename().string(), expected["text"].dump());
      const Encoding actual = tokenizer.encode(expected["text"].get<std::string>());
      CHECK(actual.ids == expected["ids"].get<std::vector<int>>());
      CHECK(actual.tokens == expected["pieces"].get<std::vector<std::string>>());
      if (expected["decoded"].is_string())
        CHECK(tokenizer.decode(expected["ids"].get<std::vector<int>>()) == expected["decoded"].get<std::string>());
      ++compared;
    }
  }
  CHECK(compared >= 200);
}
