// q in float and k in double is a mistake, not a conversion that we choose for the caller.
#include <attn/core/attention.hpp>

void mixed() { attn::attention(Eigen::MatrixXf(2, 2), Eigen::MatrixXd(2, 2), Eigen::MatrixXf(2, 2)); }
