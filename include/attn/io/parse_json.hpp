// A JSON document, parsed with limits: what a stranger's file holds must not make the parser, or whoever walks through
// the result, run out of anything.
#pragma once

#include <attn/base/error.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace attn::io {

/// Parses the JSON of a file called `name`; filter(depth, event, value) says what is kept of it, as nlohmann's parser
/// has it. Throws FormatError, with the byte, for what isn't JSON, is nested too deep or has a number beyond double.
template <class Filter>
nlohmann::json parse_json(std::string_view text, const std::string& name, const Filter& filter) {
  constexpr int kDeepest = 100;
  using Event = nlohmann::json::parse_event_t;
  try {
    return nlohmann::json::parse(text.begin(), text.end(), [&](int depth, Event event, nlohmann::json& value) {
      if (depth > kDeepest) throw FormatError(name + ": nested more than " + std::to_string(kDeepest) + " deep");
      return filter(depth, event, value);
    });
  } catch (const nlohmann::json::parse_error& error) {
    throw FormatError(name + ": byte " + std::to_string(error.byte) + " isn't JSON: " + error.what());
  } catch (const nlohmann::json::exception& error) {  // a number that no double can hold
    throw FormatError(name + ": isn't JSON that can be read: " + error.what());
  }
}

}  // namespace attn::io
