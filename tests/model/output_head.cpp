#include <attn/model/output_head.hpp>

#include "model/families/support.hpp"

using namespace attn::model;
using attn::Index;
using test::Numbers;

namespace {

Linear<double> linear(const std::string& name, Index in, Index out) {
  return {Table<double>(test::numbers(name, out, in)), false, attn::RowVector<double>(test::numbers(name, 1, out))};
}

}  // namespace

TEST_CASE("output head: which row it reads") {
  const Numbers states = test::numbers("x", 4, 3);
  const std::vector<bool> padded{true, true, true, false}, nothing(4, false);
  CHECK(row_of(OutputHead<double>{"", "", Rows::all}, states, padded) == -1);
  CHECK(row_of(OutputHead<double>{"", "", Rows::first}, states, padded) == 0);
  CHECK(row_of(OutputHead<double>{"", "", Rows::last}, states, padded) == 2);
  CHECK(row_of(OutputHead<double>{"", "", Rows::last}, states, std::vector<bool>(4, true)) == 3);
  CHECK(row_of(OutputHead<double>{"", "", Rows::last}, states, nothing) == 0);
  CHECK(row_of(OutputHead<double>{"", "", Rows::first}, Numbers(states.topRows(1)), padded) == -1);
}

TEST_CASE("output head: its steps in their order") {
  OutputHead<double> head;
  head.dense = linear("dense", 3, 5);
  head.tanh = true;
  head.norm = {NormKind::rms, 1e-5, 0, attn::RowVector<double>(test::numbers("gain", 1, 5))};
  head.scale = 4;
  head.out = linear("out", 5, 2);
  head.soft_cap = 1.5;
  const Numbers x = test::numbers("x", 4, 3);
  const auto times = [](const Linear<double>& l, const Numbers& in) {
    return Numbers((in * l.weight.view().transpose()).rowwise() + l.bias);
  };
  Numbers bent = times(head.dense, x).array().tanh();
  const Numbers y = times(head.out, 4 * attn::norm_rms(bent, head.norm.gain, 1e-5));
  const Numbers expected = 1.5 * (y / 1.5).array().tanh();
  CHECK(test::near(run_head(head, x, std::vector<bool>(4, true)), expected));
  head.rows = Rows::last;
  CHECK(test::near(run_head(head, x, {true, true, false, false}), expected.row(1)));
  CHECK(test::near(run_head(OutputHead<double>(), x, std::vector<bool>(4, true)), x));
}
