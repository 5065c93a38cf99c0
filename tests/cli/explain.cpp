#include "catch.hpp"
#include "cli/run_attn.hpp"

TEST_CASE("attn explain: the numbers of the shipped example are PyTorch's") {
  const cli::Workspace work;
  const cli::Result result = work.run("attn explain");
  REQUIRE(result.code == 0);
  // torch.manual_seed(0); q = torch.randn(1, 4, 8); torch.softmax(q @ q.transpose(-2, -1) / 8 ** 0.5, -1)
  for (const char* row :
       {"0.7738       0.0745       0.0225       0.1292", "0.1566       0.4173       0.0637       0.3624",
        "0.0086       0.0116       0.9756       0.0041", "0.1717       0.2291       0.0142       0.5850"})
    CHECK(result.out.find(row) != std::string::npos);
}

TEST_CASE("attn explain: only the steps that there are") {
  const cli::Workspace work;
  const std::string plain = work.run("attn explain --query q.npy --key k.npy --head 1").out;
  CHECK(plain.find("Mask") == std::string::npos);
  CHECK(plain.find("V:") == std::string::npos);
  CHECK(plain.find("q3") != std::string::npos);
  const std::string masked =
      work.run("attn explain --query q.npy --key k.npy --value v.npy --mask causal --scale 1").out;
  CHECK(masked.find("−∞") != std::string::npos);
  CHECK(masked.find("S = 1 · Q Kᵀ") != std::string::npos);
  CHECK(masked.find("output = A V [4 x 8]") != std::string::npos);
  CHECK(work.run("attn explain --mask causal").out.find("−∞") != std::string::npos);
}
