// Agreement of the streaming kernel with its oracle, core attention().
#include <attn/kernel/streaming.hpp>

#include <attn/core/alibi.hpp>
#include <attn/kernel/pooled_map.hpp>
#include <attn/kernel/received_attention.hpp>

#include <stdexcept>
#include <thread>

#include "catch.hpp"
#include "kernel/support.hpp"

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A user's mask that throws for one query.
AnyMask throwing_at(Index query) {
  AnyMask mask;
  mask.sees = [query](Index i, Index) {
    if (i == query) throw std::runtime_error("the mask of query " + std::to_string(i));
    return true;
  };
  return mask;
}

}  // namespace

TEST_CASE("streaming: one query and two keys by eye") {
  // Scores ln 1 and ln 3 give the weights 1/4 and 3/4.
  const Matrix<double> q = Matrix<double>::Ones(1, 1), v = (Matrix<double>(2, 2) << 0, 4, 8, 0).finished();
  const Matrix<double> k = (Matrix<double>(2, 1) << 0, std::log(3.0)).finished();
  const auto [output, log_sum_exp] = attn::streaming_attention(q, k, v);
  CHECK(output(0, 0) == Approx(6));
  CHECK(output(0, 1) == Approx(1));
  CHECK(log_sum_exp(0) == Approx(std::log(4.0)));
}

TEMPLATE_TEST_CASE("streaming: agrees with attention() within 4·eps·(1 + max|score|) over sizes, masks and biases", "",
                   float, double) {
  for_each_input<TestType>([](const Input<TestType>& x) { CHECK(disagreement(x) <= 4); });
}

TEMPLATE_TEST_CASE("streaming: agrees with attention() for every mask with every bias", "", float, double) {
  using T = TestType;
  for (const auto& [Nq, Nk] : {std::pair<Index, Index>{65, 130}, {300, 1100}, {130, 7}})
    for (const auto& [mask_name, mask] : all_masks(Nq, Nk))
      for (const auto& [bias_name, bias] : all_biases<T>()) {
        CAPTURE(Nq, Nk, mask_name, bias_name);
        Input<T> x = Input<T>::random(Nq, Nk, 8, 5);
        x.mask = mask;
        x.bias = bias;
        CHECK(disagreement(x) <= 4);
      }
}

TEMPLATE_TEST_CASE("streaming: scales, negative ones and zero too, and caps", "", float, double) {
  using T = TestType;
  for (const attn::Scoring& scoring : {attn::Scoring{2.0}, attn::Scoring{-0.7}, attn::Scoring{0.0},
                                       attn::Scoring{{}, 3.0}, attn::Scoring{-2.0, 0.5}, attn::Scoring{{}, 50.0}}) {
    CAPTURE(scoring.scale.value_or(-99), scoring.soft_cap.value_or(-99));
    Input<T> x = Input<T>::random(130, 1100, 8, 3);
    x.scoring = scoring;
    CHECK(disagreement(x) <= 4);
    x.mask = attn::CausalMask{500};
    x.bias = {attn::AlibiBias{0.1}};
    CHECK(disagreement(x) <= 4);
  }
}

TEMPLATE_TEST_CASE("streaming: scores of ±1e4", "", float, double) {
  using T = TestType;
  for (const Index N : {65, 1000}) {
    Input<T> x = Input<T>::random(N, N, 8, 3, 3000);
    CHECK(disagreement(x) <= 4);
    x.mask = attn::CausalMask{-3} & attn::BandMask{700};
    CHECK(disagreement(x) <= 4);
    x.bias = all_biases<T>().back().bias;
    CHECK(disagreement(x) <= 4);
    // All near +1e4, and all near −1e4.
    x = Input<T>::random(N, N, 1, 3, 0.001);
    for (const double level : {1e4, -1e4}) {
      x.q.array() += 1;
      x.k.array() = x.k.array() * T(0.1) + T(level);
      CHECK(disagreement(x) <= 4);
    }
  }
}

TEMPLATE_TEST_CASE("streaming: scores that grow, fall, and jump from tile to tile", "", float, double) {
  using T = TestType;
  for (const double slope : {0.0, 0.01, -0.01, 0.5, -0.5})
    for (const Index jump : {0, 1000}) {
      CAPTURE(slope, jump);
      Input<T> x = Input<T>::random(40, 3000, 8, 9);
      x.bias = {[=](Index, Index j) { return slope * double(j) + (jump && j / jump % 2 ? 30.0 : 0.0); }};
      CHECK(disagreement(x) <= 4);
    }
}

