// Unigram: of all ways to cut a word into tokens the most probable one, by Viterbi's algorithm [Kudo 2018].
//
//     score(word) = max over the cuts of Σ ln p(token)         an unknown character scores 10 below the rarest token
#pragma once

#include <attn/text/byte_fallback.hpp>
#include <attn/text/model.hpp>
#include <attn/text/prefix_trie.hpp>

#include <algorithm>
#include <limits>

namespace attn::text {

struct UnigramRules {
  std::optional<int> unknown;  // the token for characters that aren't there
  bool byte_fallback = false;  // they are spelt in bytes
  // Of equally good ways Hugging Face's library takes the one whose last token is longer, SentencePiece, which adds
  // scores up in float, the one whose last token is shorter.
  bool as_sentencepiece = false;
  std::optional<double> rarest = {};  // the score that an unknown character's is 10 below; of all tokens unless said
};

class Unigram final : public Model {
 public:
  /// `scores` [V] are ln p of each token; tokens of which `usable` [V] isn't true are never found in a text.
  Unigram(Vocabulary vocabulary, std::vector<double> scores, const std::vector<bool>& usable, UnigramRules rules)
      : Model(std::move(vocabulary)), scores_(std::move(scores)), rules_(rules), bytes_(byte_ids(vocabulary_)) {
    std::vector<std::pair<std::string_view, std::int32_t>> tokens;
    for (int id = 0; id < vocabulary_.size(); ++id) {
      if (!vocabulary_.find_id(id)) continue;
      least_ = std::min(least_, scores_[static_cast<std::size_t>(id)]);
      if (usable[static_cast<std::size_t>(id)]) tokens.emplace_back(vocabulary_[id], id);
    }
    trie_ = PrefixTrie(std::move(tokens));
  }

  std::unique_ptr<Words> words() const override { return std::make_unique<ItsWords>(*this); }
  std::optional<int> named_by_text() const override { return rules_.unknown; }

 private:
  static constexpr double kUnknownPenalty = 10;

  struct ItsWords final : Words {
    explicit ItsWords(const Unigram& its_model) : model(its_model) {}
    const Unigram& model;
    const int unknown = model.rules_.unknown.value_or(kUnknown);

    /// The best way to the place behind a token.
    struct Step {
      double score = -std::numeric_limits<double>::infinity();
      std::uint32_t begin = 0;
      int id = -1;  // −1: no way leads here
    };
    std::vector<Step> steps;
    std::vector<Token> path;  // from the end of the word

    void tokenize(std::string_view text, Range word, std::vector<Token>& tokens) override {
      const std::string_view all = text.substr(word.begin, word.size());
      steps.assign(all.size() + 1, Step{});
      steps[0].score = 0;
      for (std::size_t at = 0; at < all.size();) {
        const double here = steps[at].score;
        const std::size_t character = code_point_size(all[at]);
        bool known = false;
        const auto reach = [&](std::size_t size, int id, double score) {
          Step& step = steps[at + size];
          const bool spm = model.rules_.as_sentencepiece;
          const double sum = spm ? static_cast<float>(here + score) : here + score;
          if (step.id < 0 || sum > step.score || (spm && sum == step.score))
            step = {sum, static_cast<std::uint32_t>(at), id};
        };
        model.trie_.for_each_prefix(all.substr(at), [&](std::size_t size, std::int32_t id) {
          reach(size, id, model.scores_[static_cast<std::size_t>(id)]);
          known = known || size == character;
        });
        if (!known) reach(character, unknown, model.rules_.rarest.value_or(model.least_) - kUnknownPenalty);
        at += character;
      }
      path.clear();
      for (std::size_t end = all.size(); end > 0; end = steps[end].begin) {
        const Step& step = steps[end];
        const std::uint32_t begin = word.begin + step.begin;
        if (!path.empty() && step.id == unknown && path.back().id == unknown)
          path.back().range.begin = begin;  // unknown characters beside each other are one token
        else
          path.push_back({step.id, {begin, word.begin + static_cast<std::uint32_t>(end)}});
      }
      for (; !path.empty(); path.pop_back()) append(text, path.back(), tokens);
    }

    /// An unknown token becomes bytes, where the vocabulary has them.
    void append(std::string_view text, const Token& token, std::vector<Token>& tokens) const {
      if (token.id == unknown && model.rules_.byte_fallback) {
        const std::string_view spelling = text.substr(token.range.begin, token.range.size());
        if (has_all_bytes(model.bytes_, spelling)) {
          for (const char c : spelling) tokens.push_back({model.bytes_[static_cast<unsigned char>(c)], token.range});
          return;
        }
      }
      if (token.id == kUnknown)
        throw UnsupportedError(
            "tokenizer: a character isn't in the vocabulary, and there is no token for unknown ones");
      tokens.push_back(token);
    }
  };

  static constexpr int kUnknown = std::numeric_limits<int>::max();  // where no token is meant for it
  std::vector<double> scores_;
  UnigramRules rules_;
  ByteIds bytes_;
  double least_ = std::numeric_limits<double>::infinity();
  PrefixTrie trie_;
};

}  // namespace attn::text
