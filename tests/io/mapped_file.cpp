#include <attn/io/mapped_file.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <thread>

using attn::FileError;
using attn::io::MappedFile;

TEST_CASE("mapped file: the whole content") {
  const test::Folder folder;
  test::save(folder / "a.txt", "some\0bytes\n");
  const MappedFile file(folder / "a.txt");
  CHECK(file.bytes().text() == test::content(folder / "a.txt"));
  CHECK(file.name() == folder / "a.txt");
}

TEST_CASE("mapped file: writing to the memory leaves the file as it is") {
  const test::Folder folder;
  test::save(folder / "a.txt", "abc");
  attn::io::Bytes bytes;
  {
    const MappedFile file(folder / "a.txt");
    bytes = file.bytes();
  }
  bytes.data[0] = std::byte{'X'};
  CHECK(bytes.text() == "Xbc");
  CHECK(test::content(folder / "a.txt") == "abc");
}

TEST_CASE("mapped file: an empty file, and one that only says so") {
  const test::Folder folder;
  test::save(folder / "empty", "");
  CHECK(MappedFile(folder / "empty").size() == 0);
  CHECK(MappedFile("/proc/self/status").size() > 100);
}

TEST_CASE("mapped file: a pipe is read to its end") {
  const test::Folder folder;
  const std::string path = folder / "pipe";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const std::string text(300'000, 'x');
  std::thread writer([&] { test::save(path, text); });
  const MappedFile file(path);
  writer.join();
  CHECK(file.bytes().text() == text);
}

TEST_CASE("mapped file: - is stdin") {
  const test::Folder folder;
  test::save(folder / "a.txt", "from stdin");
  const int before = ::dup(0);
  const int file = ::open((folder / "a.txt").c_str(), O_RDONLY);
  ::dup2(file, 0);
  const MappedFile input("-");
  ::dup2(before, 0);
  ::close(before);
  ::close(file);
  CHECK(input.bytes().text() == "from stdin");
  CHECK(input.name() == "stdin");
}

TEST_CASE("mapped file: what can't be read says why") {
  const test::Folder folder;
  CHECK_THROWS_WITH(MappedFile("/no/such.npy"), "/no/such.npy: can't open: No such file or directory");
  CHECK_THROWS_WITH(MappedFile(folder.path.string()),
                    folder.path.string() + ": can't read: is a folder, expected a file");
  CHECK_THROWS_AS(MappedFile("/no/such.npy"), FileError);
  if (::geteuid() != 0) {  // root may read everything
    test::save(folder / "secret", "x");
    ::chmod((folder / "secret").c_str(), 0);
    CHECK_THROWS_WITH(MappedFile(folder / "secret"), (folder / "secret") + ": can't open: Permission denied");
  }
}
