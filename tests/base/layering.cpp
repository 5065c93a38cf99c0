// The direction of includes (docs/architecture.md): a header includes its own folder and those that its folder may see.
#include "catch.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

const std::map<std::string, std::set<std::string>> kMaySee = {{"base", {}},
                                                              {"core", {"base"}},
                                                              {"kernel", {"base", "core"}},
                                                              {"io", {"base"}},
                                                              {"render", {"base"}},
                                                              {"text", {"base", "io"}},
                                                              {"model", {"base", "core", "kernel", "io", "text"}}};

/// What is wrong with a header of `folder`: one line each, "file:line: rule".
std::vector<std::string> faults_in(const std::string& name, const std::string& folder, std::istream& header) {
  static const std::regex ours("^\\s*#\\s*include\\s*[<\"]attn/(\\w+)/.*");
  static const std::regex heavy("^\\s*#\\s*include\\s*<(Eigen/Dense|iostream|regex|filesystem)>.*");
  std::vector<std::string> faults;
  if (!kMaySee.count(folder)) return {name + ": " + folder + " is no layer"};
  std::string line;
  for (int number = 1; std::getline(header, line); ++number) {
    const std::string where = name + ":" + std::to_string(number) + ": ";
    std::smatch match;
    if (std::regex_match(line, match, ours) && match[1] != folder && !kMaySee.at(folder).count(match[1]))
      faults.push_back(where + folder + " must not include " + match[1].str());
    if (std::regex_match(line, match, heavy) && (match[1] == "Eigen/Dense" || folder == "core" || folder == "kernel"))
      faults.push_back(where + folder + " must not include <" + match[1].str() + ">");
    if (line.find("#include \"") != std::string::npos) faults.push_back(where + "write #include <attn/…>");
  }
  return faults;
}

}  // namespace

TEST_CASE("layering: every header includes only what its folder may see") {
  const fs::path root = fs::path(ATTN_INCLUDE_DIR) / "attn";
  int headers = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const fs::path relative = fs::relative(entry.path(), root);
    if (entry.path().extension() != ".hpp" || !relative.has_parent_path()) continue;
    std::ifstream file(entry.path());
    for (const std::string& fault : faults_in(relative.string(), relative.begin()->string(), file)) FAIL_CHECK(fault);
    ++headers;
  }
  CHECK(headers > 10);
}

TEST_CASE("layering: a breach is found, and named by line") {
  std::istringstream header("#pragma once\n\n#include <attn/core/attention.hpp>\n");
  const auto faults = faults_in("render/x.hpp", "render", header);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0] == "render/x.hpp:3: render must not include core");
}
