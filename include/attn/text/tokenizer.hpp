// From text to the tokens of a model, and back.
//
//     const attn::Tokenizer tokenizer = attn::load_tokenizer("bert-base-uncased");
//     const attn::Encoding encoding = tokenizer.encode("The cat sat.");
//
//     text → added tokens are found → normalised → cut into words → tokens → special tokens are put around them
//
// Immutable: any number of threads may use one. Source: Hugging Face's tokenizers, "The tokenization pipeline".
#pragma once

#include <attn/text/added_tokens.hpp>
#include <attn/text/decoder.hpp>
#include <attn/text/encoding.hpp>
#include <attn/text/labels.hpp>
#include <attn/text/model.hpp>
#include <attn/text/normalizer.hpp>
#include <attn/text/post_processor.hpp>
#include <attn/text/pre_tokenizer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace attn {

namespace text {

/// What a tokenizer is made of. Parts that aren't there do nothing.
struct TokenizerParts {
  std::vector<AddedToken> added_tokens;
  Normalizer normalizer;
  PreTokenizer pre_tokenizer;
  std::shared_ptr<const Model> model;
  PostProcessor post_processor;
  Decoder decoder;
  std::optional<Truncation> truncation;
  std::optional<Padding> padding;
  Spelling spelling;
};

/// Counts code points up to a byte; quickly, where the bytes asked for follow each other.
class CodePointCounter {
 public:
  explicit CodePointCounter(std::string_view text) : text_(text), ascii_(is_ascii(text)) {}
  std::uint32_t operator()(std::uint32_t byte) {
    if (ascii_) return byte;
    for (; at_ < byte; ++at_) count_ += !continues_code_point(text_[at_]);
    for (; at_ > byte; --at_) count_ -= !continues_code_point(text_[at_ - 1]);
    return count_;
  }

 private:
  std::string_view text_;
  bool ascii_;
  std::uint32_t at_ = 0, count_ = 0;
};

}  // namespace text

class Tokenizer {
 public:
  struct Options {
    bool special_tokens = true;  // put them around the text
    bool limits = true;          // truncate and pad, where the tokenizer has rules for it
  };

  explicit Tokenizer(text::TokenizerParts parts) : parts_(std::move(parts)) {
    std::vector<text::AddedToken> before, behind;
    for (text::AddedToken& token : parts_.added_tokens) {
      if (token.normalized && !token.is_normal) token.content = normalized(token.content);
      added_[token.id] = token;
      (token.normalized ? behind : before).push_back(token);
    }
    find_before_ = text::AddedTokenFinder(std::move(before));
    find_behind_ = text::AddedTokenFinder(std::move(behind));
  }

  /// The tokens of a text. What isn't UTF-8 in it becomes U+FFFD, and places are those in the text that results. Throws
  /// UsageError for texts of 4 GB and more, UnsupportedError for a character that the vocabulary has no way to spell.
  Encoding encode(std::string_view text, const Options& options = Options{true, true}) const {
    return finish(encode_sequence(text, 0), nullptr, options);
  }

  /// The tokens of two texts that a model reads as one.
  Encoding encode(std::string_view text, std::string_view pair, const Options& options = Options{true, true}) const {
    Encoding second = encode_sequence(pair, 1);
    return finish(encode_sequence(text, 0), &second, options);
  }

  /// The text of tokens; with special ones, unless they are skipped. Throws UsageError for an id that there is not.
  std::string decode(const std::vector<int>& ids, bool skip_special = true) const {
    std::vector<std::string> tokens;
    for (const int id : ids) {
      const auto added = added_.find(id);
      if (added != added_.end()) {
        if (!skip_special || !added->second.special) tokens.push_back(added->second.content);
      } else {
        tokens.emplace_back(token(id));
      }
    }
    if (parts_.decoder) {
      tokens = parts_.decoder(std::move(tokens));
    } else {
      for (std::size_t i = 1; i < tokens.size(); ++i) tokens[i].insert(0, 1, ' ');
    }
    std::string result;
    for (const std::string& part : tokens) result += part;
    return result;
  }

  /// A token as the vocabulary spells it. Throws UsageError for an id that there is not.
  std::string token(int id) const {
    const auto added = added_.find(id);
    if (added != added_.end()) return added->second.content;
    if (!vocabulary().find_id(id))
      throw UsageError("tokenizer: there is no token " + std::to_string(id) + ", expected an id below " +
                       std::to_string(size()));
    return std::string(vocabulary()[id]);
  }

  /// The id of a token, as the vocabulary spells it.
  std::optional<int> find(std::string_view token) const {
    for (const auto& [id, added] : added_)
      if (added.content == token) return id;
    return vocabulary().find(token);
  }

  /// One more than the largest id.
  int size() const {
    int size = vocabulary().size();
    for (const auto& [id, token] : added_) size = std::max(size, id + 1);
    return size;
  }

