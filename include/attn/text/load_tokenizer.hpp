// The tokenizer of a checkpoint folder, or of a file of one.
//
//     tokenizer.json | vocab.txt | vocab.json and merges.txt | *.model
//
// Beside the last three: tokenizer_config.json or, in older folders, special_tokens_map.json and added_tokens.json.
#pragma once

#include <attn/io/in_quotes.hpp>
#include <attn/io/mapped_file.hpp>
#include <attn/text/read_sentencepiece.hpp>
#include <attn/text/read_tokenizer_json.hpp>
#include <attn/text/read_vocab_files.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace attn {

namespace text {

/// What the files beside a vocabulary say: tokenizer_config.json and, where that has no added_tokens_decoder, the older
/// special_tokens_map.json and added_tokens.json as if it were said there.
class ConfigFiles {
 public:
  explicit ConfigFiles(const std::filesystem::path& folder) : json_(read(folder / "tokenizer_config.json")) {
    if (json_.contains("added_tokens_decoder")) return;
    const nlohmann::json special = read(folder / "special_tokens_map.json");
    const nlohmann::json added = read(folder / "added_tokens.json");
    json_.update(special);
    for (const auto& [token, id] : added.items())
      json_["added_tokens_decoder"][id.dump()] = {{"content", token}, {"special", names(special, token)}};
  }
  JsonNode root() const { return {json_, (name_.empty() ? "tokenizer_config.json" : name_) + ": $"}; }

 private:
  nlohmann::json read(const std::filesystem::path& path) {
    if (!std::filesystem::exists(path)) return nlohmann::json::object();
    const io::MappedFile file(path.string());
    nlohmann::json json = parse_json(file.bytes().text(), path.string(), [](int, auto, auto&) { return true; });
    const std::string name = path.filename().string();
    JsonNode(json, name + ": $").expect(json.is_object(), "an object");
    name_ = name_.empty() ? name : name_ + " and " + name;
    return json;
  }

  /// Whether a token is that of a key, by itself, as the content of an object or in a list.
  static bool names(const nlohmann::json& value, const std::string& token) {
    if (!value.is_structured()) return value == token;
    return std::any_of(value.begin(), value.end(), [&](const auto& part) { return names(part, token); });
  }

  std::string name_;
  nlohmann::json json_;
};

namespace detail {

/// Special tokens that classes of models put around what SentencePiece makes of a text.
inline void add_class_rules(const JsonNode& config, const SentencePieceModel& model, TokenizerParts& parts) {
  const Vocabulary& vocabulary = parts.model->vocabulary();
  const std::string type = config.string("tokenizer_class", "");
  const bool llama = type.starts_with("Llama") || type.starts_with("CodeLlama") || type.starts_with("Gemma");
  const bool t5 = type.starts_with("T5");
  if (!type.empty() && !llama && !t5)
    throw UnsupportedError(
        config.path() + ".tokenizer_class is " + io::in_quotes(type) +
        ": with a .model file only T5, Llama and Gemma are known; a tokenizer.json says what is needed");
  const bool only_the_model = type.empty() && !config.find("add_bos_token") && !config.find("add_eos_token");
  std::vector<AddedToken> added;
  if (!only_the_model)
    for (std::size_t id = 0; id < model.pieces.size(); ++id) {
      const auto& piece = model.pieces[id];
      if (piece.kind != SentencePieceModel::control && piece.kind != SentencePieceModel::unknown) continue;
      AddedToken token{static_cast<int>(id), piece.text};
      token.special = true;
      added.push_back(token);
    }
  if (t5) {  // <extra_id_0> is the last one
    const auto count = static_cast<int>(std::min<std::size_t>(config.count("extra_ids", 100), 10000));
    for (int i = 0; i < count; ++i) {
      AddedToken token{vocabulary.size() + count - 1 - i, "<extra_id_" + std::to_string(i) + ">"};
      if (vocabulary.find(token.content)) break;
      token.special = true;
      added.push_back(token);
    }
  }
  read_added_tokens_decoder(config, vocabulary, added);
  for (AddedToken& token : added) {  // SentencePiece sees only what is between them
    token.normalized = false;
    parts.added_tokens.push_back(std::move(token));
  }
  if (only_the_model) return;
  const auto part = [&](const char* key, const char* otherwise) {
    return TemplatePart{
        -1, 0, {token_in(vocabulary, special_token(config, key, otherwise), config.path() + "." + key)}};
  };
  PostProcessor& rules = parts.post_processor;
  rules.single = {{0, 0}};
  rules.pair = {{0, 0}, {1, t5 ? 0 : 1}};
  if (config.boolean("add_bos_token", llama)) {
    const TemplatePart bos = part("bos_token", "<s>");
    rules.single.insert(rules.single.begin(), bos);
    TemplatePart second = bos;
    second.type_id = 1;
    rules.pair = {bos, {0, 0}, second, {1, 1}};
  }
  if (config.boolean("add_eos_token", t5)) {
    const TemplatePart eos = part("eos_token", "</s>");
    rules.single.push_back(eos);
    TemplatePart second = eos;
    second.type_id = rules.pair.back().type_id;
    rules.pair.insert(rules.pair.end() - 1 - (rules.pair.size() > 2), eos);
    rules.pair.push_back(second);
  }
}

inline Tokenizer load_from(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  const std::string name = file.string();
  const io::MappedFile mapped(name);
  const std::string_view text = mapped.bytes().text();
  const ConfigFiles config(folder);
  if (file.extension() == ".txt") {
    if (file.filename() != "merges.txt") return read_vocab_txt(text, config.root(), name);
    const io::MappedFile vocab((folder / "vocab.json").string());
    return read_vocab_json(vocab.bytes().text(), text, config.root(), vocab.name(), name);
  }
  if (file.extension() == ".model") {
    const SentencePieceModel model = parse_sentencepiece(text, name);
    TokenizerParts parts = sentencepiece_parts(model, name);
    add_class_rules(config.root(), model, parts);
    return Tokenizer(std::move(parts));
  }
  if (file.filename() == "vocab.json") {
    const io::MappedFile merges((folder / "merges.txt").string());
    return read_vocab_json(text, merges.bytes().text(), config.root(), name, merges.name());
  }
  if (file.extension() != ".json")
    throw UnsupportedError(name + ": not the name of a tokenizer, expected *.json, vocab.txt, merges.txt or *.model");
  return read_tokenizer_json(text, name);
}

}  // namespace detail
}  // namespace text

/// The tokenizer in a folder, or in a file. A folder's tokenizer.json goes before its other files. Throws FileError for
/// what isn't there, UsageError for a folder that has no tokenizer, or two different ones.
inline Tokenizer load_tokenizer(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) return text::detail::load_from(path);
  const fs::path folder(path);
  if (fs::exists(folder / "tokenizer.json")) return text::detail::load_from(folder / "tokenizer.json");
  std::vector<fs::path> found;
  if (fs::exists(folder / "vocab.txt")) found.push_back(folder / "vocab.txt");
  if (fs::exists(folder / "vocab.json") && fs::exists(folder / "merges.txt")) found.push_back(folder / "vocab.json");
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".model") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  if (found.size() == 1) return text::detail::load_from(found[0]);
  if (found.empty())
    throw UsageError(path +
                     ": has no tokenizer, expected tokenizer.json, vocab.txt, vocab.json with merges.txt, or a " +
                     ".model file");
  throw UsageError(path + ": has more than one tokenizer, " + found[0].filename().string() + " and " +
                   found[1].filename().string() + "; name the file");
}

}  // namespace attn
