// The exit code of each class of error; docs/errors.md lists them for users.
#pragma once

#include <attn/base/error.hpp>

enum class ExitCode { ok = 0, internal = 1, usage = 2, file = 3, format = 4, unsupported = 5, shape = 6, numeric = 7 };

inline ExitCode exit_code(const std::exception& error) {
  if (dynamic_cast<const attn::UsageError*>(&error)) return ExitCode::usage;
  if (dynamic_cast<const attn::FileError*>(&error)) return ExitCode::file;
  if (dynamic_cast<const attn::FormatError*>(&error)) return ExitCode::format;
  if (dynamic_cast<const attn::UnsupportedError*>(&error)) return ExitCode::unsupported;
  if (dynamic_cast<const attn::ShapeError*>(&error)) return ExitCode::shape;
  if (dynamic_cast<const attn::NumericError*>(&error)) return ExitCode::numeric;
  return ExitCode::internal;
}
