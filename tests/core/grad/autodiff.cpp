// Every function of core accepts a scalar that differentiates itself, and each backward pass agrees with it.
#include <attn/attn.hpp>

#include <unsupported/Eigen/AutoDiff>

#include "catch.hpp"
#include "core/support.hpp"

using attn::Activation;

namespace {

using Dual = Eigen::AutoDiffScalar<Eigen::VectorXd>;

/// The matrices with their entries as variables, numbered one after the other.
std::vector<Matrix<Dual>> variables(const std::vector<Matrix<double>>& values) {
  Index count = 0;
  int next = 0;
  for (const auto& value : values) count += value.size();
  std::vector<Matrix<Dual>> lifted;
  for (const auto& value : values) {
    Matrix<Dual> matrix(value.rows(), value.cols());
    for (Index n = 0; n < value.size(); ++n) matrix.data()[n] = Dual(value.data()[n], static_cast<int>(count), next++);
    lifted.push_back(matrix);
  }
  return lifted;
}

/// Σ a ∘ b.
Dual dot(const Matrix<Dual>& a, const Matrix<double>& b) {
  Dual sum(0.0);
  for (Index n = 0; n < a.size(); ++n) sum += Dual(a.data()[n] * b.data()[n]);
  return sum;
}

/// The largest difference between the derivatives of `result` and the gradients of the variables, in their order.
double off(const Dual& result, const std::vector<Matrix<double>>& gradients) {
  double most = 0;
  Index next = 0;
  for (const auto& gradient : gradients)
    for (Index n = 0; n < gradient.size(); ++n)
      most = std::max(most, std::abs(result.derivatives()(next++) - gradient.data()[n]));
  return next == result.derivatives().size() ? most : std::numeric_limits<double>::infinity();
}

}  // namespace

namespace Eigen {  // what Eigen's autodiff scalar lacks; found through its namespace
Dual erf(const Dual& x) {
  return Dual(std::erf(x.value()), x.derivatives() * (2 / std::sqrt(EIGEN_PI) * std::exp(-x.value() * x.value())));
}
}  // namespace Eigen

TEST_CASE("autodiff: attention with mask, bias, cap and a gradient of its weights") {
  const Matrix<double> q = random(3, 2, 1), k = random(4, 2, 2), v = random(4, 2, 3), bias = random(3, 4, 4);
  const Matrix<double> d_output = random(3, 2, 5), d_weights = random(3, 4, 6);
  const attn::Scoring scoring{0.9, 1.5};
  const auto x = variables({q, k, v, bias});
  const auto dual = attn::attention(x[0], x[1], x[2], attn::CausalMask{}, attn::MatrixBias{x[3]}, scoring);
  const auto plain = attn::attention(q, k, v, attn::CausalMask{}, attn::MatrixBias{bias}, scoring);
  const auto g =
      attn::attention_backward(q, k, v, plain.weights, {d_output, d_weights}, attn::MatrixBias{bias}, scoring);
  CHECK(off(dot(dual.output, d_output) + dot(dual.weights, d_weights), {g.d_q, g.d_k, g.d_v, g.d_bias}) < 1e-13);
}

TEST_CASE("autodiff: the self-attention layer with shared keys and a learned relative bias") {
  const Matrix<double> in = random(3, 4, 1), table = random(4, 2, 2), d_output = random(3, 4, 3);
  const std::vector<Matrix<double>> w{random(4, 4, 4), random(4, 2, 5), random(4, 2, 6),  random(4, 4, 7),
                                      random(1, 4, 8), random(1, 2, 9), random(1, 2, 10), random(1, 4, 11)};
  const auto layer = [](const auto& m) {
    using T = typename std::decay_t<decltype(m[0])>::Scalar;
    return attn::Projections<T>{m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7]};
  };
  auto x = variables({w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], in, table});
  const attn::Heads heads{2, 1};
  const auto dual = attn::self_attention(x[8], layer(x), heads, attn::NoMask{}, attn::RelativeBuckets<Dual>{x[9]});
  const attn::RelativeBuckets<double> bias{table};
  const auto plain = attn::self_attention(in, layer(w), heads, attn::NoMask{}, bias);
  const auto g = attn::self_attention_backward(in, layer(w), heads, plain.weights, {d_output, {}}, bias);
  Matrix<double> d_table = Matrix<double>::Zero(4, 2);
  for (Index h = 0; h < 2; ++h)
    for (Index i = 0; i < 3; ++i)
      for (Index j = 0; j < 3; ++j) d_table(attn::relative_bucket(j - i, true, 4), h) += g.d_bias[h](i, j);
  const auto& d = g.d_projections;
  CHECK(off(dot(dual.output, d_output), {d.w_q, d.w_k, d.w_v, d.w_o, d.b_q, d.b_k, d.b_v, d.b_o, g.d_x, d_table}) <
        1e-12);
}

