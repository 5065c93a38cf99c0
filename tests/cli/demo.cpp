#include "catch.hpp"
#include "cli/run_attn.hpp"

TEST_CASE("attn demo: prints a map, writes a picture and the numbers") {
  const cli::Workspace work;
  const auto before = work.files();
  const cli::Result result = work.run("attn demo");
  CHECK(result.code == 0);
  CHECK(result.err.empty());
  CHECK(result.out.find("\nand fills in       key, maria\n") != std::string::npos);
  CHECK(work.files().size() == before.size() + 2);
  CHECK(cli::content(work / "demo.png").starts_with("\x89PNG"));
  // The same as from the folder that was embedded.
  CHECK(
      cli::content(work / "demo.csv") ==
      work.run("attn weights --model examples/models/tiny-bert-copy 'boris gave the key to maria .' --pair 'boris gave "
               "the [MASK] to [MASK] .' --layer 1 --head 0")
          .out);
}

TEST_CASE("attn: version and help") {
  const cli::Workspace work;
  CHECK(work.run("attn --version").out.starts_with("attn "));
  CHECK(work.run("attn").code == 0);
  CHECK(work.run("attn").out.find("attn demo") != std::string::npos);
}
