// SentencePiece's .model files: pieces with scores, and rules of normalisation [Kudo 2018, sentencepiece_model.proto].
#pragma once

#include <attn/io/in_quotes.hpp>
#include <attn/text/bpe.hpp>
#include <attn/text/protobuf.hpp>
#include <attn/text/tokenizer.hpp>
#include <attn/text/unigram.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace attn::text {

/// What a .model file says, as far as encoding and decoding need it.
struct SentencePieceModel {
  enum Kind { normal = 1, unknown, control, user_defined, unused, byte };
  enum Type { unigram = 1, bpe, word, character };
  struct Piece {
    std::string text;
    float score = 0;
    Kind kind = normal;
  };
  std::vector<Piece> pieces;
  Type type = unigram;
  std::string unknown_surface = " ⁇ ";  // what an unknown piece is decoded to
  bool space_is_suffix = false;
  std::string charsmap;
  bool add_dummy_prefix = true, remove_extra_whitespaces = true, escape_whitespaces = true;
};

/// Throws FormatError with the byte's offset.
inline SentencePieceModel parse_sentencepiece(std::string_view file, const std::string& name) {
  SentencePieceModel model;
  ProtobufReader reader(file, file, name);
  while (const auto field = reader.next()) {
    ProtobufReader inner = reader.within(*field);
    if (field->number == 1) {
      SentencePieceModel::Piece& piece = model.pieces.emplace_back();
      while (const auto part = inner.next()) {
        if (part->number == 1) piece.text = part->bytes;
        if (part->number == 2) piece.score = part->as_float();
        if (part->number == 3) {
          if (part->value < 1 || part->value > 6) inner.fail("piece of kind " + std::to_string(part->value));
          piece.kind = static_cast<SentencePieceModel::Kind>(part->value);
        }
      }
      if (piece.text.empty() || !is_utf8(piece.text)) inner.fail("a piece is empty or isn't UTF-8");
      if (!(piece.score > -1e30f && piece.score < 1e30f)) inner.fail("a piece's score isn't a number");
    } else if (field->number == 2) {
      while (const auto part = inner.next()) {
        if (part->number == 3) {
          if (part->value < 1 || part->value > 4) inner.fail("model of type " + std::to_string(part->value));
          model.type = static_cast<SentencePieceModel::Type>(part->value);
        }
        if (part->number == 24) model.space_is_suffix = part->value != 0;
        if (part->number == 44) model.unknown_surface = part->bytes;
      }
    } else if (field->number == 3) {
      while (const auto part = inner.next()) {
        if (part->number == 2) model.charsmap = part->bytes;
        if (part->number == 3) model.add_dummy_prefix = part->value != 0;
        if (part->number == 4) model.remove_extra_whitespaces = part->value != 0;
        if (part->number == 5) model.escape_whitespaces = part->value != 0;
      }
    }
  }
  if (model.pieces.empty()) throw FormatError(name + ": has no pieces; is it a SentencePiece model?");
  return model;
}

inline constexpr std::string_view kSpaceMark = "▁";