TEST_CASE("autodiff: norms") {
  const Matrix<double> in = random(2, 4, 1), gain = random(1, 4, 2), shift = random(1, 4, 3), d_y = random(2, 4, 4);
  const auto x = variables({in, gain, shift});
  const auto layer = attn::norm_layer_backward(in, gain, d_y);
  CHECK(off(dot(attn::norm_layer(x[0], x[1], x[2]), d_y), {layer.d_x, layer.d_gain, layer.d_shift}) < 1e-13);
  const auto y = variables({in, gain});
  const auto rms = attn::norm_rms_backward(in, gain, d_y, 1e-6, 1.0);
  CHECK(off(dot(attn::norm_rms(y[0], y[1], 1e-6, 1.0), d_y), {rms.d_x, rms.d_gain}) < 1e-13);
}

TEST_CASE("autodiff: feed-forward layers with each activation") {
  const Matrix<double> in = random(2, 3, 1), w_in = random(3, 2, 2), w_out = random(2, 3, 3), gate = random(3, 2, 4);
  const Matrix<double> b_in = random(1, 2, 5), b_out = random(1, 3, 6), d_y = random(2, 3, 7);
  const auto x = variables({in, w_in, w_out, b_in, b_out});
  const attn::FeedForward<Dual> dual{x[1], x[2], x[3], x[4]};
  const attn::FeedForward<double> plain{w_in, w_out, b_in, b_out};
  const auto y = variables({in, gate, w_in, w_out});
  const attn::GatedFeedForward<Dual> dual_gated{y[1], y[2], y[3]};
  const attn::GatedFeedForward<double> gated{gate, w_in, w_out};
  for (const auto act : {Activation::relu, Activation::gelu_erf, Activation::gelu_tanh, Activation::silu}) {
    const auto g = attn::feed_forward_backward(in, plain, act, d_y);
    CHECK(off(dot(attn::feed_forward(x[0], dual, act), d_y),
              {g.d_x, g.d_layer.w_in, g.d_layer.w_out, g.d_layer.b_in, g.d_layer.b_out}) < 1e-13);
    const auto h = attn::feed_forward_backward(in, gated, act, d_y);
    CHECK(off(dot(attn::feed_forward(y[0], dual_gated, act), d_y),
              {h.d_x, h.d_layer.w_gate, h.d_layer.w_in, h.d_layer.w_out}) < 1e-13);
  }
}

TEST_CASE("autodiff: rotary positions turn gradients back, embeddings count tokens") {
  const Matrix<double> in = random(2, 4, 1), d_y = random(2, 4, 2);
  const Eigen::VectorXd frequencies = attn::rope_frequencies(4);
  const auto x = variables({in});
  CHECK(off(dot(attn::rope_interleaved(x[0], {3, 8}, frequencies), d_y),
            {attn::rope_interleaved(d_y, {-3, -8}, frequencies)}) < 1e-14);
  CHECK(off(dot(attn::rope_halves(x[0], {3, 8}, frequencies), d_y), {attn::rope_halves(d_y, {-3, -8}, frequencies)}) <
        1e-14);
  Matrix<double> expected(2, 4);
  expected << d_y.row(0) + d_y.row(1), Matrix<double>::Zero(1, 4);
  CHECK(off(dot(attn::embed(x[0], {0, 0}), d_y), {expected}) < 1e-15);
}

TEST_CASE("autodiff: a row that is hidden as a whole has gradient 0") {
  const Matrix<double> q = random(2, 2, 1);
  const auto x = variables({q});
  const auto dual = attn::attention(x[0], x[0], x[0], [](Index i, Index) { return i != 1; });
  const Dual hidden = dual.output(1, 0) + dual.output(1, 1);
  CHECK(hidden.value() == 0);
  CHECK((hidden.derivatives().array() == 0).all());
}
