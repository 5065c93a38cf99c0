#include <attn/model/block.hpp>

#include "catch.hpp"

#include <cmath>

using namespace attn::model;
using attn::Index;
using attn::Matrix;

namespace {

Matrix<double> numbers(Index rows, Index cols, double first) {
  Matrix<double> m(rows, cols);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = std::sin(first + 0.7 * static_cast<double>(i));
  return m;
}

Linear<double> linear(double first) { return {Table<double>(numbers(4, 4, first))}; }

/// Root mean square 1, times a gain.
Norm<double> norm(double gain) { return {NormKind::rms, 0, 0, attn::RowVector<double>::Constant(4, gain), {}}; }

Block<double> block() {
  Block<double> block;
  block.attention = {linear(1), linear(2), linear(3), linear(4), attn::Heads{2}};
  block.feed_forward = {linear(5), linear(6), attn::Activation::relu};
  block.attention_residual = {norm(2), norm(3)};
  block.feed_forward_residual = {norm(4), norm(5)};
  return block;
}

const HookPoint kHere{Part::decoder, 1};
const std::vector<bool> kKeys(3, true);

Matrix<double> run(const Block<double>& block, const Matrix<double>& x, const Matrix<double>* context = nullptr) {
  return run_block<double>(block, attn::NoBias{}, x, kKeys, context, kKeys, kHere, {}, {}, {});
}

Matrix<double> attended(const AttentionLayer<double>& layer, const Matrix<double>& h, const Matrix<double>& context) {
  return attend<double>(layer, attn::NoBias{}, h, context, kKeys, kHere, {}, {});
}

}  // namespace

TEST_CASE("block: norms before, after and around") {
  const Matrix<double> x = numbers(3, 4, 0);
  Block<double> b = block();
  const Norm<double> n2 = norm(2), n3 = norm(3), n4 = norm(4), n5 = norm(5);
  const auto attention = [&](const Matrix<double>& h) { return attended(b.attention, h, h); };

  b.place = NormPlace::around;
  Matrix<double> y = x + n3(attention(n2(x)));
  CHECK(run(b, x).isApprox(Matrix<double>(y + n5(b.feed_forward(n4(y))))));

  b.attention_residual.after = b.feed_forward_residual.after = {};
  b.place = NormPlace::before;
  y = x + attention(n2(x));
  CHECK(run(b, x).isApprox(Matrix<double>(y + b.feed_forward(n4(y)))));

  b.place = NormPlace::after;
  y = n2(Matrix<double>(x + attention(x)));
  CHECK(run(b, x).isApprox(n4(Matrix<double>(y + b.feed_forward(y)))));
}

TEST_CASE("block: attention and feed-forward layer side by side") {
  const Matrix<double> x = numbers(3, 4, 0);
  Block<double> b = block();
  b.parallel = true;
  const Matrix<double> h = norm(2)(x);
  CHECK(run(b, x).isApprox(Matrix<double>(x + attended(b.attention, h, h) + b.feed_forward(norm(4)(x)))));
}

TEST_CASE("block: what is normed may be what is added to") {
  const Matrix<double> x = numbers(3, 4, 0), h = norm(2)(x);
  Block<double> b = block();
  b.attention_residual.after = b.feed_forward_residual.after = {};
  b.attention_residual.adds_to_the_normed = true;
  const Matrix<double> y = h + attended(b.attention, h, h);
  CHECK(run(b, x).isApprox(Matrix<double>(y + b.feed_forward(norm(4)(y)))));
}

TEST_CASE("block: the other stack is attended to between the two") {
  const Matrix<double> x = numbers(3, 4, 0), context = numbers(3, 4, 11);
  Block<double> b = block();
  b.place = NormPlace::after;
  b.cross = AttentionLayer<double>{linear(7), linear(8), linear(9), linear(10), attn::Heads{2}};
  b.cross_residual = {norm(6)};
  Matrix<double> y = norm(2)(Matrix<double>(x + attended(b.attention, x, x)));
  y = norm(6)(Matrix<double>(y + attended(*b.cross, y, context)));
  CHECK(run(b, x, &context).isApprox(norm(4)(Matrix<double>(y + b.feed_forward(y)))));
}
