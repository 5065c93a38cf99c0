#include "input/model_input.hpp"

#include "arrays.hpp"
#include "checks.hpp"
#include "input/neurons.hpp"
#include "input/rows_of.hpp"
#include "input/watched_products.hpp"
#include "input/word_source.hpp"
#include "models.hpp"
#include "progress.hpp"

#include <attn/kernel/window.hpp>
#include <attn/model/image_input.hpp>
#include <attn/text/load_tokenizer.hpp>

#include <algorithm>

namespace model = attn::model;
using attn::Index;
using attn::Matrix;

namespace {

template <class T>
class ModelSource : public AttentionSource<T> {
 public:
  using typename AttentionSource<T>::MatrixMap;

  /// Maps of one part.
  ModelSource(attn::Model<T> model, model::Input<T> input, model::Part part, Index queries, Index keys)
      : model_(std::move(model)), input_(std::move(input)), part_(part) {
    const model::Transformer<T>& transformer = model_.transformer();
    const model::Stack<T>& stack = part == model::Part::encoder ? *transformer.encoder : *transformer.decoder;
    for (const model::Block<T>& block : stack.blocks)
      layers_.push_back({part == model::Part::cross ? &*block.cross : &block.attention, {}, {}});
    if (part != model::Part::cross) bias_ = stack.bias;
    this->Nq = queries;
    this->Nk = keys;
    this->layers = MapAxis(static_cast<Index>(layers_.size()));
    this->heads = MapAxis(layers_.front().rules->heads.H);
    const std::vector<bool>& mask =
        part == model::Part::decoder && transformer.encoder ? input_.decoder_mask : input_.mask;
    keys_ = mask.empty() ? std::vector<bool>(static_cast<std::size_t>(keys), true) : mask;
  }

  /// Runs the model as far as the last of the layers, and keeps their queries and keys.
  void prepare(const std::vector<Index>& chosen) override {
    const auto is_there = [&](Index layer) { return layers_[static_cast<std::size_t>(layer)].wanted; };
    if (std::all_of(chosen.begin(), chosen.end(), is_there)) return;
    const Progress progress("running the model");
    model::Hooks<T> hooks;
    const auto keep = [&](model::Site site, Index layer, Matrix<T>& matrix) {
      hooks.add(site, {part_, layer},
                [&matrix](const model::HookPoint&, const Eigen::Ref<Matrix<T>>& values) { matrix = values; });
    };
    for (const Index layer : chosen) {
      Layer& its = layers_[static_cast<std::size_t>(layer)];
      if (its.wanted) continue;
      its.wanted = true;
      keep(model::Site::q, layer, its.q);
      keep(model::Site::k, layer, its.k);
    }
    model::Keep nothing;
    nothing.weights = nullptr;
    nothing.outputs = false;
    model_.forward(input_, nothing, hooks);
  }

  void window(MapIndex index, Range rows, Range columns, Eigen::Ref<Matrix<T>> weights, MatrixMap*) override {
    with_rules(index,
               [&](const auto& q, const auto& k, const auto& mask, const auto& bias, const attn::Scoring& scoring) {
                 attn::attention_window_into(q, k, {rows.begin, rows.size(), columns.begin, columns.size()}, mask, bias,
                                             scoring, nullptr, weights);
               });
    for (Index i = 0; i < weights.rows(); ++i)
      if (weights.row(i).hasNaN()) fail_at(index, rows.begin + i);
  }

  bool streams() const override { return true; }

  void stream(MapIndex index, Range rows, std::span<Product<T>* const> products, MatrixMap*,
              Progress& progress) override {
    const auto done = [&](const attn::RowSums<T>& sums) {
      const Index first = rows.begin + sums.strip.first_row;
      for (Index r = 0; r < sums.strip.rows; ++r)
        if (std::isnan(sums.factor(r))) fail_at(index, first + r);
      progress.step(work({first, first + sums.strip.rows}));
    };
    WatchedProducts<T, decltype(done)> watched(products, done);
    with_rules(index,
               [&](const auto& q, const auto& k, const auto& mask, const auto& bias, const attn::Scoring& scoring) {
                 using M = std::decay_t<decltype(mask)>;
                 using B = std::decay_t<decltype(bias)>;
                 const auto queries = q.middleRows(rows.begin, rows.size());
                 const RowsOf<M> its_mask{mask, rows.begin};
                 if constexpr (std::is_same_v<B, attn::NoBias>)  // adding nothing to every score takes time
                   attn::streaming_weights(queries, k, its_mask, bias, scoring, watched);
                 else
                   attn::streaming_weights(queries, k, its_mask, RowsOf<B>{bias, rows.begin}, scoring, watched);
               });
  }

