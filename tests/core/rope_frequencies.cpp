#include <attn/core/rope_frequencies.hpp>

#include "catch.hpp"
#include "core/support.hpp"

namespace {
/// The largest relative difference from the golden frequencies.
double off(const Eigen::VectorXd& frequencies, const std::string& name) {
  const Matrix<double> expected = golden("frequencies." + name);
  return distance(frequencies.transpose().cwiseQuotient(expected.row(0)), Matrix<double>::Ones(1, expected.cols()));
}
}  // namespace

TEST_CASE("rope frequencies: by eye") {
  const Eigen::VectorXd frequencies = attn::rope_frequencies(4, 100.0);
  REQUIRE(frequencies.size() == 2);
  CHECK(frequencies(0) == 1);
  CHECK(frequencies(1) == Approx(0.1));
}

TEST_CASE("rope frequencies: columns that can't turn in pairs") {
  CHECK(message<attn::UsageError>([] { attn::rope_frequencies(5); }) ==
        "rope frequencies: 5 columns can't turn in pairs: expected 0, 2, 4 …");
  CHECK_THROWS_AS(attn::rope_frequencies(-2), attn::UsageError);
  CHECK_THROWS_AS(attn::rope_frequencies_yarn(5, 10000.0, 4.0, 2048), attn::UsageError);
  CHECK(attn::rope_frequencies(0).size() == 0);
}

TEST_CASE("rope frequencies: each scaling as config.json defines it") {
  CHECK(off(attn::rope_frequencies(16), "default") < 1e-14);
  CHECK(off(attn::rope_frequencies_linear(16, 10000.0, 2.0), "linear") < 1e-14);
  CHECK(off(attn::rope_frequencies_dynamic(16, 10000.0, 4.0, 64, 100), "dynamic") < 1e-14);
  CHECK(off(attn::rope_frequencies_by_wavelength(16, 500000.0, 8.0, 1.0, 4.0, 32), "llama3.16") < 1e-14);
  CHECK(off(attn::rope_frequencies_by_wavelength(128, 500000.0, 8.0, 1.0, 4.0, 8192), "llama3.128") < 1e-14);
  CHECK(off(attn::rope_frequencies_yarn(64, 10000.0, 4.0, 2048), "yarn") < 1e-14);
  CHECK(attn::yarn_attention_factor(4.0) == Approx(golden("frequencies.yarn.factor")(0, 0)));
}

TEST_CASE("rope frequencies: where nothing is stretched nothing changes") {
  const Eigen::VectorXd plain = attn::rope_frequencies(16);
  CHECK(attn::rope_frequencies_linear(16, 10000.0, 1.0) == plain);
  CHECK(attn::rope_frequencies_dynamic(16, 10000.0, 4.0, 64, 64).isApprox(plain));
  CHECK(attn::rope_frequencies_by_wavelength(16, 10000.0, 1.0, 1.0, 4.0, 32).isApprox(plain));
  CHECK(attn::rope_frequencies_yarn(16, 10000.0, 1.0, 32).isApprox(plain));
  CHECK(attn::yarn_attention_factor(1.0) == 1.0);
}
