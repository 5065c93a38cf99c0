#include "text/support.hpp"

#include <attn/text/read_tokenizer_json.hpp>

namespace test {

attn::Tokenizer tokenizer(const nlohmann::json& json) { return attn::text::read_tokenizer_json(json.dump(), "t.json"); }

std::string format_error(const std::string& text) {
  return message_of<attn::FormatError>([&] { attn::text::read_tokenizer_json(text, "t.json"); });
}

std::string unsupported_error(const std::string& text) {
  return message_of<attn::UnsupportedError>([&] { attn::text::read_tokenizer_json(text, "t.json"); });
}

nlohmann::json byte_level_json(const Strings& merges) {
  nlohmann::json vocabulary = nlohmann::json::object();
  for (int byte = 0; byte < 256; ++byte) {
    std::string token;
    attn::append_utf8(token, attn::text::character_of_byte(static_cast<char>(byte)));
    vocabulary[token] = byte;
  }
  for (const std::string& merge : merges) {
    std::string both = merge;
    both.erase(both.find(' '), 1);
    vocabulary[both] = static_cast<int>(vocabulary.size());
  }
  return {{"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", merges}}},
          {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
          {"decoder", {{"type", "ByteLevel"}}}};
}

std::string random_text(std::mt19937& random, std::size_t characters, bool valid) {
  const std::string_view kinds[] = {"a",    "b",       "Z",      " ", " ", "\n",     "\t",     ".",      "'",      "7",
                                    "é",    "e\u0301", "ß",      "İ", "Ж", "ش",      "中",     "文",     "한",     "ᄒ",
                                    "ᅡ",   "ᆫ",      "ﬁ",      "½", "…", "\u00A0", "\u200D", "\u0301", "\u0323", "👩",
                                    "🏽", "𝔸",       "\u3000", "▁", "<", ">",      "#",      "_"};
  std::string text;
  for (std::size_t i = 0; i < characters; ++i) {
    const auto kind = random() % 10;
    if (!valid && kind == 0) {
      text += static_cast<char>(random() & 0xFF);
    } else if (kind == 1) {
      auto c = static_cast<char32_t>(random() % 0x110000);
      if (c >= 0xD800 && c < 0xE000) c = 0xFFFD;
      attn::append_utf8(text, c);
    } else {
      text += kinds[random() % std::size(kinds)];
    }
  }
  return text;
}

}  // namespace test