TEMPLATE_TEST_CASE("streaming: the lowest number as a bias of whole tiles is no hidden key", "", float, double) {
  using T = TestType;
  const double lowest = double(std::numeric_limits<T>::lowest());
  for (const Index shown : {0, 1500, 2999}) {
    Input<T> x = Input<T>::random(20, 3000, 8, 4);
    x.bias = {[=](Index i, Index j) { return i == 7 || j < shown ? lowest : 0.0; }};
    CAPTURE(shown);
    CHECK(disagreement(x) <= 4);
  }
}

TEMPLATE_TEST_CASE("streaming: NaN and +inf make NaN rows, as in core, and no other rows", "", float, double) {
  using T = TestType;
  for (const double bad : {kNaN, kInfinity})
    for (const Index key : {0, 5, 1023, 1024, 2000, 2999})
      for (const bool first : {false, true}) {
        CAPTURE(bad, key, first);
        Input<T> x = Input<T>::random(20, 3000, 8, 4);
        if (first) x.mask = attn::CausalMask{2990};
        x.bias = {[=](Index i, Index j) { return i == 13 && j == key ? bad : 0.0; }};
        const attn::StreamedAttention<T> actual = streamed(x);
        CHECK(actual.output.row(13).array().isNaN().all());
        CHECK(std::isnan(actual.log_sum_exp(13)));
        CHECK(disagreement(x) <= 4);  // NaN where the oracle has NaN
      }
  // A NaN behind the mask isn't seen.
  Input<T> x = Input<T>::random(20, 20, 8, 4);
  x.mask = attn::CausalMask{};
  x.bias = {[](Index i, Index j) { return j > i ? kNaN : 0.0; }};
  CHECK(disagreement(x) <= 4);
  // A NaN in q is seen by its row, one in k by all rows that see the key.
  x.bias = {};
  x.q(4, 0) = T(kNaN);
  x.k(15, 3) = T(kNaN);
  CHECK(apart(streamed(x).output, core_attention(x).output) <= 4 * Input<T>::random(20, 20, 8, 4).unit());
}

TEST_CASE("streaming: rows that see nothing are exactly zero and of log-sum-exp −inf") {
  Input<float> x = Input<float>::random(70, 200, 8, 4);
  x.mask = attn::CausalMask{-3};
  const attn::StreamedAttention<float> actual = streamed(x);
  CHECK((actual.output.topRows(3).array() == 0).all());
  CHECK((actual.log_sum_exp.head(3).array() == -std::numeric_limits<float>::infinity()).all());
  CHECK((actual.log_sum_exp.tail(67).array() > -10).all());
}

TEMPLATE_TEST_CASE("streaming: no queries, no keys, no columns", "", float, double) {
  using T = TestType;
  for (const auto& [Nq, Nk, dk, dv] :
       {std::array<Index, 4>{0, 5, 3, 2}, {5, 0, 3, 2}, {5, 4, 0, 2}, {5, 4, 3, 0}, {0, 0, 0, 0}}) {
    CAPTURE(Nq, Nk, dk, dv);
    const Input<T> x = Input<T>::random(Nq, Nk, dk, dv);
    const attn::StreamedAttention<T> actual = streamed(x);
    CHECK(apart(actual.output, core_attention(x).output) <= 4 * x.unit());
    CHECK(apart(actual.log_sum_exp, core_log_sum_exp(x)) <= 4 * x.unit());
  }
}

TEST_CASE("streaming: the masks themselves, and masks of a user's own without what they tell about tiles") {
  const Input<double> x = Input<double>::random(150, 150, 8, 4);
  std::vector<bool> visible(150, true);
  for (std::size_t j = 0; j < 150; j += 4) visible[j] = false;
  const auto agree = [&](const auto& mask, const auto& bias) {
    const auto expected = attn::attention(x.q, x.k, x.v, mask, bias);
    return apart(attn::streaming_attention(x.q, x.k, x.v, mask, bias).output, expected.output) <= 4 * x.unit();
  };
  CHECK(agree(attn::CausalMask{} & attn::PaddingMask{visible}, attn::NoBias{}));
  const Matrix<int> matrix = Matrix<int>::NullaryExpr(150, 150, [](Index i, Index j) { return int(i * j % 3); });
  CHECK(agree(attn::MatrixMask<Matrix<int>>{matrix}, attn::MatrixBias<Matrix<double>>{random(150, 150, 8)}));
  // A mask of your own is a function of query and key.
  CHECK(agree([](Index i, Index j) { return (i + j) % 2 == 0; }, [](Index i, Index) { return double(i); }));
}

