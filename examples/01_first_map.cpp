#include <attn/attn.hpp>
#include <iostream>

int main() {
  // Four tokens with three numbers each: any Eigen matrix, Map, Block or expression will do.
  Eigen::MatrixXf x(4, 3);
  x << 2, 0, 0,  //
      0, 2, 0,   //
      0, 0, 2,   //
      2, 2, 0;
  auto [output, weights] = attn::attention(x, x, x, attn::CausalMask{});

  const Eigen::IOFormat table(3, 0, "  ", "\n", "", "", "", "\n");
  std::cout << "weights, a row for each query:\n" << weights.format(table) << "output:\n" << output.format(table);
}
