#include <attn/kernel/received_attention.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

TEST_CASE("received attention: by eye") {
  // Weights [1 0 0], [½ ½ 0] and [⅓ ⅓ ⅓].
  attn::ReceivedAttention<double> received(3);
  const Matrix<double> x = Matrix<double>::Ones(3, 1);
  attn::streaming_weights(x, x, AnyMask{attn::CausalMask{}}, AnyBias{}, {}, received);
  CHECK(received.received()(0) == Approx(1 + 1.0 / 2 + 1.0 / 3));
  CHECK(received.received()(1) == Approx(1.0 / 2 + 1.0 / 3));
  CHECK(received.received()(2) == Approx(1.0 / 3));
}

TEMPLATE_TEST_CASE("received attention: agrees with the columns' sums", "", float, double) {
  using T = TestType;
  for (const auto& [Nq, Nk] : {std::pair<Index, Index>{65, 130}, {130, 2500}})
    for (const auto& [name, mask] : all_masks(Nq, Nk)) {
      CAPTURE(Nq, Nk, name);
      Input<T> x = Input<T>::random(Nq, Nk, 8, 1);
      x.mask = mask;
      const attn::ColumnVector<double> expected = core_attention_in_double(x).weights.colwise().sum().transpose();
      with_one_and_two_threads([&] {
        attn::ReceivedAttention<T> received(x.k.rows());
        attn::streaming_weights(x.q, x.k, x.mask, x.bias, x.scoring, received);
        CHECK(apart(received.received(), expected) <= 4 * x.unit() * std::max(1.0, expected.maxCoeff()));
      });
    }
}

TEST_CASE("received attention: a row that is NaN is seen in all keys that it sees") {
  Input<float> x = Input<float>::random(5, 40, 8, 1);
  x.bias = {[](Index i, Index j) { return i == 3 && j == 20 ? std::numeric_limits<double>::quiet_NaN() : 0.0; }};
  attn::ReceivedAttention<float> received(40);
  attn::streaming_weights(x.q, x.k, x.mask, x.bias, x.scoring, received);
  CHECK(received.received().array().isNaN().all());
}
