// Agreement of the row blocks with their oracle, core attention().
#include <attn/kernel/row_blocks.hpp>

#include "catch.hpp"
#include "kernel/support.hpp"

namespace {

template <class T>
void row_blocks(const Input<T>& x, Eigen::Ref<Matrix<T>> output, Eigen::Ref<Matrix<T>> weights) {
  attn::attention_by_row_blocks(x.q, x.k, x.v, x.mask, x.bias, x.scoring, output, weights);
}

/// How far output and weights are from the oracle's, in units of eps·(1 + max|score|).
template <class T>
double row_blocks_disagreement(const Input<T>& x) {
  const attn::Attention<T> expected = core_attention(x);
  const T bad = std::numeric_limits<T>::quiet_NaN();
  Matrix<T> output = Matrix<T>::Constant(x.q.rows(), x.v.cols(), bad);
  Matrix<T> weights = Matrix<T>::Constant(x.q.rows(), x.k.rows(), bad), only_weights = weights;
  row_blocks<T>(x, output, weights);
  attn::attention_weights_by_row_blocks(x.q, x.k, x.mask, x.bias, x.scoring, only_weights);
  return std::max({apart(output, expected.output), apart(weights, expected.weights),
                   apart(only_weights, expected.weights)}) /
         x.unit();
}

}  // namespace

TEMPLATE_TEST_CASE("row blocks: agree with attention() within 4·eps·(1 + max|score|) over sizes, masks and biases", "",
                   float, double) {
  for_each_input<TestType>([](const Input<TestType>& x) { CHECK(row_blocks_disagreement(x) <= 4); });
}

TEMPLATE_TEST_CASE("row blocks: agree with attention() over scales and caps", "", float, double) {
  for (const attn::Scoring& scoring : {attn::Scoring{}, attn::Scoring{2.0}, attn::Scoring{{}, 3.0}}) {
    Input<TestType> x = Input<TestType>::random(200, 130, 8, 3);
    x.scoring = scoring;
    CHECK(row_blocks_disagreement(x) <= 4);
    x.mask = attn::CausalMask{-10};
    x.bias = all_biases<TestType>()[1].bias;
    CHECK(row_blocks_disagreement(x) <= 4);
  }
}

TEST_CASE("row blocks: rows that see nothing are exactly zero, above the diagonal of a causal map too") {
  Input<float> x = Input<float>::random(130, 130, 8, 8);
  Matrix<float> output(130, 8), weights(130, 130);
  x.mask = attn::SlidingWindowMask{5, -3};
  row_blocks<float>(x, output, weights);
  CHECK((output.topRows(3).array() == 0).all());
  CHECK((weights.topRows(3).array() == 0).all());
  x.mask = attn::CausalMask{};
  row_blocks<float>(x, output, weights);
  for (Index i = 0; i < 130; ++i) CHECK((weights.row(i).tail(129 - i).array() == 0).all());
}

TEST_CASE("row blocks: into maps, blocks and from column-major or half") {
  const Eigen::MatrixXf x = random(70, 8, 1).cast<float>();
  const attn::Attention<float> expected = attn::attention(x, x, x);
  std::vector<float> memory(70 * 70);
  Eigen::Map<Matrix<float>> weights(memory.data(), 70, 70);
  Matrix<float> sheet = Matrix<float>::Constant(72, 10, 5.0f);
  attn::attention_by_row_blocks(x, x, x, attn::NoMask{}, attn::NoBias{}, {}, sheet.block(1, 1, 70, 8), weights);
  CHECK(distance(weights.cast<double>(), expected.weights.cast<double>()) < 1e-6);
  CHECK(distance(sheet.block(1, 1, 70, 8).cast<double>(), expected.output.cast<double>()) < 1e-6);
  CHECK(sheet.col(0).isConstant(5.0f));
  CHECK(sheet.row(71).isConstant(5.0f));

  const Matrix<Eigen::half> half = x.cast<Eigen::half>();
  attn::attention_weights_by_row_blocks(half, half, attn::NoMask{}, attn::NoBias{}, {}, weights);
  CHECK(distance(weights.cast<double>(), expected.weights.cast<double>()) < 0.01);
}

TEST_CASE("row blocks: memory that doesn't fit") {
  const Matrix<double> x = random(4, 8, 1);
  Matrix<double> output(4, 8), weights(4, 5);
  const auto run = [&] { attn::attention_by_row_blocks(x, x, x, attn::NoMask{}, attn::NoBias{}, {}, output, weights); };
  CHECK(message<attn::ShapeError>(run) == "attention: the memory for weights is [4 x 5], expected [4 x 4]");
  weights.resize(4, 4);
  output.resize(3, 8);
  CHECK(message<attn::ShapeError>(run) == "attention: the memory for output is [3 x 8], expected [4 x 8]");
}

TEST_CASE("row blocks: input that doesn't fit") {
  const Matrix<double> x = random(4, 8, 1), narrow = random(4, 6, 2), few = random(3, 8, 3), square = random(4, 4, 4);
  Matrix<double> output(4, 8), weights(4, 4);
  const auto both = [&](const Matrix<double>& k, const Matrix<double>& v, const Matrix<double>& mask,
                        const Matrix<double>& bias) {
    return message<attn::ShapeError>([&] {
      attn::attention_by_row_blocks(x, k, v, attn::MatrixMask{mask}, attn::MatrixBias{bias}, {}, output, weights);
    });
  };
  const auto only_weights = [&](const Matrix<double>& k, const Matrix<double>& mask, const Matrix<double>& bias) {
    return message<attn::ShapeError>([&] {
      attn::attention_weights_by_row_blocks(x, k, attn::MatrixMask{mask}, attn::MatrixBias{bias}, {}, weights);
    });
  };
  CHECK(both(x, x, square, square) == "");
  CHECK(both(narrow, x, square, square) == "attention: k is [4 x 6], expected as many columns as q [4 x 8]");
  CHECK(both(x, few, square, square) == "attention: v is [3 x 8], expected as many rows as k [4 x 8]");
  const std::string expected = ", expected [4 x 4]; one row for each query, one column for each key";
  CHECK(both(x, x, few, square) == "attention: the mask is [3 x 8]" + expected);
  CHECK(both(x, x, square, few) == "attention: the bias is [3 x 8]" + expected);
  CHECK(only_weights(x, square, square) == "");
  CHECK(only_weights(narrow, square, square) == "attention: k is [4 x 6], expected as many columns as q [4 x 8]");
  CHECK(only_weights(x, few, square) == "attention: the mask is [3 x 8]" + expected);
  CHECK(only_weights(x, square, few) == "attention: the bias is [3 x 8]" + expected);
}
