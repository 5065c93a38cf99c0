#include <attn/base/output_file.hpp>

#include "catch.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;
using attn::OutputFile;

namespace {

struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "attn-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
  std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(path), fs::directory_iterator()); }
};

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("output file: appears whole on commit") {
  const Folder folder;
  const std::string path = folder / "new.txt";
  OutputFile file(path);
  file.write("hello ");
  CHECK_FALSE(fs::exists(path));
  file.write("world");
  file.commit();
  CHECK(content(path) == "hello world");
  CHECK(folder.files() == 1);
}

TEST_CASE("output file: without commit the old file stays and nothing new is left") {
  const Folder folder;
  const std::string path = folder / "old.txt";
  std::ofstream(path) << "old";
  {
    OutputFile file(path);
    file.write("half of the n");
  }
  CHECK(content(path) == "old");
  CHECK(folder.files() == 1);
  OutputFile file(path);
  file.write("new");
  file.commit();
  CHECK(content(path) == "new");
  CHECK(folder.files() == 1);
}

TEST_CASE("output file: a link is followed, not replaced") {
  const Folder folder;
  std::ofstream(folder / "target.txt") << "old";
  fs::create_symlink("target.txt", folder.path / "link.txt");
  OutputFile file(folder / "link.txt");
  file.write("new");
  file.commit();
  CHECK(fs::is_symlink(folder / "link.txt"));
  CHECK(content(folder / "target.txt") == "new");
}

TEST_CASE("output file: what can't be written says why") {
  const Folder folder;
  CHECK_THROWS_AS(OutputFile(folder / "no/such/folder.txt"), attn::FileError);
  CHECK_THROWS_WITH(OutputFile("/no/such/folder.txt"), "/no/such/folder.txt: can't write: No such file or directory");
  CHECK_THROWS_WITH(OutputFile(folder.path.string()),
                    folder.path.string() + ": can't write: is a folder, expected a file name");
  OutputFile full("/dev/full");
  CHECK_THROWS_WITH(full.write("x"), "/dev/full: can't write: No space left on device");
}

TEST_CASE("output file: whether it can be written is known beforehand, and asking leaves nothing") {
  const Folder folder;
  CHECK_THROWS_WITH(OutputFile::check("/no/such/folder.txt"),
                    "/no/such/folder.txt: can't write: No such file or directory");
  CHECK_THROWS_AS(OutputFile::check(folder.path.string()), attn::FileError);
  OutputFile::check(folder / "new.txt");
  CHECK(folder.files() == 0);
  std::ofstream(folder / "old.txt") << "old";
  OutputFile::check(folder / "old.txt");
  CHECK(content(folder / "old.txt") == "old");
  for (const char* name : {"-", "/dev/stdout", "/dev/full"}) OutputFile::check(name);
  // Without a reader, opening a pipe would wait for one.
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  OutputFile::check(folder / "pipe");
}

namespace {

/// Stdout is another file while this lives.
class StdoutTo {
 public:
  explicit StdoutTo(int file) : before_(::dup(1)) { ::dup2(file, 1); }
  ~StdoutTo() {
    ::dup2(before_, 1);
    ::close(before_);
  }

 private:
  int before_;
};

}  // namespace

TEST_CASE("output file: stdout is written where it stands") {
  const Folder folder;
  std::ofstream(folder / "all.csv") << "before\n";
  const int file = ::open((folder / "all.csv").c_str(), O_WRONLY | O_APPEND);
  REQUIRE(file >= 0);
  for (const char* name : {"-", "/dev/stdout"}) {
    const StdoutTo redirected(file);
    attn::OutputFile output(name);
    output.write("1,2\n");
    output.commit();
  }
  ::close(file);
  CHECK(content(folder / "all.csv") == "before\n1,2\n1,2\n");
}

TEST_CASE("output file: a reader that has gone is an error where SIGPIPE is ignored") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  std::string message;
  {
    const StdoutTo redirected(ends[1]);
    attn::OutputFile output("-");
    try {
      output.write("1\n");
    } catch (const attn::FileError& error) {
      message = error.what();
    }
  }
  ::close(ends[1]);
  std::signal(SIGPIPE, before);
  CHECK(message == "stdout: can't write: Broken pipe");
}

TEST_CASE("output file: a replaced file keeps its mode, a link that points nowhere makes what it points to") {
  const Folder folder;
  const auto write = [](const std::string& path) {
    attn::OutputFile file(path);
    file.write("new");
    file.commit();
  };
  const std::string secret = folder / "secret", link = folder / "link";
  std::ofstream(secret) << "old";
  ::chmod(secret.c_str(), 0640);
  write(secret);
  struct stat status {};
  REQUIRE(::stat(secret.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);

  REQUIRE(::symlink("target", link.c_str()) == 0);
  write(link);
  CHECK(::lstat(link.c_str(), &status) == 0);
  CHECK(S_ISLNK(status.st_mode));
  CHECK(::stat((folder / "target").c_str(), &status) == 0);
}
