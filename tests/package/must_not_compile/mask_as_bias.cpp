// A mask in the bias's place would add 1 to what it lets through.
#include <attn/core/attention.hpp>

void added() {
  attn::attention(Eigen::MatrixXf(2, 2), Eigen::MatrixXf(2, 2), Eigen::MatrixXf(2, 2), attn::NoMask{},
                  attn::CausalMask{});
}
