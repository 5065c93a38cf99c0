// Every command that README.md, docs/ and --help show is run, and must succeed.
#include "catch.hpp"
#include "cli/run_attn.hpp"

#include <regex>
#include <vector>

namespace fs = std::filesystem;

namespace {

/// A comment behind a command in an example begins after at least two spaces and has no quote or option in it.
std::string without_comment(const std::string& line) {
  static const std::regex comment("\\s{2,}[^-'\"][^'\"]*$");
  return std::regex_replace(line, comment, "");
}

bool is_command(const std::string& line) {
  static const std::regex command("^(attn|cat [^|]*\\| *attn|[^ ]+ \\| *attn)( .*)?$");
  return std::regex_match(line, command);
}

/// The commands in the ```sh fences of a Markdown file; a line that ends in a backslash goes on in the next.
std::vector<std::string> commands_of_page(const fs::path& page) {
  std::vector<std::string> commands;
  std::istringstream text(cli::content(page));
  std::string line, command;
  bool inside = false;
  while (std::getline(text, line)) {
    if (line.starts_with("```")) {
      inside = !inside && line == "```sh";
      continue;
    }
    if (!inside) continue;
    command += line;
    if (command.ends_with('\\')) {
      command.pop_back();
      continue;
    }
    if (is_command(command)) commands.push_back(without_comment(command));
    command.clear();
  }
  return commands;
}

std::vector<std::string> commands_of_help(const std::string& help) {
  std::vector<std::string> commands;
  std::istringstream text(help);
  for (std::string line; std::getline(text, line);)
    if (line.starts_with("  ") && is_command(line.substr(2))) commands.push_back(without_comment(line.substr(2)));
  return commands;
}

/// README.md and the pages in docs/.
std::vector<fs::path> pages() {
  const fs::path root = ATTN_SOURCE_DIR;
  std::vector<fs::path> all{root / "README.md"};
  for (const auto& entry : fs::directory_iterator(root / "docs"))
    if (entry.path().extension() == ".md") all.push_back(entry.path());
  return all;
}

void check_all(const std::string& source, const std::vector<std::string>& commands) {
  const cli::Workspace work;
  for (const std::string& command : commands) {
    const cli::Result result = work.run(command);
    INFO(source << ": " << command << "\n" << result.err);
    CHECK(result.code == 0);
    CHECK(result.err.empty());
    CHECK((!result.out.empty() || command.find(" -o ") != std::string::npos));
  }
}

}  // namespace

TEST_CASE("documented commands: each --help") {
  const cli::Workspace work;
  for (const char* verb :
       {"", "weights", "heatmap", "view", "explain", "tokenize", "decode", "info", "verify", "demo"}) {
    const cli::Result help = work.run(std::string("attn ") + verb + " --help");
    REQUIRE(help.code == 0);
    const auto commands = commands_of_help(help.out);
    INFO("attn " << verb << " --help");
    CHECK_FALSE(commands.empty());
    check_all(std::string("attn ") + verb + " --help", commands);
  }
  CHECK(work.run("attn").out == work.run("attn --help").out);
}

TEST_CASE("documented commands: README.md and docs/") {
  std::size_t commands = 0;
  for (const fs::path& page : pages()) {
    const auto of_page = commands_of_page(page);
    commands += of_page.size();
    check_all(page.filename().string(), of_page);
  }
  CHECK(commands > 10);
}

TEST_CASE("documented files: every link to one leads to it") {
  static const std::regex link("\\]\\(([^)#:]+)[^)]*\\)");
  std::size_t links = 0;
  for (const fs::path& page : pages()) {
    static const std::regex code("```[^`]*```");  // in which ]( means something else
    const std::string text = std::regex_replace(cli::content(page), code, "");
    for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it, ++links) {
      INFO(page.filename().string() << " links to " << (*it)[1]);
      CHECK(fs::exists(page.parent_path() / (*it)[1].str()));
    }
  }
  CHECK(links > 10);
}
