// What the library throws. A message is one line: "where: what is wrong: actual against expected; hint".
//
// The command line turns each class into an exit code (docs/errors.md). The library itself never prints and never
// exits.
#pragma once

#include <stdexcept>

namespace attn {

/// The base of everything that the library throws on purpose.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Shapes that don't fit each other: the message names both.
class ShapeError : public Error {
 public:
  using Error::Error;
};

/// A file that can't be opened, read or written.
class FileError : public Error {
 public:
  using Error::Error;
};

/// A file whose content isn't what its format says; the message has the byte offset or the line.
class FormatError : public Error {
 public:
  using Error::Error;
};

/// Something valid that attn can't do (yet); the message names it.
class UnsupportedError : public Error {
 public:
  using Error::Error;
};

/// A request that makes no sense: an index out of range, an unknown name.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// NaN or infinity where the mathematics needs finite numbers.
class NumericError : public Error {
 public:
  using Error::Error;
};

}  // namespace attn
