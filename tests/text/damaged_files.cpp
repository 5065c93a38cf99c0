// Small tokenizers of every kind, cut short at each byte and with bytes flipped: one that encodes, or an error of the
// library, never anything else. The same entries as the fuzzers in tests/fuzz, but the same inputs every time.
#include "fuzz/read_text.hpp"

#include "catch.hpp"
#include "io/support.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using Entry = int (*)(const std::uint8_t*, std::size_t);
constexpr std::pair<const char*, Entry> kEntries[] = {{"tokenizer_json", fuzz::tokenizer_json},
                                                      {"vocab_txt", fuzz::vocab_txt},
                                                      {"merges", fuzz::merges},
                                                      {"sentencepiece", fuzz::sentencepiece},
                                                      {"tokenize", fuzz::tokenize}};

std::vector<std::string> seeds(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(ATTN_TEST_DATA "/text/fuzz/" + folder))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void give(Entry entry, const std::string& text) {
  entry(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

}  // namespace

TEST_CASE("damaged tokenizers: the seeds are good") {
  CHECK(fuzz::good_tokenizers().size() == 10);
  for (const char* file : {"vocab_txt/small.txt", "merges/gpt2", "merges/roberta"})
    CHECK(std::filesystem::exists(std::string(ATTN_TEST_DATA "/text/fuzz/") + file));
  const std::string vocab = test::content(ATTN_TEST_DATA "/text/fuzz/vocab_txt/small.txt");
  CHECK(attn::text::read_vocab_txt(vocab, fuzz::no_config()).encode("lower").ids == std::vector<int>{2, 12, 13, 3});
}

TEST_CASE("damaged tokenizers: cut short") {
  for (const auto& [folder, entry] : kEntries)
    for (const std::string& path : seeds(folder)) {
      CAPTURE(path);
      const std::string whole = test::content(path);
      const std::size_t step = 1 + whole.size() / 1000;
      for (std::size_t size = 0; size <= whole.size(); size += step) CHECK_NOTHROW(give(entry, whole.substr(0, size)));
    }
}

TEST_CASE("damaged tokenizers: bits flipped, bytes replaced") {
  std::mt19937 random(2026);
  for (const auto& [folder, entry] : kEntries)
    for (const std::string& path : seeds(folder)) {
      CAPTURE(path);
      const std::string whole = test::content(path);
      for (int attempt = 0; attempt < 300; ++attempt) {
        std::string damaged = whole;
        for (int i = 0; i <= attempt % 3; ++i) {
          const std::size_t place = random() % damaged.size();
          const auto byte = static_cast<unsigned char>(damaged[place]);
          const unsigned values[] = {byte ^ (1U << random() % 8), 0, 0xff, static_cast<unsigned>(random() & 0xff)};
          damaged[place] = static_cast<char>(values[random() % 4]);
        }
        CHECK_NOTHROW(give(entry, damaged));
      }
    }
}
