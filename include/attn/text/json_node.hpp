// JSON with the path by which it was reached, so that an error can say where it is.
#pragma once

#include <attn/base/error.hpp>
#include <attn/io/in_quotes.hpp>
#include <attn/io/parse_json.hpp>
#include <attn/text/vocabulary.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attn::text {

using io::parse_json;

/// A value of a JSON document that outlives it.
class JsonNode {
 public:
  JsonNode(const nlohmann::json& value, std::string path) : value_(&value), path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  bool is_null() const { return value_->is_null(); }
  bool is_object() const { return value_->is_object(); }
  bool is_array() const { return value_->is_array(); }
  bool is_string() const { return value_->is_string(); }

  /// The value of a key; nothing where it isn't there or null.
  std::optional<JsonNode> find(const char* key) const {
    expect(is_object(), "an object");
    const auto found = value_->find(key);
    if (found == value_->end() || found->is_null()) return std::nullopt;
    return JsonNode(*found, path_ + "." + io::escaped(key));
  }

  /// The same of a key that must be there.
  JsonNode operator[](const char* key) const {
    if (auto node = find(key)) return *node;
    throw FormatError(path_ + "." + io::escaped(key) + " is missing");
  }

  /// Whether a key is there, be it null.
  bool mentions(const char* key) const { return is_object() && value_->contains(key); }

  std::size_t size() const {
    expect(is_array(), "a list");
    return value_->size();
  }
  JsonNode operator[](std::size_t i) const {
    expect(is_array() && i < value_->size(), "a longer list");
    return JsonNode((*value_)[i], path_ + "[" + std::to_string(i) + "]");
  }
  std::vector<JsonNode> items() const {
    std::vector<JsonNode> items;
    for (std::size_t i = 0; i < size(); ++i) items.push_back((*this)[i]);
    return items;
  }

  /// The keys of an object and their values, without those that are null.
  std::vector<std::pair<std::string, JsonNode>> members() const {
    expect(is_object(), "an object");
    std::vector<std::pair<std::string, JsonNode>> members;
    for (const auto& [key, value] : value_->items())
      if (!value.is_null()) members.emplace_back(key, JsonNode(value, path_ + "." + io::escaped(key)));
    return members;
  }

  const std::string& string() const {
    expect(is_string(), "a string");
    return value_->get_ref<const std::string&>();
  }
  bool boolean() const {
    expect(value_->is_boolean(), "true or false");
    return value_->get<bool>();
  }
  std::int64_t integer() const {
    const bool fits =
        value_->is_number_unsigned() ? value_->get<std::uint64_t>() <= INT64_MAX : value_->is_number_integer();
    expect(fits, "an integer");
    return value_->get<std::int64_t>();
  }
  double number() const {
    expect(value_->is_number(), "a number");
    return value_->get<double>();
  }

  std::string string(const char* key, const std::string& otherwise) const {
    const auto node = find(key);
    return node ? node->string() : otherwise;
  }
  bool boolean(const char* key, bool otherwise) const {
    const auto node = find(key);
    return node ? node->boolean() : otherwise;
  }
  /// A number ≥ 0.
  std::size_t count(const char* key, std::size_t otherwise) const {
    const auto node = find(key);
    return node ? node->count() : otherwise;
  }
  std::size_t count() const {
    const std::int64_t value = integer();
    expect(value >= 0, "0 or more");
    return static_cast<std::size_t>(value);
  }
  int id() const {
    const std::int64_t value = integer();
    expect(value >= 0 && value < Vocabulary::kMostIds, "an id from 0 to " + std::to_string(Vocabulary::kMostIds - 1));
    return static_cast<int>(value);
  }

  void expect(bool good, const std::string& what) const {
    if (good) return;
    std::string actual = value_->is_structured()
                             ? value_->type_name()
                             : value_->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    throw FormatError(path_ + " is " + io::escaped(actual, 60) + ", expected " + what);
  }

 private:
  const nlohmann::json* value_;
  std::string path_;
};

}  // namespace attn::text
