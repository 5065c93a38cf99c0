// Added tokens, as tokenizer.json and tokenizer_config.json list them.
#pragma once

#include <attn/text/added_tokens.hpp>
#include <attn/text/json_node.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace attn::text {

inline AddedToken read_added_token(const JsonNode& node, int id) {
  AddedToken token;
  token.id = id;
  token.content = node["content"].string();
  token.special = node.boolean("special", false);
  token.normalized = node.boolean("normalized", !token.special);
  token.single_word = node.boolean("single_word", false);
  token.lstrip = node.boolean("lstrip", false);
  token.rstrip = node.boolean("rstrip", false);
  return token;
}

/// $.added_tokens of tokenizer.json. Added tokens have their id in the vocabulary, or the next free one: what the file
/// says besides isn't heeded, as in Hugging Face's library.
inline void read_added_tokens(const JsonNode& node, const Vocabulary& vocabulary, std::vector<AddedToken>& tokens) {
  int next = vocabulary.count();
  std::unordered_set<std::string> seen;
  for (const JsonNode& item : node.items()) {
    AddedToken token = read_added_token(item, item["id"].id());
    if (token.content.empty() || !seen.insert(token.content).second) continue;
    token.id = vocabulary.find(token.content).value_or(next);
    next = std::max(next, token.id + 1);
    tokens.push_back(token);
  }
}

/// $.added_tokens_decoder of tokenizer_config.json, an object of ids and tokens: they take the place of those in
/// `tokens` with the same id. Throws FormatError for a token that has another id in the vocabulary, or whose id is that
/// of another token there.
inline void read_added_tokens_decoder(const JsonNode& config, const Vocabulary& vocabulary,
                                      std::vector<AddedToken>& tokens) {
  const auto list = config.find("added_tokens_decoder");
  if (!list) return;
  std::map<int, AddedToken> by_id;
  for (AddedToken& token : tokens) by_id[token.id] = std::move(token);
  for (const auto& [key, item] : list->members()) {
    int id = -1;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
    if (error != std::errc() || end != key.data() + key.size() || id < 0 || id >= Vocabulary::kMostIds)
      throw FormatError(list->path() + " has the key " + io::in_quotes(key) + ", expected an id");
    AddedToken token = read_added_token(item, id);
    const std::optional<int> known = vocabulary.find(token.content);
    if (known ? *known != id : vocabulary.find_id(id).has_value())
      throw FormatError(
          item.path() + " is " + io::in_quotes(token.content) + ", but in the vocabulary " +
          (known ? "that has the id " + std::to_string(*known) : "the id is that of " + io::in_quotes(vocabulary[id])));
    by_id[id] = std::move(token);
  }
  tokens.clear();
  for (auto& [id, token] : by_id) tokens.push_back(std::move(token));
}

}  // namespace attn::text
