#include <attn/model/stack.hpp>

#include "model/families/support.hpp"
#include "model/support.hpp"

using namespace attn::model;
using attn::Index;
using attn::Matrix;

TEST_CASE("stack: as many blocks as are wanted, and the last norm only behind all of them") {
  const Stack<double>& stack = *test::example<double>("tiny-gpt2-repeat").transformer().decoder;
  const auto L = static_cast<Index>(stack.blocks.size());
  REQUIRE(L == 2);
  const std::vector<bool> keys(5, true);
  const Matrix<double> x = embed_tokens(stack.embedding, {6, 63, 17, 15, 6}, {}, keys);
  Keep keep;
  keep.states = true;
  const auto run = [&](Index blocks, Pass<double>& pass) {
    return run_stack<double>(stack, blocks, x, keys, nullptr, keep, {}, -1, pass);
  };
  Pass<double> none, some, all;
  CHECK(run(0, none) == x);
  const Matrix<double> behind_one = run(1, some), behind_all = run(L, all);
  const auto& states = all.states.at(Part::decoder);
  REQUIRE(states.size() == 3);
  CHECK(states[0] == x);
  CHECK(test::near(states[1], behind_one));
  CHECK(test::near(behind_all, stack.last_norm(states[2])));
  CHECK_FALSE(test::near(behind_all, states[2], 1e-3));
  CHECK((some.weights.at(Part::decoder)[0].size() == 4 && some.weights.at(Part::decoder)[1].empty()));
}