  Index work(Range rows) const override {
    if (!layers_.front().rules->causal) return rows.size() * this->Nk;
    Index seen = 0;
    for (Index i = rows.begin; i < rows.end; ++i) seen += std::min(i + 1, this->Nk);
    return seen;
  }

  std::optional<ScoreRule> rule(MapIndex index) const override {
    const model::AttentionLayer<T>& rules = *layers_[static_cast<std::size_t>(index.layer)].rules;
    const Index dk = layers_[static_cast<std::size_t>(index.layer)].q.cols() / rules.heads.H;
    const bool hides = rules.causal || std::find(keys_.begin(), keys_.end(), false) != keys_.end();
    return ScoreRule{rules.scoring.scale_for(dk),
                     what_follows(!std::holds_alternative<attn::NoBias>(bias_), rules.scoring, hides)};
  }
  Neurons<T> neurons(MapIndex index, Range rows, Range columns) const override {
    Neurons<T> neurons;
    with_rules(index,
               [&](const auto& q, const auto& k, const auto& mask, const auto& bias, const attn::Scoring& scoring) {
                 neurons = neurons_of<T>(q, k, rows, columns, mask, bias, scoring);
               });
    return neurons;
  }

  std::string why_no_output() const override {
    return "a model's heads feed the next layer; this option is for single layers, INPUT 1 and 2";
  }

 private:
  struct Layer {
    const model::AttentionLayer<T>* rules;
    Matrix<T> q, k;       // [Nq x H·dk], [Nk x Hkv·dk], where wanted
    bool wanted = false;  // by prepare()
  };

  /// Calls use(q, k, mask, bias, scoring) of one head.
  template <class Use>
  void with_rules(MapIndex index, const Use& use) const {
    const Layer& layer = layers_[static_cast<std::size_t>(index.layer)];
    const auto [H, Hkv] = layer.rules->heads;
    const Index dk = layer.q.cols() / H;
    const auto q = layer.q.middleCols(index.head * dk, dk);
    const auto k = layer.k.middleCols(layer.rules->heads.group(index.head) * dk, dk);
    const model::LayerMask mask{layer.rules->causal, layer.rules->window, keys_};
    std::visit(
        [&](const auto& bias) {
          const auto its_bias = attn::bias_of_head(bias, index.head);
          use(q, k, mask, its_bias, layer.rules->scoring);
        },
        bias_);
  }

  [[noreturn]] void fail_at(MapIndex index, Index row) const {
    throw attn::NumericError("attention: " + this->name_of(index) + ", row " + std::to_string(row) +
                             ": a score isn't finite; try --precision f64");
  }

  attn::Model<T> model_;
  model::Input<T> input_;
  model::Part part_;
  std::vector<Layer> layers_;
  model::PositionBias<T> bias_;
  std::vector<bool> keys_;  // [Nk] false for padding
};

/// What the user asked for by a name, or the only one that makes sense.
template <class T>
model::Part part_of(const std::string& kind, const model::Transformer<T>& transformer) {
  const bool two = transformer.encoder && transformer.decoder;
  if (kind == "cross" && !two)
    throw attn::UsageError("--kind cross: the model has one stack only, which attends to itself; expected self");
  if (kind == "cross") return model::Part::cross;
  if ((kind == "encoder" && !transformer.encoder) || (kind == "decoder" && !transformer.decoder))
    throw attn::UsageError("--kind " + kind + ": the model has no " + kind);
  if (kind == "encoder") return model::Part::encoder;
  if (kind == "decoder") return model::Part::decoder;
  if (two)
    throw attn::UsageError(kind.empty()
                               ? "--kind: the model has an encoder and a decoder; say encoder, decoder or cross"
                               : "--kind self: the model has two stacks; say encoder, decoder or cross");
  return transformer.encoder ? model::Part::encoder : model::Part::decoder;
}

/// What the user wrote, or standard input for "-": without the line end that files have.
std::string text_of(const std::string& text) {
  if (text != "-") return text;
  claim_stdin(text);
  std::string all(attn::io::MappedFile(text).bytes().text());
  if (all.ends_with('\n')) all.pop_back();
  return all;
}

/// Tokens, what the axes of a map call them, and what else is known of them.
struct Tokens {
  std::vector<Index> ids, segments;
  std::vector<std::string> labels;
  TokenKinds kinds = {};  // where they come from a text

