// WordPiece: the longest token that the rest of a word begins with, again and again [Wu 2016; Devlin 2018].
//
//     unaffable  →  un ##aff ##able          tokens within a word have a prefix
#pragma once

#include <attn/io/in_quotes.hpp>
#include <attn/text/model.hpp>
#include <attn/text/prefix_trie.hpp>

namespace attn::text {

class WordPiece final : public Model {
 public:
  /// Words of more than `most_characters` are unknown. Throws FormatError when the unknown token isn't there.
  WordPiece(Vocabulary vocabulary, const std::string& unknown, const std::string& prefix, std::size_t most_characters,
            const std::string& where)
      : Model(std::move(vocabulary)), most_characters_(most_characters) {
    const std::optional<int> id = vocabulary_.find(unknown);
    if (!id) throw FormatError(where + ": the unknown token " + io::in_quotes(unknown) + " isn't in the vocabulary");
    unknown_ = *id;
    std::vector<std::pair<std::string_view, std::int32_t>> first, inner;
    for (int token = 0; token < vocabulary_.size(); ++token) {
      if (!vocabulary_.find_id(token)) continue;
      const std::string_view text = vocabulary_[token];
      first.emplace_back(text, token);
      if (text.starts_with(prefix)) inner.emplace_back(text.substr(prefix.size()), token);
    }
    first_ = PrefixTrie(std::move(first));
    inner_ = PrefixTrie(std::move(inner));
  }

  std::unique_ptr<Words> words() const override { return std::make_unique<ItsWords>(*this); }

 private:
  struct ItsWords final : Words {
    explicit ItsWords(const WordPiece& its_model) : model(its_model) {}
    const WordPiece& model;
    void tokenize(std::string_view text, Range word, std::vector<Token>& tokens) override {
      const std::size_t before = tokens.size();
      const std::string_view all = text.substr(word.begin, word.size());
      bool known = all.size() <= model.most_characters_ || count_code_points(all) <= model.most_characters_;
      for (std::size_t at = 0; known && at < all.size();) {
        std::size_t longest = 0;
        std::int32_t id = 0;
        (at == 0 ? model.first_ : model.inner_)
            .for_each_prefix(all.substr(at), [&](std::size_t size, std::int32_t token) {
              if (at + size < all.size() && continues_code_point(all[at + size])) return;
              longest = size;
              id = token;
            });
        known = longest > 0;
        const auto begin = word.begin + static_cast<std::uint32_t>(at);
        tokens.push_back({id, {begin, begin + static_cast<std::uint32_t>(longest)}});
        at += longest;
      }
      if (known) return;
      tokens.resize(before);
      tokens.push_back({model.unknown_, word});
    }
  };

  std::size_t most_characters_;
  int unknown_;
  PrefixTrie first_, inner_;
};

}  // namespace attn::text
