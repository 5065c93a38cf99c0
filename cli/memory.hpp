// How much memory there is, and whether what was asked for fits: said before the work, not by the system in the middle
// of it.
#pragma once

#include <attn/base/matrix.hpp>

#include <stdexcept>
#include <string>

/// Exit code 1, with a message of its own.
class MemoryError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Bytes that can be had without disturbing others: of the machine, or of the control group where that is less.
double available_memory();

/// Numbers of `size` bytes; doubles don't overflow.
inline double bytes_of(double numbers, std::size_t size) { return numbers * static_cast<double>(size); }

/// "1.5 GB".
std::string shown_bytes(double bytes);

/// Throws MemoryError "what: takes 64 GB of memory, there are 12 GB; hint" where `bytes` are more than there are.
void check_memory(const std::string& what, double bytes, const std::string& hint);
