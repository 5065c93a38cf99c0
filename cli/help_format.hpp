// How --help is laid out: an option with its placeholder and what it means; which options go together is said by the
// groups they stand in, and by the error when they don't.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <utility>
#include <vector>

class HelpFormat : public CLI::Formatter {
 public:
  HelpFormat() { column_width(34); }

  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    const bool first = group == "Options";
    return CLI::Formatter::make_group(std::move(group), is_positional, std::move(options)).substr(first ? 0 : 1);
  }

  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return "";
    const std::string type = option->get_type_name();  // "mean|max:{mean,max}": some checks are appended
    return " " + type.substr(0, type.find(":{"));
  }
};
