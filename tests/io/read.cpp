#include <attn/io/read.hpp>

#include "catch.hpp"
#include "io/support.hpp"

using namespace attn::io;
using attn::Shape;
using attn::UsageError;

namespace {

template <class E = UsageError>
std::string message(const std::string& spec) {
  return test::message_of<E>([&] { read_array(spec); });
}

/// Stdin is this file while it lives.
class StdinFrom {
 public:
  explicit StdinFrom(const std::string& path) : before_(::dup(0)) {
    const int file = ::open(path.c_str(), O_RDONLY);
    ::dup2(file, 0);
    ::close(file);
  }
  ~StdinFrom() {
    ::dup2(before_, 0);
    ::close(before_);
  }

 private:
  int before_;
};

}  // namespace

TEST_CASE("read: by extension, with or without a name") {
  CHECK(read_array(test::data_path("little_f4.npy")).shape == Shape{3, 4});
  CHECK(read_array(test::data_path("savetxt.csv")).shape == Shape{3, 4});
  CHECK(read_array(test::data_path("one.npz")).name == "weights");
  CHECK(read_array(test::data_path("one.safetensors")).name == "weights");
  CHECK((read_array(test::data_path("stored.npz:counts")).dtype == DType::i64));
  CHECK((read_array(test::data_path("stored.npz:counts.npy")).dtype == DType::i64));
  CHECK((read_array(test::data_path("all_types.safetensors:BF16")).dtype == DType::bf16));
}

TEST_CASE("read: a path may have colons in it") {
  const test::Folder folder;
  std::filesystem::create_directory(folder / "a:b");
  std::filesystem::copy(test::data_path("stored.npz"), folder / "a:b/x.npz:y.npz");
  std::filesystem::copy(test::data_path("little_f4.npy"), folder / "c:d.npy");
  CHECK(read_array(folder / "a:b/x.npz:y.npz:halves").shape == Shape{3, 4});
  CHECK(read_array(folder / "c:d.npy").shape == Shape{3, 4});
  CHECK(test::contains(message(folder / "a:b/x.npz:y.npz"), "has 2 arrays"));
}

TEST_CASE("read: a tab-separated file, and the extension in capitals") {
  const test::Folder folder;
  test::save(folder / "a.TSV", "\tx\ty\nq\t1\t2\n");
  const Array array = read_array(folder / "a.TSV");
  CHECK(array.shape == Shape{1, 2});
  CHECK(array.row_labels == std::vector<std::string>{"q"});
}

TEST_CASE("read: without a known extension the content decides") {
  const test::Folder folder;
  std::filesystem::copy(test::data_path("one.npz"), folder / "weights");
  std::filesystem::copy(test::data_path("one.safetensors"), folder / "weights.bin");
  test::save(folder / "weights.txt", "1,2\n");
  CHECK(read_array(folder / "weights").shape == Shape{3, 4});
  CHECK(read_array(folder / "weights.bin").shape == Shape{3, 4});
  CHECK(message(folder / "weights.txt") ==
        (folder / "weights.txt") +
            ": can't tell the format: unknown extension, expected .csv .tsv .npy .npz or .safetensors");
  test::save(folder / "w.json", "{}");
  CHECK_THROWS_AS(read_array(folder / "w.json"), attn::UnsupportedError);
}

TEST_CASE("read: stdin of any format") {
  for (const char* name : {"little_f4.npy", "one.npz", "one.safetensors", "savetxt.csv"}) {
    CAPTURE(name);
    const StdinFrom input(test::data_path(name));
    CHECK(read_array("-").shape == Shape{3, 4});
  }
  const StdinFrom input(test::data_path("stored.npz"));
  CHECK((read_array("-:counts").dtype == DType::i64));
}

TEST_CASE("read: names that are needed, unknown or pointless") {
  const std::string stored = test::data_path("stored.npz");
  CHECK(message(stored) ==
        stored + ": has 2 arrays, expected one or a name; say " + stored + ":NAME; it has: halves, counts");
  CHECK(message(stored + ":count") == stored + ": has no array \"count\"; did you mean: counts");
  CHECK(message(stored + ":xyz") == stored + ": has no array \"xyz\"; it has: halves, counts");
  const std::string vector = test::data_path("vector.npy");
  CHECK(message(vector + ":x") == vector + ": holds one array, which has no name, but \"x\" is wanted; say " + vector);
}

TEST_CASE("read: a missing file is named without the array's name") {
  CHECK(message<attn::FileError>("/no/such.npz:w") == "/no/such.npz: can't open: No such file or directory");
  CHECK(message<attn::FileError>("/no/such:thing") == "/no/such:thing: can't open: No such file or directory");
}
