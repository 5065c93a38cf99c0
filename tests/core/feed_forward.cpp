#include <attn/core/feed_forward.hpp>

#include "catch.hpp"
#include "core/support.hpp"

using attn::Activation;

TEST_CASE("feed-forward: by eye") {
  Matrix<double> x(1, 2), w_in(2, 3), w_out(3, 2);
  x << 1, 2;
  w_in << 1, 0, -1, 0, 1, 0;  // hidden 1, 2, -1 and after relu 1, 2, 0
  w_out << 1, 0, 0, 10, 100, 100;
  const attn::FeedForward<double> plain{w_in, w_out};
  CHECK(attn::feed_forward(x, plain, Activation::relu) == (Matrix<double>(1, 2) << 1, 20).finished());
  const attn::FeedForward<double> biased{w_in, w_out, RowVector<double>{{0, 0, 2}}, RowVector<double>{{1000, 0}}};
  CHECK(attn::feed_forward(x, biased, Activation::relu) == (Matrix<double>(1, 2) << 1101, 120).finished());
  const attn::GatedFeedForward<double> gated{w_in, 3 * w_in, w_out};
  CHECK(attn::feed_forward(x, gated, Activation::relu) == (Matrix<double>(1, 2) << 3, 120).finished());
}

TEST_CASE("feed-forward: shapes that don't fit") {
  const attn::FeedForward<double> w{random(2, 3, 1), random(4, 2, 2)};
  CHECK(message<attn::ShapeError>([&] { attn::feed_forward(random(5, 2, 3), w, Activation::silu); }) ==
        "linear: w is [4 x 2], expected as many rows as x [5 x 3] has columns");
  const attn::GatedFeedForward<double> narrow{random(2, 1, 1), random(2, 3, 2), random(3, 2, 3)};
  CHECK(message<attn::ShapeError>([&] { attn::feed_forward(random(5, 2, 4), narrow, Activation::silu); }) ==
        "feed_forward: w_gate is [2 x 1], expected as many columns as w_in [2 x 3]");
}
