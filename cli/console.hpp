// What the command line says beside its result, on stderr: warnings, and progress where somebody watches.
#pragma once

#include <attn/base/matrix.hpp>

#include <chrono>
#include <cstdio>
#include <string>

#include <unistd.h>

inline void warn(const std::string& message) { std::fprintf(stderr, "attn: warning: %s\n", message.c_str()); }

/// "attn: 37 of 144 maps, 12 s left", from the second second on, and only on a terminal.
class Progress {
 public:
  Progress(attn::Index total, std::string unit) : total_(total), unit_(std::move(unit)) {}
  ~Progress() {
    if (shown_) std::fputs("\r\033[K", stderr);
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// One more unit of work is done.
  void step() {
    ++done_;
    const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
    if (!watched_ || seconds < 1 || seconds < last_ + 0.1) return;
    last_ = seconds;
    shown_ = true;
    const double left = seconds / static_cast<double>(done_) * static_cast<double>(total_ - done_);
    std::fprintf(stderr, "\r\033[Kattn: %lld of %lld %s, %.0f s left", static_cast<long long>(done_),
                 static_cast<long long>(total_), unit_.c_str(), left);
  }

 private:
  using Clock = std::chrono::steady_clock;
  attn::Index total_;
  attn::Index done_ = 0;
  std::string unit_;
  Clock::time_point begin_ = Clock::now();
  double last_ = 0;
  bool watched_ = ::isatty(STDERR_FILENO) != 0;
  bool shown_ = false;
};
