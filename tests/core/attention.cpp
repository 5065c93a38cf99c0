#include <attn/core/attention.hpp>

#include "catch.hpp"
#include "core/support.hpp"

using attn::attention;

TEST_CASE("attention: by eye, a query that asks for one key gets that key's value") {
  const Matrix<double> k = Matrix<double>::Identity(4, 4);
  Matrix<double> q(1, 4), v(4, 2);
  q << 0, 1e4, 0, 0;
  v << 1, 2, 3, 4, 5, 6, 7, 8;
  const auto [output, weights] = attention(q, k, v);
  CHECK(weights == (Matrix<double>(1, 4) << 0, 1, 0, 0).finished());
  CHECK(output == (Matrix<double>(1, 2) << 3, 4).finished());
}

TEST_CASE("attention: by eye, equal keys share the attention") {
  const auto [output, weights] = attention(Matrix<double>::Zero(1, 3), Matrix<double>::Ones(4, 3), golden("seed.x"));
  CHECK(weights == Matrix<double>::Constant(1, 4, 0.25));
  CHECK(distance(output, golden("seed.x").colwise().mean()) < 1e-15);
}

TEST_CASE("attention: by eye, large queries and keys share the attention too") {
  const Matrix<float> x = Matrix<float>::Constant(9, 4, 1e5f), v = random(9, 2, 1).cast<float>();
  const auto [output, weights] = attention(x, x, v);  // all scores 2e10
  CHECK(weights.isApproxToConstant(1.0f / 9));
  CHECK(output.isApprox(v.colwise().mean().replicate(9, 1)));
}

TEST_CASE("attention: agrees with PyTorch") {
  const Matrix<double> x = golden("seed.x");
  SECTION("float") {
    const Matrix<float> t = x.cast<float>();
    const auto [output, weights] = attention(t, t, t);
    CHECK(distance(weights.cast<double>(), golden("seed.float.weights")) < 5e-7);
    CHECK(distance(output.cast<double>(), golden("seed.float.output")) < 2e-6);
  }
  SECTION("double") {
    const auto [output, weights] = attention(x, x, x);
    CHECK(distance(weights, golden("seed.double.weights")) < 1e-14);
    CHECK(distance(output, golden("seed.double.output")) < 1e-14);
  }
  SECTION("causal") {
    const auto [output, weights] = attention(x, x, x, attn::CausalMask{});
    CHECK(distance(weights, golden("seed.causal.weights")) < 1e-14);
    CHECK(distance(output, golden("seed.causal.output")) < 1e-14);
    for (Index i = 0; i < 4; ++i) CHECK((weights.row(i).tail(3 - i).array() == 0).all());
  }
  SECTION("scale") {
    const auto [output, weights] = attention(x, x, x, attn::NoMask{}, attn::NoBias{}, {0.75});
    CHECK(distance(weights, golden("seed.scale.weights")) < 1e-14);
    CHECK(distance(output, golden("seed.scale.output")) < 1e-14);
  }
  SECTION("soft cap") {
    const auto [output, weights] = attention(x, x, x, attn::NoMask{}, attn::NoBias{}, {{}, 1.5});
    CHECK(distance(weights, golden("seed.cap.weights")) < 1e-14);
    CHECK(distance(output, golden("seed.cap.output")) < 1e-14);
  }
  SECTION("queries of another text, with a bias") {
    const auto [output, weights] = attention(golden("cross.q"), golden("cross.k"), golden("cross.v"), attn::NoMask{},
                                             attn::MatrixBias{golden("cross.bias")}, {{}, 2.0});
    CHECK(distance(weights, golden("cross.weights")) < 1e-14);
    CHECK(distance(output, golden("cross.output")) < 1e-14);
  }
}

