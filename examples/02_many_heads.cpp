// Grouped queries: four query heads share two key/value heads; every head's weights are kept.
#include <attn/attn.hpp>
#include <cmath>
#include <iostream>

int main() {
  const attn::Index N = 5, H = 4, Hkv = 2, dk = 3;
  Eigen::MatrixXd q(N, H * dk), k(N, Hkv * dk), v(N, Hkv * dk);
  for (attn::Index i = 0; i < N; ++i) {
    for (attn::Index c = 0; c < H * dk; ++c) q(i, c) = std::sin(static_cast<double>(i * 3 + c));
    for (attn::Index c = 0; c < Hkv * dk; ++c) k(i, c) = v(i, c) = std::cos(static_cast<double>(i * 2 + c));
  }
  const auto result =
      attn::multi_head_attention(q, k, v, attn::Heads{H, Hkv}, attn::SlidingWindowMask{3}, attn::Alibi{H});

  const Eigen::IOFormat table(2, 0, "  ", "\n", "", "", "", "\n");
  for (std::size_t h = 0; h < result.weights.size(); ++h)
    std::cout << "head " << h << "\n" << result.weights[h].format(table);
}
