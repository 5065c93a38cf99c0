#include <attn/core/grad/feed_forward.hpp>

#include "catch.hpp"
#include "core/support.hpp"

using attn::Activation;

TEST_CASE("feed-forward backward: agrees with central differences") {
  const Matrix<double> x = random(2, 3, 1), d_y = random(2, 3, 2);
  SECTION("plain") {
    const attn::FeedForward<double> w{random(3, 5, 3), random(5, 3, 4), random(1, 5, 5), random(1, 3, 6)};
    const auto loss = [&](const Matrix<double>& in) {
      return dot(attn::feed_forward(in, w, Activation::gelu_erf), d_y);
    };
    const auto g = attn::feed_forward_backward(x, w, Activation::gelu_erf, d_y);
    CHECK(distance(g.d_x, differences(loss, x)) < 1e-9);
    CHECK(distance(g.d_layer.b_out, d_y.colwise().sum()) < 1e-15);
  }
  SECTION("gated") {
    const attn::GatedFeedForward<double> w{random(3, 5, 3), random(3, 5, 4), random(5, 3, 5),
                                           random(1, 5, 6), random(1, 5, 7), random(1, 3, 8)};
    const auto loss = [&](const Matrix<double>& in, const Matrix<double>& b_gate) {
      attn::GatedFeedForward<double> layer = w;
      layer.b_gate = b_gate;
      return dot(attn::feed_forward(in, layer, Activation::silu), d_y);
    };
    const auto g = attn::feed_forward_backward(x, w, Activation::silu, d_y);
    CHECK(distance(g.d_x, differences([&](const Matrix<double>& m) { return loss(m, w.b_gate); }, x)) < 1e-8);
    CHECK(distance(g.d_layer.b_gate, differences([&](const Matrix<double>& m) { return loss(x, m); }, w.b_gate)) <
          1e-8);
  }
}

TEST_CASE("feed-forward backward: shapes that don't fit") {
  const auto error = [](const auto& w, const Matrix<double>& d_y) {
    return message<attn::ShapeError>([&] { attn::feed_forward_backward(random(5, 2, 1), w, Activation::silu, d_y); });
  };
  const attn::FeedForward<double> plain{random(2, 3, 2), random(3, 2, 3)};
  attn::GatedFeedForward<double> gated{random(2, 3, 2), random(2, 3, 3), random(3, 2, 4)};
  const Matrix<double> d_y = random(5, 2, 5);
  CHECK(error(plain, d_y) == "");
  CHECK(error(gated, d_y) == "");
  CHECK(error(plain, d_y.topRows(4)) == "linear_backward: d_y is [4 x 2], expected [5 x 2]");
  CHECK(error(gated, d_y.leftCols(1)) == "linear_backward: d_y is [5 x 1], expected [5 x 2]");
  gated.w_gate = random(2, 1, 6);
  CHECK(error(gated, d_y) == "feed_forward: w_gate is [2 x 1], expected as many columns as w_in [2 x 3]");
}
