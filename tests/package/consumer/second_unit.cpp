#include <attn/attn.hpp>
#include <attn/io/read.hpp>
#include <attn/io/write.hpp>
#include <attn/render/heatmap.hpp>
#include <attn/render/png.hpp>

double second_unit(const attn::Matrix<float>& q) { return attn::attention(q, q, q).weights(0, 0); }