  /// Tokens as people read them: without the vocabulary's spelling, spaces visible. Special tokens stay as they are.
  std::vector<std::string> labels(const Encoding& encoding) const {
    std::vector<std::string> labels;
    labels.reserve(encoding.size());
    for (std::size_t i = 0; i < encoding.size(); ++i) {
      const bool from_text = encoding.ids[i] == parts_.model->named_by_text();
      labels.push_back(encoding.special[i] || (added_.count(encoding.ids[i]) && !from_text)
                           ? encoding.tokens[i]
                           : text::label(encoding.tokens[i], parts_.spelling));
    }
    return labels;
  }

 private:
  const text::Vocabulary& vocabulary() const { return parts_.model->vocabulary(); }

  std::string normalized(const std::string& content) const {
    return parts_.normalizer ? parts_.normalizer(text::AlignedText(content, 0)).text() : content;
  }

  /// What is made of one text: goes through its parts, from left to right.
  struct Sequence {
    const Tokenizer& tokenizer;
    const std::string& text;
    int which;
    Encoding encoding = {};
    text::CodePointCounter code_points{text};
    std::unique_ptr<text::Model::Words> words = tokenizer.parts_.model->words();
    std::vector<text::Token> tokens = {};
    int word = 0;

    void add(int id, std::string token, text::Range place) {
      encoding.ids.push_back(id);
      encoding.tokens.push_back(std::move(token));
      encoding.bytes.push_back(place);
      encoding.code_points.push_back({code_points(place.begin), code_points(place.end)});
      encoding.type_ids.push_back(which);
      encoding.special.push_back(0);
      encoding.words.push_back(word);
      encoding.sequences.push_back(which);
      encoding.padding.push_back(0);
    }

    /// A part of the text between added tokens that are found in it as it is.
    void encode_part(text::Range part) {
      const text::TokenizerParts& parts = tokenizer.parts_;
      text::AlignedText aligned(std::string_view(text).substr(part.begin, part.size()), part.begin);
      if (parts.normalizer) aligned = parts.normalizer(std::move(aligned));
      struct Segment {
        text::Range range;
        const text::AddedToken* token;
      };
      std::vector<Segment> segments;
      tokenizer.find_behind_(aligned.text(), [&](text::Range range, const text::AddedToken* token) {
        segments.push_back({range, token});
      });
      if (segments.size() == 1 && !segments[0].token) return encode_words(std::move(aligned));
      for (const auto& [range, token] : segments) {
        if (!token) {
          encode_words(aligned.slice(range));
          continue;
        }
        add(token->id, std::string(aligned.at(range)), aligned.origin(range));
        ++word;
      }
    }

    void encode_words(text::AlignedText part) {
      const text::TokenizerParts& parts = tokenizer.parts_;
      const text::Range all = part.all();
      text::Pieces pieces{std::move(part), {all}};
      if (parts.pre_tokenizer) pieces = parts.pre_tokenizer(std::move(pieces));
      const std::optional<int> named_by_text = parts.model->named_by_text();
      for (const text::Range& piece : pieces.pieces) {
        tokens.clear();
        words->tokenize(pieces.text.text(), piece, tokens);
        for (const text::Token& token : tokens)
          add(token.id,
              token.id == named_by_text ? std::string(pieces.text.at(token.range))
                                        : std::string(tokenizer.vocabulary()[token.id]),
              pieces.text.origin(token.range));
        ++word;
      }
    }
  };

  Encoding encode_sequence(std::string_view text, int which) const {
    if (text.size() >= (std::size_t{1} << 32) - 1)
      throw UsageError("tokenizer: the text has " + std::to_string(text.size()) +
                       " bytes, expected less than 2^32 − 1");
    const std::string valid = text::to_valid_utf8(text);
    Sequence sequence{*this, valid, which};
    find_before_(valid, [&](text::Range range, const text::AddedToken* token) {
      if (!token) return sequence.encode_part(range);
      sequence.add(token->id, valid.substr(range.begin, range.size()), range);
      ++sequence.word;
    });
    return std::move(sequence.encoding);
  }

  Encoding finish(Encoding first, Encoding* second, const Options& options) const {
    const std::size_t special = options.special_tokens ? parts_.post_processor.special_tokens(second != nullptr) : 0;
    if (options.limits && parts_.truncation) text::truncate(*parts_.truncation, first, second, special);
    Encoding result = text::post_process(parts_.post_processor, std::move(first), second, options.special_tokens);
    return options.limits && parts_.padding ? text::pad(*parts_.padding, std::move(result)) : result;
  }

  text::TokenizerParts parts_;
  text::AddedTokenFinder find_before_, find_behind_;  // in the text as it is, and in the normalised one
  std::unordered_map<int, text::AddedToken> added_;   // by id
};

}  // namespace attn