TEST_CASE("streaming: half and bfloat16 compute in float") {
  const Matrix<Eigen::half> half = random(130, 8, 1).cast<Eigen::half>();
  const Matrix<float> same = half.cast<float>();
  CHECK(apart(attn::streaming_attention(half, half, half).output, attn::streaming_attention(same, same, same).output) <=
        4 * Input<float>{same, same, same}.unit() * double(same.cwiseAbs().maxCoeff()));
  const Matrix<Eigen::bfloat16> brief = random(70, 8, 1).cast<Eigen::bfloat16>();
  const Input<float> x{brief.cast<float>(), brief.cast<float>(), brief.cast<float>()};
  CHECK(apart(attn::streaming_attention(brief, brief, brief).output, core_attention(x).output) <=
        4 * x.unit() * double(x.v.cwiseAbs().maxCoeff()));
}

TEST_CASE("streaming: blocks, column-major matrices, transposes, products and maps") {
  const Input<float> x = Input<float>::random(70, 200, 16, 16);
  const Matrix<float> expected = core_attention(x).output;
  const double tolerance = 4 * x.unit();
  Matrix<float> sheet = Matrix<float>::Constant(300, 40, std::numeric_limits<float>::quiet_NaN());
  sheet.block(3, 5, 200, 16) = x.v;
  CHECK(apart(attn::streaming_attention(x.q, x.k, sheet.block(3, 5, 200, 16)).output, expected) <= tolerance);
  sheet.block(3, 5, 200, 16) = x.k;
  CHECK(apart(attn::streaming_attention(x.q, sheet.block(3, 5, 200, 16), x.v).output, expected) <= tolerance);
  sheet.block(7, 1, 70, 16) = x.q;
  CHECK(apart(attn::streaming_attention(sheet.block(7, 1, 70, 16), x.k, x.v).output, expected) <= tolerance);
  const Eigen::MatrixXf columns = x.k, turned = x.v.transpose();
  CHECK(apart(attn::streaming_attention(x.q * 1.0f, columns, turned.transpose()).output, expected) <= tolerance);
  const Eigen::Matrix<float, 1, 16, Eigen::RowMajor> query = x.q.row(9);
  CHECK(apart(attn::streaming_attention(query, x.k, x.v).output, expected.row(9)) <= tolerance);
}

TEST_CASE("streaming: heads, some of which share their keys and values") {
  for (const attn::Heads heads : {attn::Heads{1}, {4}, {4, 2}, {6, 1}, {40, 20}})
    for (const Index N : {65, 300}) {
      CAPTURE(heads.H, heads.Hkv, N);
      const Index Nk = N + 30;
      const Input<float> x = Input<float>::random(N, Nk, heads.H * 8, heads.H * 5);
      const Matrix<float> k = x.k.leftCols(heads.Hkv * 8), v = x.v.leftCols(heads.Hkv * 5);
      const AnyMask mask = attn::CausalMask{25};
      const attn::Alibi bias{heads.H, 25};
      const auto expected = attn::multi_head_attention(x.q, k, v, heads, mask, bias);
      attn::ReceivedAttention<float> received(Nk, heads.H);
      const auto actual = attn::streaming_multi_head_attention(x.q, k, v, heads, mask, bias, {}, received);
      CHECK(apart(actual.output, expected.output) <= 4 * x.unit());
      REQUIRE(actual.log_sum_exp.size() == static_cast<std::size_t>(heads.H));
      for (Index h = 0; h < heads.H; ++h) {
        const Matrix<float>& weights = expected.weights[static_cast<std::size_t>(h)];
        CHECK(apart(received.received(h), weights.colwise().sum().transpose()) <= 4 * double(N) * x.unit());
        Input<float> head{x.q.middleCols(h * 8, 8), k.middleCols(heads.group(h) * 8, 8), v, mask, {bias.head(h)}};
        CHECK(apart(actual.log_sum_exp[static_cast<std::size_t>(h)], core_log_sum_exp(head)) <= 4 * head.unit());
      }
    }
}

TEST_CASE("streaming: the weights alone have the same log-sum-exp") {
  Input<float> x = Input<float>::random(100, 1500, 8, 4);
  x.mask = attn::CausalMask{1400};
  attn::PooledMap<float> map(100, 1500, 10, 10);
  const attn::ColumnVector<float> log_sum_exp = attn::streaming_weights(x.q, x.k, x.mask, x.bias, x.scoring, map);
  CHECK(apart(log_sum_exp, core_log_sum_exp(x)) <= 4 * x.unit());
  CHECK(double(map.sum().sum()) == Approx(100));
}