  void truncate(Index size) {
    const auto first = static_cast<std::size_t>(size);
    ids.resize(first);
    labels.resize(first);
    if (!segments.empty()) segments.resize(first);
    if (!kinds.special.empty()) kinds.special.resize(first);
    if (!kinds.segments.empty()) kinds.segments.resize(first);
    attn::Words& words = kinds.words;
    if (words.edges.empty()) return;
    while (words.edges[words.labels.size() - 1] >= size) words.edges.pop_back(), words.labels.pop_back();
    words.edges.back() = size;
  }
};

Tokens tokens_of(const attn::Tokenizer& tokenizer, const std::string& text, const std::optional<std::string>& pair) {
  const attn::Tokenizer::Options rules{true, false};
  const attn::Encoding encoding = pair ? tokenizer.encode(text, *pair, rules) : tokenizer.encode(text, rules);
  TokenKinds kinds{{encoding.special.begin(), encoding.special.end()}, {}, {}};
  if (pair) {  // what stands between the texts belongs to the first
    const auto second = std::find(encoding.sequences.begin(), encoding.sequences.end(), 1);
    kinds.segments.assign(encoding.size(), 1);
    std::fill_n(kinds.segments.begin(), second - encoding.sequences.begin(), 0);
  }
  kinds.words = attn::words_of(encoding, text, pair.value_or(""));
  return {{encoding.ids.begin(), encoding.ids.end()},
          {encoding.type_ids.begin(), encoding.type_ids.end()},
          tokenizer.labels(encoding),
          std::move(kinds)};
}

/// Given ids, called by their tokens where there is a tokenizer.
Tokens tokens_of(const std::vector<Index>& ids, const std::vector<Index>& segments, const std::string& folder) {
  Tokens tokens{ids, segments, {}};
  tokens.kinds.segments.assign(segments.begin(), segments.end());
  if (!segments.empty() && segments.size() != ids.size())
    throw attn::UsageError("--type-ids: " + std::to_string(segments.size()) +
                           " numbers, expected one for each of the " + std::to_string(ids.size()) + " ids");
  std::optional<attn::Tokenizer> tokenizer;
  try {
    tokenizer = attn::load_tokenizer(folder);
  } catch (const attn::Error&) {  // it isn't needed
  }
  attn::Encoding encoding;
  for (const Index id : ids) {
    const bool known = tokenizer && id >= 0 && id < tokenizer->size();
    std::string name = std::to_string(id);
    if (known) try {
        name = tokenizer->token(static_cast<int>(id));
      } catch (const attn::UsageError&) {  // an id between others that no token has
      }
    encoding.add_special(static_cast<int>(id), name, 0);
    encoding.special.back() = 0;
  }
  tokens.labels = tokenizer ? tokenizer->labels(encoding) : encoding.tokens;
  return tokens;
}

void check_length(const std::string& what, Tokens& tokens, Index most, Index max_length) {
  const auto size = static_cast<Index>(tokens.ids.size());
  if (size == 0) throw attn::UsageError(what + " has no tokens, expected at least one");
  if (max_length > 0 && size > max_length) {
    tokens.truncate(max_length);
  } else if (most > 0 && size > most) {
    throw attn::UsageError(what + " has " + std::to_string(size) + " tokens, the model has positions for " +
                           std::to_string(most) + "; --max-length " + std::to_string(most) +
                           " reads the first of them");
  }
}

/// The model reads a picture.
template <class T>
std::unique_ptr<AttentionSource<T>> open_picture(const ModelOptions& options, attn::Model<T> model, model::Part part) {
  if (options.text || !options.ids.empty())
    throw attn::UsageError("--model: " + options.folder + " reads images: say --image FILE instead of a text or --ids");
  if (options.image.empty()) throw attn::UsageError("--model: there is nothing to read; say --image FILE");
  claim_stdin(options.image);
  const model::Picture picture = model::decode_picture(attn::io::MappedFile(options.image).bytes());
  const model::ImageRules rules = model::read_image_rules(options.folder, model.config());
  const Index patch = model.transformer().encoder->embedding.patch_size;
  model::Input<T> input;
  input.image = model::image_input<T>(picture, rules);
  const Index N = 1 + (input.image.rows() / patch) * (input.image.cols() / patch);
  auto source = std::make_unique<ModelSource<T>>(std::move(model), input, part, N, N);
  model::Picture seen = model::with_channels(model::seen_part(picture, rules), 3);
  source->picture = PatchedPicture{seen.width, seen.height, std::move(seen.pixels), input.image.rows() / patch,
                                   input.image.cols() / patch};
  source->labels.rows = source->labels.columns = model::patch_labels(source->picture->down, source->picture->across);
  return source;
}

/// What a model of texts reads.
template <class T>
struct Reading {
  model::Input<T> input;
  Tokens tokens, decoder_tokens;
};

template <class T>
Reading<T> read_tokens(const ModelOptions& options, const model::Transformer<T>& transformer, bool needs_decoder) {
  const model::Stack<T>& first = transformer.encoder ? *transformer.encoder : *transformer.decoder;
  const bool two = transformer.encoder && transformer.decoder;
  if (!options.image.empty())
    throw attn::UsageError("--image: " + options.folder + " reads text, expected a model of images");
  if (!options.text && options.ids.empty())
    throw attn::UsageError("--model: there is nothing to read; say a text, or --ids");
  Reading<T> reading;
  auto& [input, tokens, decoder_tokens] = reading;
  if (options.text || options.decoder_text) {
    const attn::Tokenizer tokenizer = attn::load_tokenizer(options.folder);
    if (options.text) tokens = tokens_of(tokenizer, text_of(*options.text), options.pair);
    if (options.decoder_text) decoder_tokens = tokens_of(tokenizer, *options.decoder_text, {});
  }
  if (!options.ids.empty()) tokens = tokens_of(options.ids, options.type_ids, options.folder);
  if (!options.decoder_ids.empty()) decoder_tokens = tokens_of(options.decoder_ids, {}, options.folder);
  check_length("the text", tokens, first.embedding.most(), options.max_length);
  if (two) {
    if (decoder_tokens.ids.empty() && needs_decoder)
      throw attn::UsageError("--model: its decoder has nothing to read; say --decoder-text or --decoder-ids");
    if (!decoder_tokens.ids.empty())
      check_length("the decoder's text", decoder_tokens, transformer.decoder->embedding.most(), options.max_length);
  } else if (!decoder_tokens.ids.empty()) {
    throw attn::UsageError("--decoder-text, --decoder-ids: the model has no decoder that reads another text");
  }
  input.ids = tokens.ids;
  input.segments = first.embedding.segments.empty() ? std::vector<Index>() : tokens.segments;
  input.decoder_ids = decoder_tokens.ids;
  return reading;
}

/// The attention of one part of what the model reads.
template <class T>
std::unique_ptr<AttentionSource<T>> source_of(const ModelOptions& options, const attn::Model<T>& model,
                                              const Reading<T>& reading, model::Part part) {
  const bool two = model.transformer().encoder && model.transformer().decoder;
  const Tokens& queries = part == model::Part::encoder || !two ? reading.tokens : reading.decoder_tokens;
  const Tokens& keys = part == model::Part::decoder && two ? reading.decoder_tokens : reading.tokens;
  auto source = std::make_unique<ModelSource<T>>(model, reading.input, part, static_cast<Index>(queries.ids.size()),
                                                 static_cast<Index>(keys.ids.size()));
  if (options.words) {
    if (queries.kinds.words.edges.empty() || keys.kinds.words.edges.empty())
      throw attn::UsageError(
          "--words: the decoder reads --decoder-ids, of whose words nothing is known; "
          "say --decoder-text");
    return std::make_unique<WordSource<T>>(std::move(source), queries.kinds, keys.kinds);
  }
  source->labels = {queries.labels, keys.labels};
  source->query_kinds = queries.kinds;
  source->key_kinds = keys.kinds;
  return source;
}

/// The one that --kind names; without it, where `all` are wanted, every part that reads something.
template <class T>
std::vector<model::Part> parts_of(const ModelOptions& options, const model::Transformer<T>& transformer, bool all) {
  if (!all || !options.kind.empty() || !transformer.encoder || !transformer.decoder)
    return {part_of(options.kind, transformer)};
  if (!options.decoder_text && options.decoder_ids.empty()) return {model::Part::encoder};
  return {model::Part::encoder, model::Part::decoder, model::Part::cross};
}

template <class T>
std::vector<ModelPart> open_in(const ModelOptions& options, bool all) {
  attn::Model<T> model = load_model<T>(options.folder);
  const model::Transformer<T>& transformer = model.transformer();
  const std::vector<model::Part> parts = parts_of(options, transformer, all);
  const bool two = transformer.encoder && transformer.decoder;
  std::vector<ModelPart> opened;
  if (transformer.encoder && transformer.encoder->embedding.of_images()) {
    opened.push_back({"", open_picture<T>(options, std::move(model), parts.front())});
    return opened;
  }
  const Reading<T> reading = read_tokens(options, transformer, parts.back() != model::Part::encoder);
  for (const model::Part part : parts) {
    const char* name = part == model::Part::encoder ? "encoder" : part == model::Part::decoder ? "decoder" : "cross";
    opened.push_back({two ? name : "", source_of(options, model, reading, part)});
  }
  return opened;
}

}  // namespace