/// SentencePiece's own normalisation: the longest rule at each place, no spaces at the ends and none beside another,
/// one put at the beginning, and ▁ for each: where the model says so.
inline Normalizer normalize_sentencepiece(const SentencePieceModel& model, const std::string& name) {
  struct Rules {
    std::optional<Charsmap> charsmap;
    PrefixTrie user_defined;
    bool dummy_prefix, remove_spaces, escape;
  };
  auto rules = std::make_shared<Rules>();
  if (!model.charsmap.empty()) rules->charsmap.emplace(model.charsmap, name + ": precompiled_charsmap");
  std::vector<std::pair<std::string_view, std::int32_t>> symbols;
  for (const auto& piece : model.pieces)
    if (piece.kind == SentencePieceModel::user_defined) symbols.emplace_back(piece.text, 0);
  rules->user_defined = PrefixTrie(std::move(symbols));
  rules->dummy_prefix = model.add_dummy_prefix;
  rules->remove_spaces = model.remove_extra_whitespaces;
  rules->escape = model.escape_whitespaces;
  return [rules](AlignedText text) {
    const std::string& from = text.text();
    Rewriter rewriter(text);
    const auto write_space = [&](Range origin) { rewriter.insert(rules->escape ? U'▁' : U' ', origin); };
    bool begun = !rules->dummy_prefix;        // is the space at the beginning there?
    std::optional<Range> space;               // one that is written if something follows
    bool after_space = rules->remove_spaces;  // so that spaces here are left out
    for (std::size_t at = 0; at < from.size();) {
      const std::string_view rest = std::string_view(from).substr(at);
      std::size_t size = 0;
      std::string_view by;
      rules->user_defined.for_each_prefix(rest, [&](std::size_t length, std::int32_t) { size = length; });
      if (size > 0) {
        by = rest.substr(0, size);
      } else if (const auto rule = rules->charsmap ? rules->charsmap->longest(rest) : std::nullopt) {
        size = rule->size;
        by = rule->replacement;
      } else {
        size = code_point_size(from[at]);
        by = rest.substr(0, size);
      }
      const Range origin = text.origin({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + size)});
      at += size;
      rewriter.skip_bytes(size);
      for (std::size_t i = 0; i < by.size();) {
        const char32_t c = next_code_point(by, i);
        if (c == U' ' && rules->remove_spaces) {
          if (!after_space) space = origin;
          after_space = true;
          continue;
        }
        if (!begun) write_space(origin);
        begun = true;
        if (space) write_space(*space);
        space.reset();
        after_space = false;
        if (c == U' ')
          write_space(origin);
        else
          rewriter.insert(c, origin);
      }
    }
    return rewriter.finish();
  };
}

/// Pieces back to text.
inline Decoder decode_sentencepiece(const SentencePieceModel& model) {
  std::string unknown;
  std::vector<std::string> control;
  for (const auto& piece : model.pieces) {
    if (piece.kind == SentencePieceModel::unknown) unknown = piece.text;
    if (piece.kind == SentencePieceModel::control) control.push_back(piece.text);
  }
  std::sort(control.begin(), control.end());
  const bool has_prefix = model.add_dummy_prefix || model.remove_extra_whitespaces;
  return [=, surface = model.unknown_surface,
          remove_spaces = model.remove_extra_whitespaces](const std::vector<std::string>& tokens) {
    std::string text, bytes;
    bool at_begin = has_prefix;
    const auto finish_bytes = [&] {
      for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t begin = at;
        if (attn::detail::next_code_point(bytes, at)) {
          text.append(bytes, begin, at - begin);
        } else {
          append_utf8(text, 0xFFFD);
          ++at;
        }
      }
      if (!bytes.empty()) at_begin = false;
      bytes.clear();
    };
    for (const std::string& token : tokens) {
      if (const auto byte = byte_of_token(token)) {
        bytes += *byte;
        continue;
      }
      finish_bytes();
      if (std::binary_search(control.begin(), control.end(), token)) continue;
      if (token == unknown) {
        text += surface;
        at_begin = false;
        continue;
      }
      std::string_view rest = token;
      if (at_begin && rest.starts_with(kSpaceMark)) {
        rest.remove_prefix(kSpaceMark.size());
        if (!remove_spaces) at_begin = false;
      }
      if (!rest.empty()) at_begin = false;
      std::string piece(rest);
      detail::replace_in(piece, kSpaceMark, " ");
      text += piece;
    }
    finish_bytes();
    return std::vector<std::string>{text};
  };
}