TEST_CASE("streaming: what a user's mask throws in any thread reaches the caller") {
  with_one_and_two_threads([&] {
    for (const Index query : {0, 399, 799}) {
      Input<float> x = Input<float>::random(800, 800, 8, 4);
      x.mask = throwing_at(query);
      CHECK_THROWS_WITH(streamed(x), "the mask of query " + std::to_string(query));
      x.mask = {};
      CHECK(disagreement(x) <= 4);  // and the next call is as if nothing had happened
    }
  });
}

TEST_CASE("streaming: calls from several threads at once") {
  std::vector<Input<float>> inputs;
  for (const Index N : {100, 301, 65, 500}) inputs.push_back(Input<float>::random(N, N, 8, 4));
  std::vector<double> errors(inputs.size(), 1e9);
  std::vector<std::thread> threads;
  for (std::size_t n = 0; n < inputs.size(); ++n)
    threads.emplace_back([&, n] {
      const Matrix<float> expected = core_attention(inputs[n]).output;
      errors[n] = 0;
      for (int time = 0; time < 5; ++time)
        errors[n] = std::max(errors[n], apart(streamed(inputs[n]).output, expected) / inputs[n].unit());
    });
  for (std::thread& thread : threads) thread.join();
  for (const double error : errors) CHECK(error <= 4);
}

#if defined(_OPENMP)
TEST_CASE("streaming: within a parallel region of the caller's") {
  Input<float> x = Input<float>::random(300, 300, 8, 4);
  const Matrix<float> expected = core_attention(x).output;
  double most = 0;
#pragma omp parallel for num_threads(2) reduction(max : most)
  for (int n = 0; n < 6; ++n) most = std::max(most, apart(streamed(x).output, expected));
  CHECK(most <= 4 * x.unit());
}

TEST_CASE("streaming: any number of threads gives the same numbers") {
  const Input<float> x = Input<float>::random(700, 700, 8, 4);
  const int before = omp_get_max_threads();
  omp_set_num_threads(1);
  const attn::StreamedAttention<float> one = streamed(x);
  for (const int threads : {2, 5}) {
    omp_set_num_threads(threads);
    const attn::StreamedAttention<float> more = streamed(x);
    CHECK(more.output == one.output);
    CHECK(more.log_sum_exp == one.log_sum_exp);
  }
  omp_set_num_threads(before);
}
#endif

TEST_CASE("streaming: input that doesn't fit") {
  const Matrix<double> x = random(4, 8, 1), narrow = random(4, 6, 2), few = random(3, 8, 3), square = random(4, 4, 4);
  using MatrixMask = attn::MatrixMask<Matrix<double>>;
  using MatrixBias = attn::MatrixBias<Matrix<double>>;
  const auto of = [&](const Matrix<double>& k, const Matrix<double>& v, const Matrix<double>& mask,
                      const Matrix<double>& bias) {
    return message<attn::ShapeError>([&] { attn::streaming_attention(x, k, v, MatrixMask{mask}, MatrixBias{bias}); });
  };
  CHECK(of(x, x, square, square) == "");
  CHECK(of(narrow, x, square, square) == "attention: k is [4 x 6], expected as many columns as q [4 x 8]");
  CHECK(of(x, few, square, square) == "attention: v is [3 x 8], expected as many rows as k [4 x 8]");
  const std::string expected = ", expected [4 x 4]; one row for each query, one column for each key";
  CHECK(of(x, x, few, square) == "attention: the mask is [3 x 8]" + expected);
  CHECK(of(x, x, square, few) == "attention: the bias is [3 x 8]" + expected);
  CHECK(message<attn::ShapeError>([&] { attn::streaming_weights(x, narrow); }) ==
        "attention: k is [4 x 6], expected as many columns as q [4 x 8]");
  const auto heads = [&](const attn::Heads& h, const Matrix<double>& k) {
    return message<attn::ShapeError>([&] { attn::streaming_multi_head_attention(x, k, x, h); });
  };
  CHECK(heads({3, 2}, x) == "multi-head attention: 3 heads can't share 2 key/value heads: expected a multiple of them");
  CHECK(heads({0}, x) == "multi-head attention: 0 heads can't share 0 key/value heads: expected a multiple of them");
  CHECK(heads({2}, narrow) ==
        "multi-head attention: k is [4 x 6], expected 8 columns; q [4 x 8] of 2 heads meets 2 key/value heads");
  CHECK(message<attn::ShapeError>([&] {
          attn::streaming_multi_head_attention(x, x, x, attn::Heads{2}, attn::NoMask{}, attn::Alibi{4});
        }) == "alibi: the sequence of slopes is [4], expected [2]; one for each head");
}
