// attn info: what a checkpoint is, and what can be done with it.
#include "checks.hpp"
#include "console.hpp"
#include "models.hpp"
#include "verbs/verbs.hpp"

#include <attn/io/names.hpp>
#include <attn/model/image_input.hpp>
#include <attn/text/load_tokenizer.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

using attn::Index;

namespace {

/// 109,482,240
std::string with_commas(Index number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string size_of_file(std::size_t bytes) {
  char text[32];
  const double mb = static_cast<double>(bytes) / 1e6;
  std::snprintf(text, sizeof text, mb < 10 ? "%.1f MB" : "%.0f MB", mb);
  return text;
}

void line(const char* name, const std::string& value) { std::printf("  %-12s %s\n", name, value.c_str()); }

void describe(const std::string& what, const attn::model::Stack<float>& stack) {
  const auto& block = stack.blocks.front();
  const auto& [H, Hkv] = block.attention.heads;
  const Index dk = block.attention.q.out() / H;
  std::string text = std::to_string(stack.blocks.size()) + " layers of " + std::to_string(H) + " heads of " +
                     std::to_string(dk) + " columns";
  if (Hkv != H) text += ", which share " + std::to_string(Hkv) + " heads of keys and values";
  if (block.cross) text += "; each attends to the encoder, too";
  line(what.c_str(), text);
  Index windowed = 0, window = 0;
  for (const auto& each : stack.blocks)
    if (each.attention.window > 0) ++windowed, window = each.attention.window;
  line("", std::string(block.attention.causal ? "causal" : "every token sees all") +
               (windowed > 0 ? ", a window of " + std::to_string(window) + " in " + std::to_string(windowed) + " layers"
                             : "") +
               "; width " + std::to_string(block.attention.out.out()) + ", feed-forward " +
               std::to_string(block.feed_forward.in.out()));
  const auto& embedding = stack.embedding;
  if (embedding.of_images()) {
    line("", "images of " + std::to_string(embedding.positions.rows() - 1) + " patches of " +
                 std::to_string(embedding.patch_size) + " x " + std::to_string(embedding.patch_size) + " pixels");
    return;
  }
  line("", std::to_string(embedding.tokens.rows()) + " tokens in the vocabulary" +
               (embedding.most() > 0 ? ", at most " + std::to_string(embedding.most()) + " at a time" : ""));
}

std::string list_of(const std::vector<double>& numbers) {
  const bool equal = std::all_of(numbers.begin(), numbers.end(), [&](double x) { return x == numbers.front(); });
  std::string text;
  for (std::size_t n = 0; n < (equal ? 1 : numbers.size()); ++n) {
    char number[32];
    std::snprintf(number, sizeof number, "%s%.4g", n > 0 ? ", " : "", numbers[n]);
    text += number;
  }
  return text;
}

/// What is done to a picture before the model reads it.
std::string preparation_of(const attn::model::ImageRules& rules) {
  const auto sides = [](Index height, Index width) { return std::to_string(height) + " x " + std::to_string(width); };
  std::string text = rules.channels == 1 ? "grey" : std::to_string(rules.channels) + " channels";
  if (rules.resizes)
    text += std::string(", resized (") + attn::model::name_of(rules.resample) + ") to " +
            (rules.shortest_edge > 0 ? std::to_string(rules.shortest_edge) + " pixels at the shorter side"
                                     : sides(rules.size.height, rules.size.width) + " pixels");
  else
    text += ", not resized";
  if (rules.crop) text += ", of which the middle " + sides(rules.crop->height, rules.crop->width);
  if (rules.rescales) text += rules.factor == 1.0 / 255 ? ", divided by 255" : ", times " + list_of({rules.factor});
  if (rules.normalizes) text += ", minus " + list_of(rules.mean) + ", divided by " + list_of(rules.std);
  return text;
}

std::string tokenizer_of(const std::string& folder) {
  try {
    return std::to_string(attn::load_tokenizer(folder).size()) + " tokens";
  } catch (const attn::UsageError&) {
    return "none: give ids";
  } catch (const attn::Error& error) {
    return std::string("can't be read: ") + error.what();
  }
}

void run(const std::string& folder) {
  const attn::Model<float> model = load_model<float>(folder);
  const auto& transformer = model.transformer();
  const auto& tensors = model.tensors();
  const bool images = transformer.encoder && transformer.encoder->embedding.of_images();
  const std::string reads =
      images ? preparation_of(attn::model::read_image_rules(folder, model.config())) : tokenizer_of(folder);
  std::printf("%s: %s\n", folder.c_str(), transformer.family.c_str());
  if (transformer.encoder) describe("encoder", *transformer.encoder);
  if (transformer.decoder) describe("decoder", *transformer.decoder);
  line("parameters", with_commas(tensors.parameters) + " in " + std::to_string(tensors.tensors) + " tensors of " +
                         attn::io::list_names(tensors.dtypes) + ", " + size_of_file(tensors.bytes));
  line(images ? "image" : "tokenizer", reads);
  std::vector<std::string> outputs{"last_hidden_state"};
  for (const auto& head : transformer.heads) outputs.push_back(head.name);
  line("outputs", attn::io::list_names(outputs));
  if (!transformer.unused.empty()) line("not needed", attn::io::list_names(transformer.unused));
}

constexpr const char* kExamples = R"(Examples:
  attn info --model bert-base-uncased
  attn info bert-base-uncased)";

}  // namespace

void add_info_verb(CLI::App& app) {
  auto folder = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("info", "What a checkpoint is: its family, sizes, tokenizer and outputs");
  verb->add_option("--model,model", *folder, "The checkpoint's folder")->type_name("DIR")->check(file_name)->required();
  verb->footer(kExamples);
  verb->callback([folder] { run(*folder); });
}
