#include "input/input_options.hpp"

#include "arrays.hpp"
#include "checks.hpp"
#include "input/dumped_input.hpp"

#include <attn/base/error.hpp>

using attn::io::Array;

namespace {

bool needs_double(const Array& array) {
  using attn::io::DType;
  return array.dtype != DType::f32 && array.dtype != DType::f16 && array.dtype != DType::bf16;
}

/// Calls `open` for double where an array has more than float can hold, else for float.
template <class Open>
AnySource in_precision_of(std::initializer_list<const Array*> arrays, const Open& open) {
  for (const Array* array : arrays)
    if (array != nullptr && needs_double(*array)) return open(double{});
  return open(float{});
}

}  // namespace

void add_input_options(CLI::App& app, InputOptions& options) {
  const auto file = [&](const char* group, const char* name, std::string& to, const char* help) {
    return app.add_option(name, to, help)->type_name("FILE")->check(file_name)->group(group);
  };
  const char* qkv = "INPUT 1: queries, keys, values";
  auto* query = file(qkv, "--query", options.qkv.query, "Q: [n,d], [heads,n,d] or [batch,heads,n,d]");
  auto* key = file(qkv, "--key", options.qkv.key, "K: the same, n may differ; fewer heads for grouped queries");
  auto* value = file(qkv, "--value", options.qkv.value, "V: what is mixed; the weights don't need it");
  query->needs(key);
  key->needs(query);
  value->needs(query);

  const char* layer = "INPUT 2: a self-attention layer, Q = X·W_q";
  auto* embeddings = file(layer, "--embeddings", options.layer.embeddings, "X: [n,D] or [batch,n,D]");
  auto* wq = file(layer, "--wq", options.layer.wq, "W_q: [in,out], D rows");
  auto* wk = file(layer, "--wk", options.layer.wk, "W_k");
  auto* wv = file(layer, "--wv", options.layer.wv, "W_v: makes the values, which the weights don't need");
  auto* wo = file(layer, "--wo", options.layer.wo, "W_o: mixes the outputs of the heads");
  auto* transposed = app.add_flag("--transposed", options.layer.transposed,
                                  "The matrices are stored [out,in], as PyTorch's nn.Linear does")
                         ->group(layer);
  const auto number_of_heads = [](const std::string& text) {
    const bool fits = whole_number(1)(text).empty();
    return fits ? std::string() : "is \"" + text + "\", expected how many heads there are; --head chooses some";
  };
  auto* heads = app.add_option("--heads", options.layer.heads, "Number of heads (default: 1); --head chooses some")
                    ->type_name("N")
                    ->check(number_of_heads)
                    ->group(layer);
  auto* kv_heads =
      app.add_option("--kv-heads", options.layer.kv_heads, "Number of key/value heads (default: as --heads)")
          ->type_name("N")
          ->check(whole_number(1))
          ->group(layer);
  embeddings->needs(wq)->needs(wk)->excludes(query);
  for (auto* option : {wq, wk, wv, transposed, heads, kv_heads}) option->needs(embeddings);
  wo->needs(wv);

  const char* dumped = "INPUT 3: attention from elsewhere, drawn or converted as it is";
  auto* weights =
      file(dumped, "--weights", options.weights, "[q,k], [heads,q,k], [batch,heads,q,k] or [layers,batch,heads,q,k]");
  weights->excludes(query)->excludes(embeddings);

  add_model_options(app, options.model);
  auto* model = app.get_option("--model");
  model->excludes(query)->excludes(embeddings)->excludes(weights);

  const char* scores = "How scores are made (INPUT 1 and 2)";
  app.add_option("--mask", options.scores.masks, "Which keys a query sees; several masks hide together")
      ->type_name("causal|window:N|FILE")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false)
      ->excludes(weights)
      ->excludes(model)
      ->group(scores);
  app.add_option("--scale", options.scores.scale, "Factor of the dot products (default: 1/√dk)")
      ->type_name("X")
      ->check(finite_number)
      ->excludes(weights)
      ->excludes(model)
      ->group(scores);
}

bool has_input(const InputOptions& options) {
  return !options.qkv.query.empty() || !options.layer.embeddings.empty() || !options.weights.empty() ||
         !options.model.folder.empty() || options.model.text;
}

AnySource open_input(const InputOptions& options, bool four_axes_begin_with_layers) {
  if (options.model.text && options.model.folder.empty())
    throw attn::UsageError("unexpected: " + *options.model.text + "; only --model reads a text");
  if (!options.qkv.query.empty()) {
    const Array query = read_array(options.qkv.query), key = read_array(options.qkv.key);
    std::optional<Array> value;
    if (!options.qkv.value.empty()) value = read_array(options.qkv.value);
    return in_precision_of({&query, &key, value ? &*value : nullptr}, [&]<class T>(T) -> AnySource {
      return open_qkv<T>(options.qkv, options.scores, query, key, value);
    });
  }
  if (!options.layer.embeddings.empty()) {
    const auto read_any = [](const std::string& spec) {
      return spec.empty() ? std::nullopt : std::optional(read_array(spec));
    };
    const LayerArrays arrays{read_array(options.layer.embeddings), read_array(options.layer.wq),
                             read_array(options.layer.wk), read_any(options.layer.wv), read_any(options.layer.wo)};
    return in_precision_of(
        {&arrays.embeddings, &arrays.wq, &arrays.wk, arrays.wv ? &*arrays.wv : nullptr,
         arrays.wo ? &*arrays.wo : nullptr},
        [&]<class T>(T) -> AnySource { return open_layer<T>(options.layer, options.scores, arrays); });
  }
  if (!options.weights.empty()) {
    const Array weights = read_array(options.weights);
    return in_precision_of({&weights}, [&]<class T>(T) -> AnySource {
      return open_dumped<T>(shown_name(options.weights), weights, four_axes_begin_with_layers);
    });
  }
  if (!options.model.folder.empty()) return std::move(open_model(options.model, false).front().source);
  throw attn::UsageError(
      "no input: say --query and --key, or --embeddings, --wq and --wk, or --weights, or --model; attn demo needs "
      "none");
}

std::vector<InputPart> open_parts(const InputOptions& options, bool four_axes_begin_with_layers) {
  if (!options.model.folder.empty()) return open_model(options.model, true);
  std::vector<InputPart> parts;
  parts.push_back({"", open_input(options, four_axes_begin_with_layers)});
  return parts;
}
