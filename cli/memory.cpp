#include "memory.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace {

/// The number in a file that holds nothing else; infinity where there is none ("max", or no such file).
double number_in(const std::string& path) {
  std::ifstream file(path);
  double number = 0;
  return file >> number ? number : HUGE_VAL;
}

double available_in_machine() {
  std::ifstream info("/proc/meminfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("MemAvailable:")) return std::strtod(line.c_str() + 13, nullptr) * 1024;
  const long pages = ::sysconf(_SC_PHYS_PAGES), page = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && page > 0 ? static_cast<double>(pages) * static_cast<double>(page) : HUGE_VAL;
}

/// What the limit of a container leaves, in either version of control groups. Caches of files are given up when needed,
/// so they count as free.
double available_in_group() {
  const auto left = [](const std::string& limit, const std::string& used, const std::string& stat) {
    const double most = number_in(limit), now = number_in(used);
    if (std::isinf(most) || std::isinf(now)) return static_cast<double>(HUGE_VAL);
    double cache = 0;
    std::ifstream file(stat);
    std::string name;
    for (double value = 0; file >> name >> value;)
      if (name == "inactive_file" || name == "active_file") cache += value;
    return std::max(0.0, most - std::max(0.0, now - cache));
  };
  const std::string root = "/sys/fs/cgroup/";
  return std::min(
      left(root + "memory.max", root + "memory.current", root + "memory.stat"),
      left(root + "memory/memory.limit_in_bytes", root + "memory/memory.usage_in_bytes", root + "memory/memory.stat"));
}

/// What `ulimit -v` allows, of which this program has used a little.
double allowed_to_process() {
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return HUGE_VAL;
  const double used = number_in("/proc/self/statm") * static_cast<double>(::sysconf(_SC_PAGESIZE));
  return std::max(0.0, static_cast<double>(limit.rlim_cur) - (std::isinf(used) ? 0.0 : used));
}

}  // namespace

double available_memory() { return std::min({available_in_machine(), available_in_group(), allowed_to_process()}); }

std::string shown_bytes(double bytes) {
  const char* const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < std::size(units)) bytes /= 1000, ++unit;
  char text[32];
  std::snprintf(text, sizeof text, bytes < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
  return text;
}

void check_memory(const std::string& what, double bytes, const std::string& hint) {
  if (bytes < 1e8) return;  // not worth a question
  const double there = available_memory();
  if (bytes <= there) return;
  throw MemoryError("not enough memory: " + what + " takes " + shown_bytes(bytes) + ", expected at most the " +
                    shown_bytes(there) + " that are free; " + hint);
}
