// Each word is a token, or unknown.
#pragma once

#include <attn/io/in_quotes.hpp>
#include <attn/text/model.hpp>

namespace attn::text {

class WordLevel final : public Model {
 public:
  WordLevel(Vocabulary vocabulary, const std::string& unknown)
      : Model(std::move(vocabulary)), unknown_(vocabulary_.find(unknown)), unknown_token_(unknown) {}

  std::unique_ptr<Words> words() const override { return std::make_unique<ItsWords>(*this); }

 private:
  struct ItsWords final : Words {
    explicit ItsWords(const WordLevel& its_model) : model(its_model) {}
    const WordLevel& model;
    void tokenize(std::string_view text, Range word, std::vector<Token>& tokens) override {
      std::optional<int> id = model.vocabulary_.find(text.substr(word.begin, word.size()));
      if (!id) id = model.unknown_;
      if (!id)
        throw UnsupportedError("tokenizer: a word isn't in the vocabulary, and the token for unknown ones, " +
                               io::in_quotes(model.unknown_token_) + ", isn't either");
      tokens.push_back({*id, word});
    }
  };

  std::optional<int> unknown_;
  std::string unknown_token_;
};

}  // namespace attn::text