namespace detail {

/// Every way to make a piece of two others, the piece of the highest score first.
inline Merges sentencepiece_merges(const SentencePieceModel& model, const Vocabulary& vocabulary) {
  struct Pair {
    int left, right, id;
  };
  std::vector<Pair> pairs;
  const auto mergeable = [&](std::string_view text) -> std::optional<int> {
    const std::optional<int> id = vocabulary.find(text);
    if (!id) return std::nullopt;
    const auto kind = model.pieces[static_cast<std::size_t>(*id)].kind;
    return kind == SentencePieceModel::normal || kind == SentencePieceModel::unused ? id : std::nullopt;
  };
  std::vector<float> scores;
  for (int id = 0; id < vocabulary.size(); ++id) {
    const std::string_view text = vocabulary[id];
    if (!mergeable(text)) continue;
    scores.push_back(model.pieces[static_cast<std::size_t>(id)].score);
    for (std::size_t at = code_point_size(text[0]); at < text.size(); at += code_point_size(text[at])) {
      const auto left = mergeable(text.substr(0, at)), right = mergeable(text.substr(at));
      if (left && right) pairs.push_back({*left, *right, id});
    }
  }
  std::sort(scores.begin(), scores.end(), std::greater<>());
  Merges merges(pairs.size());
  for (const Pair& pair : pairs) {
    const float score = model.pieces[static_cast<std::size_t>(pair.id)].score;
    const auto rank = std::lower_bound(scores.begin(), scores.end(), score, std::greater<>()) - scores.begin();
    merges.add(pair.left, pair.right, {static_cast<std::int32_t>(rank), pair.id});
  }
  return merges;
}

/// Symbols of users compete with the other pieces of a Unigram model: they score −0.1, or that below the most frequent
/// piece for each of their bytes, should its score be above 0. Returns the least score of the others.
inline double score_user_symbols(const SentencePieceModel& model, std::vector<double>& scores,
                                 std::vector<bool>& usable) {
  float least = std::numeric_limits<float>::max(), most = 0;
  for (const auto& piece : model.pieces) {
    if (piece.kind != SentencePieceModel::normal) continue;
    least = std::min(least, piece.score);
    most = std::max(most, piece.score);
  }
  for (std::size_t id = 0; id < scores.size(); ++id) {
    const auto& piece = model.pieces[id];
    if (piece.kind != SentencePieceModel::user_defined) continue;
    scores[id] = double(static_cast<float>(double(static_cast<float>(piece.text.size()) * most) - 0.1));
    usable[id] = true;
  }
  return double(least);
}

}  // namespace detail

/// The parts of a tokenizer that does what SentencePiece does with this model: no special tokens around the text.
/// Throws UnsupportedError for models of whole words, and for spaces behind words.
inline TokenizerParts sentencepiece_parts(const SentencePieceModel& model, const std::string& name) {
  using Spm = SentencePieceModel;
  if (model.type == Spm::word) throw UnsupportedError(name + ": a model of whole words isn't supported");
  if (model.space_is_suffix) throw UnsupportedError(name + ": treat_whitespace_as_suffix isn't supported");
  TokenizerParts parts;
  Vocabulary vocabulary;
  std::optional<int> unknown;
  bool has_bytes = false;
  std::vector<double> scores;
  std::vector<bool> usable;
  for (const Spm::Piece& piece : model.pieces) {
    const auto id = static_cast<int>(scores.size());
    vocabulary.add(piece.text, id, name);
    if (piece.kind == Spm::unknown) {
      if (unknown || byte_of_token(piece.text))
        throw FormatError(name + ": " + io::in_quotes(piece.text) +
                          " is a piece for what is unknown, expected one, and no byte");
      unknown = id;
    }
    has_bytes = has_bytes || piece.kind == Spm::byte;
    scores.push_back(double(piece.score));
    usable.push_back(piece.kind == Spm::normal);
    if (piece.kind == Spm::user_defined && model.type != Spm::unigram) {
      AddedToken token{id, piece.text};
      token.normalized = token.is_normal = true;
      parts.added_tokens.push_back(token);
    }
  }
  if (!unknown) throw FormatError(name + ": has no piece for what is unknown");
  parts.normalizer = normalize_sentencepiece(model, name);
  parts.decoder = decode_sentencepiece(model);
  parts.spelling.space = kSpaceMark;
  if (model.type == Spm::unigram) {
    const double rarest = detail::score_user_symbols(model, scores, usable);
    parts.model = std::make_shared<Unigram>(std::move(vocabulary), std::move(scores), usable,
                                            UnigramRules{unknown, has_bytes, true, rarest});
  } else {
    BpeRules rules;
    rules.unknown = unknown;
    rules.fuse_unknown = true;
    rules.byte_fallback = has_bytes;
    rules.name_unknown = true;
    Merges merges = model.type == Spm::bpe ? detail::sentencepiece_merges(model, vocabulary) : Merges(0);
    parts.model = std::make_shared<Bpe>(std::move(vocabulary), std::move(merges), std::move(rules));
  }
  return parts;
}

}  // namespace attn::text
