// Everything that needs Eigen only: attention and the mathematics around it.
//
//     #include <attn/attn.hpp>
//     auto [output, weights] = attn::attention(q, k, v);
#pragma once

#include <attn/core/attention.hpp>
#include <attn/version.hpp>
