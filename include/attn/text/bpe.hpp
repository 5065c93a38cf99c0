// Byte pair encoding: a word's characters are merged, two by two, the pair that was learnt first before all others
// [Sennrich 2016].
//
//     l o w e r  →  lo w e r  →  low e r  →  low er
#pragma once

#include <attn/text/byte_fallback.hpp>
#include <attn/text/model.hpp>

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace attn::text {

/// Which pairs of tokens become which, and when.
class Merges {
 public:
  struct Merge {
    std::int32_t rank = -1;  // the lowest goes first; −1: no merge
    std::int32_t id = 0;
  };

  explicit Merges(std::size_t count) {
    std::size_t size = 16;
    while (size < 2 * count) size *= 2;
    slots_.resize(size);
  }

  /// At most as many as the constructor was told. Of merges of the same pair the first counts.
  void add(int left, int right, Merge merge) {
    Slot& slot = slots_[find(key(left, right))];
    if (slot.merge.rank < 0) slot = {key(left, right), merge};
  }

  /// rank < 0 where the pair isn't merged.
  Merge operator()(int left, int right) const {
    const Slot& slot = slots_[find(key(left, right))];
    return slot.merge;
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    Merge merge;
  };
  static std::uint64_t key(int left, int right) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
  }
  std::size_t find(std::uint64_t key) const {
    std::uint64_t hash = key * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
    std::size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot].merge.rank >= 0 && slots_[slot].key != key) slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }

  std::vector<Slot> slots_;  // open addressing; a power of two of them, at least half of them free
};

struct BpeRules {
  std::optional<int> unknown;      // the token for characters that aren't there; without one they are left out
  bool fuse_unknown = false;       // unknown characters beside each other are one token
  bool byte_fallback = false;      // a character that isn't there is spelt in bytes
  bool ignore_merges = false;      // a word that is a token is taken as it is
  bool name_unknown = false;       // an unknown token is called by the text that it stands for
  std::string continuing_prefix;   // what characters within a word begin with in the vocabulary
  std::string end_of_word_suffix;  // what the last character of a word ends with there
};

class Bpe final : public Model {
 public:
  Bpe(Vocabulary vocabulary, Merges merges, BpeRules rules)
      : Model(std::move(vocabulary)),
        merges_(std::move(merges)),
        rules_(std::move(rules)),
        bytes_(byte_ids(vocabulary_)) {}

  std::unique_ptr<Words> words() const override { return std::make_unique<ItsWords>(*this); }
  std::optional<int> named_by_text() const override { return rules_.name_unknown ? rules_.unknown : std::nullopt; }

 private:
  class ItsWords final : public Words {
   public:
    explicit ItsWords(const Bpe& model) : model_(model) {}

    void tokenize(std::string_view text, Range word, std::vector<Token>& tokens) override {
      const std::string_view all = text.substr(word.begin, word.size());
      if (const auto known = seen_.find(all); known != seen_.end()) {
        for (std::uint32_t i = known->second.begin; i < known->second.end; ++i) append(seen_tokens_[i], word, tokens);
        return;
      }
      const std::size_t first = tokens.size();
      cut(all, word.begin, tokens);
      if (all.size() > kLongestKept || seen_tokens_.size() > kMostKept) return;
      const auto begin = static_cast<std::uint32_t>(seen_tokens_.size());
      for (std::size_t i = first; i < tokens.size(); ++i)
        seen_tokens_.push_back({tokens[i].id, {tokens[i].range.begin - word.begin, tokens[i].range.end - word.begin}});
      seen_.emplace(all, Range{begin, static_cast<std::uint32_t>(seen_tokens_.size())});
    }

   private:
    static constexpr std::size_t kLongestKept = 64;     // bytes of a word that is remembered
    static constexpr std::size_t kMostKept = 1u << 18;  // their tokens

    struct Symbol {
      int id;
      std::int32_t before, next;  // indices, −1 at the ends
      Range range;                // empty: merged into the one before
    };
    struct Candidate {
      std::int32_t rank, position, id;
      bool operator>(const Candidate& other) const {
        return rank != other.rank ? rank > other.rank : position > other.position;
      }
    };

    static void append(const Token& token, Range word, std::vector<Token>& tokens) {
      tokens.push_back({token.id, {word.begin + token.range.begin, word.begin + token.range.end}});
    }

