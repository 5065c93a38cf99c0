// Integers would cut every weight between 0 and 1 to 0.
#include <attn/core/attention.hpp>

void whole() { attn::attention(Eigen::MatrixXi(2, 2), Eigen::MatrixXi(2, 2), Eigen::MatrixXi(2, 2)); }
