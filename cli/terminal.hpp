// Pictures in the terminal that standard output is: as wide as it is, in the colours it says that it has.
#pragma once

#include <attn/render/terminal.hpp>

#include <cstdlib>
#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

/// Columns of the terminal; $COLUMNS or 80 where there is none.
inline int terminal_columns() {
  struct winsize size {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const int number = columns ? std::atoi(columns) : 0;
  return number > 0 ? number : 80;
}

/// The colours that the environment promises for standard output.
inline attn::render::TerminalColor terminal_color() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  std::string locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (locale.empty()) locale = variable(name);
  return attn::render::detect_color(variable("COLORTERM"), variable("TERM"), variable("NO_COLOR"),
                                    ::isatty(STDOUT_FILENO) != 0, locale);
}

/// A map as lines of text for this terminal.
template <class M>
std::string terminal_picture(const Eigen::MatrixBase<M>& map, const attn::render::HeatmapOptions& figure) {
  return attn::render::terminal_heatmap(map.derived(), figure, {terminal_columns(), terminal_color()});
}
