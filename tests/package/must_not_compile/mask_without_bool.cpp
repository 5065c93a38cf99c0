// A mask must answer (i, j) with yes or no.
#include <attn/core/attention.hpp>

struct Answer {};
struct NotAMask {
  Answer operator()(attn::Index, attn::Index) const { return {}; }
};

void masked() { attn::attention(Eigen::MatrixXf(2, 2), Eigen::MatrixXf(2, 2), Eigen::MatrixXf(2, 2), NotAMask{}); }
