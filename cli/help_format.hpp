// How --help is laid out: an option with its placeholder and what it means; which options go together is said by the
// groups they stand in, and by the error when they don't.
#pragma once

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string>

class HelpFormat : public CLI::Formatter {
 public:
  HelpFormat() { column_width(34); }

  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return "";
    const std::string type = option->get_type_name();  // "N:POSITIVE", "mean|max:{mean,max}": checks are appended
    return " " + type.substr(0, std::min(type.find(":POSITIVE"), std::min(type.find(":{"), type.find(":NONNEGATIVE"))));
  }
};