TEST_CASE("attention: reordering the keys reorders the columns, reordering the queries the rows") {
  const Matrix<double> q = random(3, 4, 1), k = random(5, 4, 2), v = random(5, 2, 3);
  const auto [output, weights] = attention(q, k, v);
  CHECK(distance(weights.rowwise().sum(), Matrix<double>::Ones(3, 1)) < 1e-15);
  const auto of_keys = attention(q, k.colwise().reverse(), v.colwise().reverse());
  CHECK(distance(of_keys.weights, weights.rowwise().reverse()) < 1e-15);
  CHECK(distance(of_keys.output, output) < 1e-14);
  const auto of_queries = attention(q.colwise().reverse(), k, v);
  CHECK(distance(of_queries.weights, weights.colwise().reverse()) < 1e-15);
  CHECK(distance(of_queries.output, output.colwise().reverse()) < 1e-14);
}

TEST_CASE("attention: a query whose keys are all hidden has zero weights and zero output") {
  const Matrix<double> x = golden("seed.x");
  const auto [output, weights] = attention(x, x, x, [](Index i, Index) { return i != 2; });
  CHECK((weights.row(2).array() == 0).all());
  CHECK((output.row(2).array() == 0).all());
  CHECK(weights.row(1).sum() == Approx(1));
}

TEST_CASE("attention: NaN in padding, a hidden key keeps it to itself, a hidden value spreads it in its column") {
  Matrix<double> k = golden("seed.x"), v = k;
  k(3, 0) = v(3, 5) = std::numeric_limits<double>::quiet_NaN();
  const auto [output, weights] =
      attention(v.leftCols(4), k.leftCols(4), v, attn::PaddingMask{{true, true, true, false}});
  CHECK(weights.topRows(3).allFinite());
  CHECK(output.topRows(3).leftCols(5).allFinite());
  CHECK(output.col(5).array().isNaN().all());
}

TEST_CASE("attention: every kind of expression, one result") {
  const Matrix<double> x = golden("seed.x");
  const Matrix<double> expected = golden("seed.double.output");
  const Eigen::MatrixXd columns = x, transposed = x.transpose();
  const Eigen::Matrix<double, 4, 8> fixed = x;
  Eigen::MatrixXd large = Eigen::MatrixXd::Zero(6, 10);
  large.block(1, 1, 4, 8) = x;
  CHECK(distance(attention(columns, transposed.transpose(), fixed).output, expected) < 1e-14);
  CHECK(distance(attention(Eigen::Map<const Matrix<double>>(x.data(), 4, 8), large.block(1, 1, 4, 8), 1.0 * x).output,
                 expected) < 1e-14);
}

TEST_CASE("attention: half and bfloat16 compute in float") {
  const Eigen::Matrix<Eigen::half, 4, 8, Eigen::RowMajor> half = golden("seed.x").cast<Eigen::half>();
  const Matrix<float> rounded = half.cast<float>();
  const attn::Attention<float> result = attention(half, half, half);
  CHECK(result.output == attention(rounded, rounded, rounded).output);
  const Matrix<Eigen::bfloat16> brain = golden("seed.x").cast<Eigen::bfloat16>();
  const attn::Attention<float> of_brain = attention(brain, brain, brain);
  CHECK(distance(of_brain.weights.cast<double>(), golden("seed.double.weights")) < 0.02);
}

TEST_CASE("attention: no tokens, no keys") {
  const Matrix<double> x = golden("seed.x");
  CHECK(attention(x.topRows(0), x, x).output.rows() == 0);
  CHECK(attention(x, x.topRows(0), x.topRows(0)).output == Matrix<double>::Zero(4, 8));
}

TEST_CASE("attention: shapes that don't fit") {
  const Matrix<double> x = golden("seed.x");
  CHECK(message<attn::ShapeError>([&] { attention(x, x.leftCols(6), x); }) ==
        "attention: k is [4 x 6], expected as many columns as q [4 x 8]");
  CHECK(message<attn::ShapeError>([&] { attention(x, x, x.topRows(3)); }) ==
        "attention: v is [3 x 8], expected as many rows as k [4 x 8]");
}