void add_model_options(CLI::App& app, ModelOptions& options) {
  const char* group = "INPUT 4: a checkpoint, and what it reads";
  auto* folder = app.add_option("--model", options.folder, "The checkpoint's folder: config.json, weights, tokenizer")
                     ->type_name("DIR")
                     ->check(file_name)
                     ->group(group);
  auto* text = app.add_option("text", options.text, "What the model reads; - for standard input")
                   ->type_name("TEXT")
                   ->group(group);
  auto* pair =
      app.add_option("--pair", options.pair, "A second text, for models of pairs")->type_name("TEXT")->group(group);
  const auto numbers = [&](const char* name, std::vector<Index>& to, const char* help) {
    return app.add_option(name, to, help)
        ->type_name("ID,…")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(whole_number(0))
        ->group(group);
  };
  auto* ids = numbers("--ids", options.ids, "Tokens by number, instead of a text");
  auto* types = numbers("--type-ids", options.type_ids, "Their segments");
  auto* decoder_text = app.add_option("--decoder-text", options.decoder_text, "What the decoder has written so far")
                           ->type_name("TEXT")
                           ->group(group);
  auto* decoder_ids = numbers("--decoder-ids", options.decoder_ids, "The same by number");
  auto* image = app.add_option("--image", options.image, "What a model of images reads: a PNG or JPEG file")
                    ->type_name("FILE")
                    ->check(file_name)
                    ->group(group);
  auto* kind = app.add_option("--kind", options.kind, "Which attention, where a model has more than one")
                   ->type_name("self|encoder|decoder|cross")
                   ->check(CLI::IsMember({"self", "encoder", "decoder", "cross"}))
                   ->group(group);
  auto* words = app.add_flag("--words", options.words,
                             "Pieces of words put together: sum over their keys, mean over their queries")
                    ->group(group);
  auto* length = app.add_option("--max-length", options.max_length, "Reads this many tokens at most")
                     ->type_name("N")
                     ->check(whole_number(1))
                     ->group(group);
  auto* precision = app.add_option_function<std::string>(
                           "--precision", [&](const std::string& name) { options.in_double = name == "f64"; },
                           "Computes in float or double (default: f32)")
                        ->type_name("f32|f64")
                        ->check(CLI::IsMember({"f32", "f64"}))
                        ->group(group);
  for (auto* option : {ids, decoder_text, decoder_ids, image, kind, length, precision}) option->needs(folder);
  pair->needs(text);
  words->needs(text);
  types->needs(ids);
  ids->excludes(text);
  decoder_ids->excludes(decoder_text);
  for (auto* other : {text, pair, ids, decoder_text, decoder_ids, length}) image->excludes(other);
}

std::vector<ModelPart> open_model(const ModelOptions& options, bool all) {
  if (options.in_double) return open_in<double>(options, all);
  return open_in<float>(options, all);
}
