// Progress is for whoever watches: on a terminal, after a second, and gone at the end.
#include "catch.hpp"
#include "cli/run_attn.hpp"

TEST_CASE("progress: on a terminal, and nowhere else") {
  const cli::Workspace work;
  const std::string slow = "(sleep 2.5; cat q.npy) | attn weights --query - --key k.npy -o w.npy";
  const cli::Result piped = work.run(slow);
  CHECK(piped.code == 0);
  CHECK(piped.err.empty());

  if (work.run("script -qec 'test -t 2' /dev/null").code != 0) {  // not there, or a container without terminals
    WARN("skipped: script(1) can't make a terminal here, so progress wasn't watched");
    return;
  }
  const std::string watched = work.run("script -qec '" + slow + "' /dev/null").out;
  CHECK(watched.find("attn: reading standard input: 1 s") != std::string::npos);
  CHECK(watched.ends_with("\r\x1b[K"));
  attn::Tensor<float> slow_q({40000, 8});
  slow_q.matrix().setRandom();
  attn::io::write_array((work / "slow.npy").string(), slow_q);
  const std::string computing =
      work.run("script -qec 'attn weights --query slow.npy --key slow.npy --threads 1 --stats -o s.csv' /dev/null").out;
  const bool fast = computing.empty();  // a machine that needs less than a second says nothing
  CHECK((fast || (computing.find("attn: making maps: ") != std::string::npos &&
                  computing.find(" s left") != std::string::npos)));
  CHECK(work.run("script -qec 'attn weights --query q.npy --key k.npy -o w.npy' /dev/null").out.empty());
}