    void cut(std::string_view word, std::uint32_t begin, std::vector<Token>& tokens) {
      if (model_.rules_.ignore_merges)
        if (const std::optional<int> id = model_.vocabulary_.find(word)) {
          tokens.push_back({*id, {begin, begin + static_cast<std::uint32_t>(word.size())}});
          return;
        }
      spell(word, begin);
      merge();
      for (const Symbol& symbol : symbols_)
        if (!symbol.range.empty()) tokens.push_back({symbol.id, symbol.range});
    }

    /// The characters of the word as symbols. A character that is left out has no place: those behind it move up, as
    /// they do in Hugging Face's library.
    void spell(std::string_view word, std::uint32_t begin) {
      const BpeRules& rules = model_.rules_;
      symbols_.clear();
      std::uint32_t unknown = 0;  // bytes that aren't a symbol yet
      const auto add = [&](int id, std::size_t size) {
        const auto index = static_cast<std::int32_t>(symbols_.size());
        const std::uint32_t end = begin + static_cast<std::uint32_t>(size);
        symbols_.push_back({id, index - 1, index + 1, {begin, end}});
        begin = end;
      };
      const auto add_unknown = [&] {
        if (unknown > 0) add(*rules.unknown, unknown);
        unknown = 0;
      };
      for (std::size_t at = 0; at < word.size();) {
        const std::size_t size = code_point_size(word[at]);
        std::string_view character = word.substr(at, size);
        if (!rules.continuing_prefix.empty() || !rules.end_of_word_suffix.empty()) {
          decorated_ = at > 0 ? rules.continuing_prefix : "";
          decorated_ += character;
          if (at + size == word.size()) decorated_ += rules.end_of_word_suffix;
          character = decorated_;
        }
        at += size;
        if (const std::optional<int> id = model_.vocabulary_.find(character)) {
          add_unknown();
          add(*id, size);
        } else if (rules.byte_fallback && has_all_bytes(model_.bytes_, character)) {
          if (rules.name_unknown) add_unknown();  // Hugging Face's library puts it behind the bytes
          const std::uint32_t first = begin;
          for (const char byte : character) {
            begin = first;  // each byte stands for the whole character
            add(model_.bytes_[static_cast<unsigned char>(byte)], size);
          }
        } else if (rules.unknown) {
          if (!rules.fuse_unknown) add_unknown();
          unknown += static_cast<std::uint32_t>(size);
        }
      }
      add_unknown();
      if (!symbols_.empty()) symbols_.back().next = -1;
    }

    void merge() {
      candidates_.clear();
      const auto consider = [&](std::int32_t left) {
        const Symbol& symbol = symbols_[static_cast<std::size_t>(left)];
        if (symbol.next < 0) return false;
        const Merges::Merge merge = model_.merges_(symbol.id, symbols_[static_cast<std::size_t>(symbol.next)].id);
        if (merge.rank < 0) return false;
        candidates_.push_back({merge.rank, left, merge.id});
        return true;
      };
      for (std::size_t i = 0; i + 1 < symbols_.size(); ++i) consider(static_cast<std::int32_t>(i));
      const auto later = std::greater<>();
      std::make_heap(candidates_.begin(), candidates_.end(), later);
      while (!candidates_.empty()) {
        const Candidate best = candidates_.front();
        std::pop_heap(candidates_.begin(), candidates_.end(), later);
        candidates_.pop_back();
        Symbol& left = symbols_[static_cast<std::size_t>(best.position)];
        if (left.range.empty() || left.next < 0) continue;
        Symbol& right = symbols_[static_cast<std::size_t>(left.next)];
        const Merges::Merge merge = model_.merges_(left.id, right.id);
        if (merge.rank < 0 || merge.id != best.id) continue;  // one of the two has been merged with another
        left.id = merge.id;
        left.range.end = right.range.end;
        left.next = right.next;
        right.range = {};
        if (left.next >= 0) symbols_[static_cast<std::size_t>(left.next)].before = best.position;
        if (left.before >= 0 && consider(left.before)) std::push_heap(candidates_.begin(), candidates_.end(), later);
        if (consider(best.position)) std::push_heap(candidates_.begin(), candidates_.end(), later);
      }
    }

    struct Hash : std::hash<std::string_view> {
      using is_transparent = void;
    };
    const Bpe& model_;
    std::vector<Symbol> symbols_;
    std::vector<Candidate> candidates_;                                   // a heap, the first merge on top
    std::string decorated_;                                               // a character with its prefix and suffix
    std::unordered_map<std::string, Range, Hash, std::equal_to<>> seen_;  // words, and where their tokens are
    std::vector<Token> seen_tokens_;
  };

  Merges merges_;
  BpeRules rules_;
  ByteIds bytes_;
};

}  // namespace attn::text
