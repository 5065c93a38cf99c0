#include "progress.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <unistd.h>

namespace {

/// "12 s", "3 min 20 s", "2 h 5 min".
std::string duration(double seconds) {
  const auto whole = static_cast<long long>(seconds + 0.5);
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

}  // namespace

Progress::Progress(std::string what, attn::Index total, bool visible) : what_(std::move(what)), total_(total) {
  if (visible && ::isatty(STDERR_FILENO) != 0) watcher_ = std::thread([this] { watch(); });
}

Progress Progress::reading(const std::string& path) {
  return Progress("reading " + (path == "-" ? "standard input" : path));
}

Progress Progress::writing(const std::string& path) {
  const bool to_stdout = path == "-";
  return Progress("writing " + (to_stdout ? "standard output" : path), 1, !to_stdout || ::isatty(STDOUT_FILENO) == 0);
}

Progress::~Progress() {
  if (!watcher_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_finished_ = true;
  }
  finished_.notify_one();
  watcher_.join();
}

void Progress::watch() {
  using namespace std::chrono_literals;
  const auto begin = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  const auto is_finished = [this] { return is_finished_; };
  if (finished_.wait_for(lock, 1s, is_finished)) return;
  attn::Index done = 0;
  double whole = 0;  // seconds that everything will take, as far as can be told from the steps that are done
  do {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (done_ != done) {
      done = done_;
      whole = seconds * static_cast<double>(total_) / static_cast<double>(done);
    }
    if (done > 0 && done < total_)
      std::fprintf(stderr, "\r\033[Kattn: %s: %.*f %%, %s left", what_.c_str(), 10 * done < total_ ? 1 : 0,
                   100 * static_cast<double>(done) / static_cast<double>(total_),
                   duration(std::max(whole - seconds, 0.0)).c_str());
    else
      std::fprintf(stderr, "\r\033[Kattn: %s: %.0f s", what_.c_str(), seconds);
  } while (!finished_.wait_for(lock, 200ms, is_finished));
  std::fputs("\r\033[K", stderr);
}
