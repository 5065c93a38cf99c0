// A sequence too long for a picture of all its weights: a pooled map, each row's two strongest keys, and a closer look.
#include <attn/attn.hpp>
#include <cmath>
#include <iostream>

int main() {
  const attn::Index N = 6000, d = 8;
  Eigen::MatrixXf x(N, d);  // tokens turn slowly, so that near ones look alike, and so do those a turn apart
  for (attn::Index i = 0; i < N; ++i)
    for (attn::Index c = 0; c < d; ++c)
      x(i, c) = 3 * std::cos(static_cast<float>(i) * 6.2831853f / 2000 * static_cast<float>(1 + c / 4) +
                             static_cast<float>(c % 2));
  x.row(700) = 1.2f * x.row(5000);
  x.row(2900) = 1.1f * x.row(5000);

  attn::PooledMap<float> map(N, N, 6, 6);
  attn::TopKeys<float> top(N, N, 2);
  attn::RowStatistics<float> statistics(N);
  const auto log_sum_exp =
      attn::streaming_weights(x, x, attn::CausalMask{}, attn::NoBias{}, attn::Scoring{}, map, top, statistics);

  const Eigen::IOFormat table(2, 0, "  ", "\n", "", "", "", "\n");
  std::cout << "the sum of all weights in each of 6 x 6 cells:\n" << map.sum().format(table);
  std::cout << "query 5000 looks most at keys " << top.keys().row(5000) << "\n";
  std::cout << "its weights are spread as evenly over " << std::lround(statistics.rows().effective_keys(5000))
            << " keys\n";

  // Zooming in costs no more than the window itself: the log-sum-exp of the rows is known.
  const auto window = attn::attention_window(x, x, {5000, 2, 4998, 4}, attn::CausalMask{}, attn::NoBias{},
                                             attn::Scoring{}, &log_sum_exp);
  std::cout << "weights of queries 5000 and 5001 for keys 4998 to 5001:\n" << window.format(table);
}
