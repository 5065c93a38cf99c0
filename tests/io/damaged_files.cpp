// Every file of tests/data/io, cut short at each byte and with bits flipped, through every reader: an array or an error
// of the library, never anything else. The same entries as the fuzzers in tests/fuzz, but the same inputs every time.
#include "fuzz/read_bytes.hpp"

#include "catch.hpp"
#include "io/support.hpp"

#include <algorithm>
#include <random>
#include <vector>

namespace {

std::vector<std::string> seeds() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test::data_path("")))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void read_as_everything(const std::string& text) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
  fuzz::npy(data, text.size());
  fuzz::npz(data, text.size());
  fuzz::csv(data, text.size());
  fuzz::safetensors(data, text.size());
  fuzz::pytorch_bin(data, text.size());
  fuzz::pickle(data, text.size());
}

}  // namespace

TEST_CASE("damaged files: cut short") {
  for (const std::string& path : seeds()) {
    CAPTURE(path);
    const std::string whole = test::content(path);
    const std::size_t step = 1 + whole.size() / 500;
    for (std::size_t size = 0; size <= whole.size(); size += step)
      CHECK_NOTHROW(read_as_everything(whole.substr(0, size)));
  }
}

TEST_CASE("damaged files: bits flipped, bytes replaced") {
  std::mt19937 random(2026);
  for (const std::string& path : seeds()) {
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
      CHECK_NOTHROW(read_as_everything(damaged));
    }
  }
}
