#include <attn/kernel/class_mass.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

TEST_CASE("class mass: by eye") {
  // Weights ¼ ¼ ½; the first key is one class, the others are another, half of the last a third.
  const Matrix<double> q = Matrix<double>::Ones(1, 1);
  const Matrix<double> k = (Matrix<double>(3, 1) << 0, 0, std::log(2.0)).finished();
  attn::ClassMass<double> classes(1, Matrix<double>{{1, 0, 0}, {0, 1, 1}, {0, 0, 0.5}});
  attn::streaming_weights(q, k, AnyMask{}, AnyBias{}, {}, classes);
  CHECK(apart(classes.mass(), Matrix<double>{{0.25, 0.75, 0.25}}) <= 1e-15);
}

TEMPLATE_TEST_CASE("class mass: agrees with the weights times the classes", "", float, double) {
  using T = TestType;
  for (const auto& [Nq, Nk] : {std::pair<Index, Index>{65, 130}, {60, 2500}}) {
    Matrix<T> members(3, Nk);
    for (Index j = 0; j < Nk; ++j) members.col(j) << T(j == 0), T(j % 3 == 1), T(scattered(j, 1, 5)) / T(4);
    for (const auto& [name, mask] : all_masks(Nq, Nk)) {
      CAPTURE(Nq, Nk, name);
      Input<T> x = Input<T>::random(Nq, Nk, 8, 1);
      x.mask = mask;
      const Matrix<double> expected = core_attention_in_double(x).weights * members.transpose().template cast<double>();
      with_one_and_two_threads([&] {
        attn::ClassMass<T> classes(x.q.rows(), members);
        attn::streaming_weights(x.q, x.k, x.mask, x.bias, x.scoring, classes);
        CHECK(apart(classes.mass(), expected) <= 4 * x.unit());
      });
    }
  }
}

TEST_CASE("class mass: classes of other keys") {
  const Matrix<double> x = random(4, 3, 1);
  attn::ClassMass<double> classes(4, Matrix<double>::Ones(2, 3));
  CHECK(message<attn::ShapeError>([&] { attn::streaming_weights(x, x, AnyMask{}, AnyBias{}, {}, classes); }) ==
        "class mass: its size is [4 x 3 x 1], expected [4 x 4 x 1]; queries, keys and heads");
}
