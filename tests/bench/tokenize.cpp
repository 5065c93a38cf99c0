// One case of a tokenizer: attn_bench_tokenize CASE TOKENIZER [TEXT [lines]], the two being files. One line of JSON.
//
//   load     the time to load the tokenizer
//   encode   the time to encode the text, with everything that an Encoding has: as a whole, or line by line
//   ids      no time, but a number that tells the ids of the text's tokens from others
#include "measure.hpp"

#include <attn/text/load_tokenizer.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at <= text.size(); at += lines.back().size() + 1)
    lines.push_back(text.substr(at, text.find('\n', at) - at));
  return lines;
}

std::string tokens_of(const std::vector<attn::Encoding>& encodings) {
  std::size_t tokens = 0;
  std::uint32_t hash = 2166136261u;  // FNV-1a, an id at a time
  for (const attn::Encoding& encoding : encodings) {
    tokens += encoding.size();
    for (const int id : encoding.ids) hash = (hash ^ static_cast<std::uint32_t>(id)) * 16777619u;
  }
  return "\"tokens\": " + std::to_string(tokens) + ", \"hash\": " + std::to_string(hash);
}

void print(const attn::bench::Times& times, const std::string& more) {
  std::printf("{\"s\": %.6g, \"low\": %.6g, \"high\": %.6g, \"mb\": %.1f%s}\n", times.median, times.low, times.high,
              attn::bench::peak_mb(), more.c_str());
}

void run(const std::string& what, const std::string& file, const std::string& text_file, bool by_lines) {
  using attn::bench::measure;
  if (what == "load") {
    std::optional<attn::Tokenizer> tokenizer;
    return print(measure([&] { tokenizer = attn::load_tokenizer(file); }, [] {}), "");
  }
  const attn::Tokenizer tokenizer = attn::load_tokenizer(file);
  const attn::io::MappedFile mapped(text_file);
  const std::string_view text = mapped.bytes().text();
  const std::vector<std::string_view> texts = by_lines ? lines_of(text) : std::vector{text};
  std::vector<attn::Encoding> encodings(texts.size());
  const auto encode = [&] {
    for (std::size_t i = 0; i < texts.size(); ++i) encodings[i] = tokenizer.encode(texts[i], {true, false});
  };
  if (what == "ids") {
    encode();
    std::printf("{%s}\n", tokens_of(encodings).c_str());
  } else if (what == "encode") {
    const attn::bench::Times times = measure(encode, [] {});
    print(times, ", " + tokens_of(encodings) + ", \"bytes\": " + std::to_string(text.size()));
  } else {
    throw std::runtime_error("no such case: " + what);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 3) throw std::runtime_error("usage: attn_bench_tokenize load|encode|ids TOKENIZER [TEXT [lines]]");
    run(argv[1], argv[2], argc > 3 ? argv[3] : "", argc > 4);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "attn_bench_tokenize: %s\n", error.what());
    return 1;
  }
}
