// What every model of a vocabulary does: cut words into tokens.
#pragma once

#include <attn/text/aligned_text.hpp>
#include <attn/text/vocabulary.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace attn::text {

/// A token, and the bytes of the text that it stands for.
struct Token {
  int id;
  Range range;
};

class Model {
 public:
  explicit Model(Vocabulary vocabulary) : vocabulary_(std::move(vocabulary)) {}
  virtual ~Model() = default;

  const Vocabulary& vocabulary() const { return vocabulary_; }

  /// What a thread keeps while it goes through the words of a text. One word at a time: appends its tokens.
  class Words {
   public:
    virtual ~Words() = default;
    virtual void tokenize(std::string_view text, Range word, std::vector<Token>& tokens) = 0;
  };
  virtual std::unique_ptr<Words> words() const = 0;

  /// The token whose name is the text that it stands for, if there is one.
  virtual std::optional<int> named_by_text() const { return std::nullopt; }

 protected:
  Vocabulary vocabulary_;
};

}  // namespace attn::text
