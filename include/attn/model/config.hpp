// config.json: what a checkpoint says of its model. Families ask it by the names that they have there.
#pragma once

#include <attn/core/activation.hpp>
#include <attn/io/mapped_file.hpp>
#include <attn/text/json_node.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace attn::model {

/// The document, and where it came from. Copies share it.
class Config {
 public:
  /// Throws FormatError for what isn't a JSON object.
  Config(std::string_view text, const std::string& name)
      : json_(std::make_shared<nlohmann::json>(text::parse_json(text, name, [](int, auto, auto&) { return true; }))),
        root_(*json_, name + ": $") {
    root_.expect(root_.is_object(), "an object");
  }

  const text::JsonNode& root() const { return root_; }

  /// What a key holds; throws FormatError where it isn't there.
  Index size(const char* key) const { return positive(root_[key]); }
  Index size(const char* key, Index otherwise) const {
    const auto node = root_.find(key);
    return node ? positive(*node) : otherwise;
  }
  /// The same of a size that no tensor has: what is made of it must fit into memory.
  Index size_up_to(Index most, const char* key, Index otherwise) const {
    const Index value = size(key, otherwise);
    if (value > most) root_[key].expect(false, "at most " + std::to_string(most));
    return value;
  }
  double number(const char* key) const { return root_[key].number(); }
  double number(const char* key, double otherwise) const {
    const auto node = root_.find(key);
    return node ? node->number() : otherwise;
  }
  /// What a key holds that may be null, for nothing at all; `otherwise` only where it isn't there.
  std::optional<Index> size_or_none(const char* key, std::optional<Index> otherwise) const {
    if (!root_.mentions(key)) return otherwise;
    return has(key) ? std::optional(size(key)) : std::nullopt;
  }
  std::optional<double> number_or_none(const char* key, std::optional<double> otherwise) const {
    if (!root_.mentions(key)) return otherwise;
    return has(key) ? std::optional(number(key)) : std::nullopt;
  }
  /// A part of something, 0 … 1.
  double share(const char* key, double otherwise) const {
    const auto node = root_.find(key);
    return node ? share(*node) : otherwise;
  }
  static double share(const text::JsonNode& node) {
    node.expect(node.number() >= 0 && node.number() <= 1, "a number from 0 to 1");
    return node.number();
  }
  bool flag(const char* key, bool otherwise) const { return root_.boolean(key, otherwise); }
  std::string word(const char* key, const std::string& otherwise) const { return root_.string(key, otherwise); }
  bool has(const char* key) const { return root_.find(key).has_value(); }

  /// The activation that a key names, as transformers calls it. Throws UnsupportedError for one that isn't known.
  Activation activation(const char* key, const char* otherwise) const {
    const std::string name = word(key, otherwise);
    if (name == "gelu") return Activation::gelu_erf;
    if (name == "gelu_new" || name == "gelu_pytorch_tanh" || name == "gelu_fast") return Activation::gelu_tanh;
    if (name == "relu") return Activation::relu;
    if (name == "silu" || name == "swish") return Activation::silu;
    throw UnsupportedError(root_.path() + "." + key + " is " + io::in_quotes(name) +
                           ": expected gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, relu or silu");
  }

  /// Throws UnsupportedError unless a key is missing, null or what is supported.
  void must_be(const char* key, const char* supported) const {
    check_supported(key, io::in_quotes(word(key, supported)), io::in_quotes(supported));
  }
  void must_be(const char* key, bool supported) const {
    const auto name = [](bool value) { return value ? "true" : "false"; };
    check_supported(key, name(flag(key, supported)), name(supported));
  }

 private:
  void check_supported(const char* key, const std::string& actual, const std::string& supported) const {
    if (actual != supported)
      throw UnsupportedError(root_.path() + "." + key + " is " + actual + ": only " + supported + " is supported");
  }

  static Index positive(const text::JsonNode& node) {
    const std::int64_t value = node.integer();
    node.expect(value > 0 && value < (std::int64_t{1} << 31), "a size, 1 or more");
    return static_cast<Index>(value);
  }

  std::shared_ptr<const nlohmann::json> json_;
  text::JsonNode root_;
};

}  // namespace attn::model
