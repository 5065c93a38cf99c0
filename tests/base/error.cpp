#include <attn/base/error.hpp>

#include "catch.hpp"

#include <string>

TEMPLATE_TEST_CASE("error: every class is an attn::Error that keeps its message", "", attn::ShapeError, attn::FileError,
                   attn::FormatError, attn::UnsupportedError, attn::UsageError, attn::NumericError) {
  try {
    throw TestType("file.npy: what: 3 against 4; hint");
  } catch (const attn::Error& error) {
    CHECK(std::string(error.what()) == "file.npy: what: 3 against 4; hint");
    CHECK(dynamic_cast<const std::runtime_error*>(&error) != nullptr);
  }
}
