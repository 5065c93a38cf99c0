#include "kernel/support.hpp"

#include <attn/core/alibi.hpp>

#include "catch.hpp"

namespace attn {
template const TileFunctions<float>& tile_functions<float>();
template const TileFunctions<double>& tile_functions<double>();
}  // namespace attn

std::vector<NamedMask> all_masks(Index Nq, Index Nk) {
  using namespace attn;
  PaddingMask padding{std::vector<bool>(static_cast<std::size_t>(Nk))};
  for (Index j = 0; j < Nk; ++j) padding.visible[static_cast<std::size_t>(j)] = j % 7 != 3 && j < Nk - Nk / 4;
  Matrix<int> matrix(Nq, Nk);
  for (Index i = 0; i < Nq; ++i)
    for (Index j = 0; j < Nk; ++j) matrix(i, j) = i % 11 == 5 ? 0 : scattered(i, j, 3) > 0;
  AnyMask silent{CausalMask{}};
  silent.tells = nullptr;
  return {{"none", NoMask{}},
          {"causal", CausalMask{}},
          {"causal after a cache", CausalMask{Nk / 3}},
          {"causal, the first ten see nothing", CausalMask{-10}},
          {"sliding window", SlidingWindowMask{40}},
          {"sliding window, the first three see nothing", SlidingWindowMask{5, -3}},
          {"band", BandMask{30, 2}},
          {"prefix", PrefixMask{20}},
          {"padding", padding},
          {"a matrix", MatrixMask<Matrix<int>>{matrix}},
          {"causal and padding", CausalMask{} & padding},
          {"prefix and band and padding", PrefixMask{9, 1} & BandMask{80} & padding},
          {"nothing", PaddingMask{std::vector<bool>(static_cast<std::size_t>(Nk), false)}},
          {"one that tells nothing about tiles", silent}};
}

template <class T>
std::vector<NamedBias> all_biases() {
  const double infinity = std::numeric_limits<double>::infinity(), lowest = double(std::numeric_limits<T>::lowest());
  return {{"none", {}},
          {"alibi", {attn::Alibi{8}.head(0)}},
          {"a number for each pair", {[](Index i, Index j) { return double(scattered(i, j, 100)) / 50 - 1; }}},
          {"-inf for some", {[=](Index i, Index j) { return scattered(i, j, 4) == 0 ? -infinity : 0.5; }}},
          {"the lowest number for some", {[=](Index, Index j) { return j % 5 == 0 || j < 40 ? lowest : 0.0; }}}};
}
template std::vector<NamedBias> all_biases<float>();
template std::vector<NamedBias> all_biases<double>();

template <class T>
void for_each_input(const std::function<void(const Input<T>&)>& check) {
  const auto biases = all_biases<T>();
  std::size_t n = 0;
  for (const Index N : {1, 63, 64, 65, 129, 1000}) {
    const auto masks = all_masks(N, N);
    for (const Index dk : {1, 3, 8, 64, 80, 128})
      for (const Index dv : {1, 3, 8, 64, 80, 128}) {
        if (N == 1000 && dk != dv && (dk + dv) % 3 != 0) continue;  // not every pair of them: it takes long
        const auto& [mask_name, mask] = masks[n % masks.size()];
        const auto& [bias_name, bias] = biases[n / 2 % biases.size()];
        ++n;
        CAPTURE(N, dk, dv, mask_name, bias_name);
        Input<T> x = Input<T>::random(N, N, dk, dv);
        x.mask = mask;
        x.bias = bias;
        check(x);
      }
  }
}
template void for_each_input(const std::function<void(const Input<float>&)>&);
template void for_each_input(const std::function<void(const Input<double>&)>&);

template <class T>
attn::Attention<T> core_attention(const Input<T>& x) {
  return attn::attention(x.q, x.k, x.v, x.mask, x.bias, x.scoring);
}

template <class T>
attn::Attention<double> core_attention_in_double(const Input<T>& x) {
  return core_attention<double>({x.q.template cast<double>(), x.k.template cast<double>(), x.v.template cast<double>(),
                                 x.mask, x.bias, x.scoring});
}

template <class T>
attn::StreamedAttention<T> streamed(const Input<T>& x) {
  return attn::streaming_attention(x.q, x.k, x.v, x.mask, x.bias, x.scoring);
}

template <class T>
double Input<T>::unit() const {
  const Matrix<T> scores = T(scoring.scale_for(q.cols())) * q * k.transpose();
  double largest = 0;
  for (Index i = 0; i < scores.rows(); ++i)
    for (Index j = 0; j < scores.cols(); ++j) {
      if (!mask(i, j)) continue;
      const double score = std::abs(double(scores(i, j)) + bias(i, j));
      if (largest < score && score < 1e30) largest = score;
    }
  return double(std::numeric_limits<T>::epsilon()) * (1 + largest);
}
template double Input<float>::unit() const;
template double Input<double>::unit() const;

template <class T>
attn::ColumnVector<double> core_log_sum_exp(const Input<T>& x) {
  Matrix<T> scores = T(x.scoring.scale_for(x.q.cols())) * x.q * x.k.transpose();
  attn::add_bias(scores, x.bias);
  attn::soft_cap(scores, x.scoring.soft_cap);
  attn::hide(scores, x.mask);
  attn::ColumnVector<double> log_sum_exp(scores.rows());
  for (Index i = 0; i < scores.rows(); ++i) {
    const double max = scores.cols() == 0 ? -std::numeric_limits<double>::infinity()
                                          : double(scores.row(i).template maxCoeff<Eigen::PropagateNaN>());
    double sum = 0;  // +inf − +inf is NaN
    for (const T s : scores.row(i)) sum += std::exp(double(s) - max);
    log_sum_exp(i) = max == -std::numeric_limits<double>::infinity() ? max : max + std::log(sum);
  }
  return log_sum_exp;
}

template <class T>
double disagreement(const Input<T>& input) {
  const attn::Attention<T> expected = core_attention(input);
  const attn::ColumnVector<double> log_sum_exp = core_log_sum_exp(input);
  double most = 0;
  with_one_and_two_threads([&] {
    const attn::StreamedAttention<T> actual = streamed(input);
    most = std::max({most, apart(actual.output, expected.output), apart(actual.log_sum_exp, log_sum_exp)});
  });
  return most / input.unit();
}

template attn::Attention<float> core_attention(const Input<float>&);
template attn::Attention<double> core_attention(const Input<double>&);
template attn::Attention<double> core_attention_in_double(const Input<float>&);
template attn::Attention<double> core_attention_in_double(const Input<double>&);
template attn::StreamedAttention<float> streamed(const Input<float>&);
template attn::StreamedAttention<double> streamed(const Input<double>&);
template attn::ColumnVector<double> core_log_sum_exp(const Input<float>&);
template attn::ColumnVector<double> core_log_sum_exp(const Input<double>&);
template double disagreement(const Input<float>&);
template double disagreement(const Input<double>&);
