#include <attn/kernel/instruction_set.hpp>

#include <cstdlib>
#include <optional>
#include <string>

#include "catch.hpp"

using attn::InstructionSet;

namespace {

/// ATTN_INSTRUCTIONS while a test runs, and what it was before.
class Environment {
 public:
  ~Environment() { set(before_); }
  static void set(const std::optional<std::string>& value) {
    if (value)
      ::setenv("ATTN_INSTRUCTIONS", value->c_str(), 1);
    else
      ::unsetenv("ATTN_INSTRUCTIONS");
  }

 private:
  static std::optional<std::string> get() {
    const char* value = std::getenv("ATTN_INSTRUCTIONS");
    return value ? std::optional<std::string>(value) : std::nullopt;
  }
  std::optional<std::string> before_ = get();
};

}  // namespace

TEST_CASE("instruction set: has a name") {
  CHECK(attn::name_of(InstructionSet::kBaseline) == "baseline");
  CHECK(attn::name_of(InstructionSet::kAvx2) == "avx2");
  CHECK(attn::name_of(InstructionSet::kAvx512) == "avx512");
}

TEST_CASE("instruction set: the environment forbids better ones, and never asks for more than there is") {
  const Environment restored;
  Environment::set({});
  const InstructionSet best = attn::detail::find_instruction_set();
  const auto with = [](const std::string& wish) {
    Environment::set(wish);
    return attn::detail::find_instruction_set();
  };
  CHECK(with("baseline") == InstructionSet::kBaseline);
  CHECK(with("avx2") == std::min(best, InstructionSet::kAvx2));
  CHECK(with("avx512") == best);
  CHECK(with("") == best);
  CHECK(with("AVX2") == best);
}

TEST_CASE("instruction set: is what the environment asked for when the program began, and stays so") {
  const InstructionSet set = attn::instruction_set();
  CHECK(set == attn::detail::find_instruction_set());
  const Environment restored;
  Environment::set("baseline");
  CHECK(attn::instruction_set() == set);
}
