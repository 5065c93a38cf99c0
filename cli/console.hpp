// What the command line says: text on stdout, and beside it one line on stderr, whatever names and labels have in them.
#pragma once

#include <attn/base/error.hpp>
#include <attn/base/utf8.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

/// The text with control characters and what isn't UTF-8 as \x07: names of files may hold anything.
inline std::string one_line(const std::string& text) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const auto code = attn::detail::next_code_point(text, at);
    if (code && *code >= 0x20 && (*code < 0x7f || *code >= 0xa0)) {
      line.append(text, begin, at - begin);
      continue;
    }
    at = code ? at : begin + 1;
    for (std::size_t i = begin; i < at; ++i) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(text[i]));
      line += escaped;
    }
  }
  return line;
}

/// "attn: error: …".
inline void say_error(const std::string& message) {
  std::fprintf(stderr, "attn: error: %s\n", one_line(message).c_str());
}

/// "attn: note: …": what was done instead of what was asked for.
inline void note(const std::string& message) { std::fprintf(stderr, "attn: note: %s\n", one_line(message).c_str()); }

/// "attn: warning: …": something that a reader of the result should know.
inline void warn(const std::string& message) { std::fprintf(stderr, "attn: warning: %s\n", one_line(message).c_str()); }

/// Text on stdout, whatever bytes are in it.
inline void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

/// Throws FileError where something that was printed can't be written: a full disk, a closed pipe.
inline void flush_stdout() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    throw attn::FileError(std::string("stdout: can't write: ") + std::strerror(errno));
}
