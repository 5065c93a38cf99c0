// What is going on, on stderr, for whoever watches a terminal and has waited for a second. Nobody else sees it.
#pragma once

#include <attn/base/matrix.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

/// Says "attn: making maps: 37 %, 12 s left" or, where work isn't counted, "attn: writing map.png: 3 s", as long as it
/// lives; then the line is gone. A thread of its own writes it, so a step that takes minutes shows too.
class Progress {
 public:
  explicit Progress(std::string what, attn::Index total = 1, bool visible = true);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Of reading a file, and of writing one: "-" is standard input or output. Nothing is said in the middle of what the
  /// terminal shows.
  static Progress reading(const std::string& path);
  static Progress writing(const std::string& path);

  /// So much more of `total` is done. Any thread may say so.
  void step(attn::Index done) { done_ += done; }

 private:
  void watch();

  std::string what_;
  attn::Index total_;
  std::atomic<attn::Index> done_ = 0;
  std::mutex mutex_;
  std::condition_variable finished_;
  bool is_finished_ = false;
  std::thread watcher_;
};
