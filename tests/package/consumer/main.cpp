#include <attn/attn.hpp>
#include <attn/io/read.hpp>
#include <attn/io/write.hpp>
#include <attn/render/heatmap.hpp>
#include <attn/render/png.hpp>

#include <cmath>

double second_unit(const attn::Matrix<float>& q);

int main() {
  const attn::Matrix<float> q = attn::Matrix<float>::Identity(4, 4);
  const auto [output, weights] = attn::attention(q, q, q);
  return std::abs(weights.sum() - 4) < 1e-5 && std::abs(second_unit(q) - weights(0, 0)) < 1e-6 ? 0 : 1;
}
